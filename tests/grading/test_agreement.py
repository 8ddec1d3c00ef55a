"""The statistics of agreement, against published tables, a reference library, and simulated teachers."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from grading import agreement
from grading.agreement import IncompleteTable, Marked, Pair

DATA = Path(os.environ.get("CLAVIER_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "percepiano"

# Shrout & Fleiss 1979, table 2: six targets, four judges.
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
# Bland & Altman 1986, table 1: peak flow in l/min, the first measurement by each meter.
WRIGHT = (494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
MINI = (512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)


def test_the_intraclass_correlation_of_the_published_table():
    """.29 in the paper; the interval is the one that R's psych and Python's pingouin print for it."""
    found = agreement.icc_2_1(SHROUT_FLEISS)
    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (0.29, 0.02, 0.76)


def test_a_table_with_a_hole_has_no_intraclass_correlation():
    with pytest.raises(IncompleteTable):
        agreement.icc_2_1([(1, 2), (3,)])
    with pytest.raises(IncompleteTable):
        agreement.icc_2_1([])


def test_where_nothing_varies_there_is_no_correlation_and_where_all_agree_it_is_one():
    assert agreement.icc_2_1([(4, 4)] * 10) is None
    assert agreement.icc_2_1([(level, level) for level in range(1, 11)]).value == 1.0


def test_a_teacher_who_is_kinder_throughout_counts_against_absolute_agreement():
    kinder = [(level, level + 2) for level in range(1, 9)]
    assert agreement.icc_2_1(kinder).value == pytest.approx(0.75)


def test_the_limits_of_the_published_peak_flows():
    """Bland & Altman 1986: mean -2.1, limits -79.7 and 75.5; intervals of the bias and of each limit below."""
    found = agreement.limits_of_agreement([a - b for a, b in zip(WRIGHT, MINI, strict=True)], spread=2)
    assert (found.bias.value, found.lower.value, found.upper.value) == pytest.approx((-2.1, -79.7, 75.5), abs=0.1)
    assert (found.bias.low, found.bias.high) == pytest.approx((-22.0, 17.8), abs=0.1)
    # The paper works with rounded figures: 38.8 for the deviation, 16.3 for the standard error of a limit.
    assert (found.lower.low, found.lower.high) == pytest.approx((-114.3, -45.1), abs=0.3)
    assert (found.upper.low, found.upper.high) == pytest.approx((40.9, 110.1), abs=0.3)


@pytest.mark.parametrize("seed", range(5))
def test_weighted_kappa_is_the_reference_librarys(seed):
    chance = np.random.default_rng(seed)
    first = chance.integers(1, 11, 40)
    second = np.clip(first + chance.integers(-2, 3, 40), 1, 10)
    found = agreement.compare(pairs(first, second))
    reference = cohen_kappa_score(first, second, weights="quadratic", labels=range(1, 11))
    assert found.kappa.value == pytest.approx(reference)
    assert found.kappa.low < found.kappa.value < found.kappa.high


def test_two_teachers_side_by_side():
    found = agreement.compare(pairs((4, 5, 6, 7, 8, 9), (4, 6, 6, 8, 8, 7)))
    assert found.n == 6
    assert found.apart.value == pytest.approx(4 / 6)
    assert found.apart.low <= found.apart.value <= found.apart.high
    assert found.within_one.value == pytest.approx(5 / 6)
    assert found.limits.bias.value == pytest.approx(0.0)


def test_one_player_alone_gives_no_interval_of_the_bootstrap():
    found = agreement.compare([Pair(4, 5, "mina"), Pair(6, 6, "mina"), Pair(7, 6, "mina")])
    assert (found.apart.value, found.apart.low, found.apart.high) == (pytest.approx(2 / 3), None, None)


def pairs(first, second) -> list[Pair]:
    return [Pair(int(a), int(b), player) for player, (a, b) in enumerate(zip(first, second, strict=True))]


# Severity


def simulated(seed, *, teachers=8, performances=60, error=0.8):
    """Each performance marked by two teachers; the strict ones teach the better students, so raw means deceive."""
    chance = np.random.default_rng(seed)
    true = chance.normal(0, 0.6, teachers)
    marks = []
    for performance in range(performances):
        quality = chance.uniform(3, 8)
        # A good performance tends to a strict teacher.
        likes = np.exp(-(quality - 5.5) * true)
        for teacher in chance.choice(teachers, 2, replace=False, p=likes / likes.sum()):
            level = round(quality + true[teacher] + chance.normal(0, error))
            marks.append(Marked(performance, int(teacher), float(level)))
    return true, marks


def colleagues(true, teacher):
    """How far this teacher's true leaning lies from the mean of the others'."""
    return true[teacher] - np.delete(true, teacher).mean()


def test_known_severities_are_recovered_better_than_by_raw_means_or_plain_differences():
    errors = {"model": [], "means": [], "plain": []}
    for seed in range(30):
        true, marks = simulated(seed)
        raw = {t: np.mean([m.level for m in marks if m.teacher == t]) for t in {m.teacher for m in marks}}
        for row in agreement.severities(marks):
            aim = colleagues(true, row.teacher)
            others = np.mean([mean for teacher, mean in raw.items() if teacher != row.teacher])
            errors["model"].append((row.lean - aim) ** 2)
            errors["plain"].append((row.plain - aim) ** 2)
            errors["means"].append((raw[row.teacher] - others - aim) ** 2)
    off = {name: float(np.sqrt(np.mean(squares))) for name, squares in errors.items()}
    assert off["model"] < 0.4
    assert off["model"] < 0.85 * off["plain"] < off["means"]


@pytest.mark.parametrize(("teachers", "performances"), [(2, 12), (3, 12), (8, 60)])
def test_the_intervals_hold_what_is_true_about_as_often_as_they_say(teachers, performances):
    held = []
    for seed in range(150):
        true, marks = simulated(seed, teachers=teachers, performances=performances)
        held += [row.low <= colleagues(true, row.teacher) <= row.high for row in agreement.severities(marks)]
    assert 0.88 <= np.mean(held) <= 0.98


def test_few_ratings_are_drawn_further_towards_the_colleagues():
    def leaning(times):
        rows = agreement.severities(
            Marked((teacher, take), name, level)
            for take in range(times)
            for teacher in range(3)
            for name, level in (("clara", 4 + take % 2), ("tom", 6))
        )
        return next(row for row in rows if row.teacher == "clara")

    few, many = leaning(1), leaning(12)
    assert few.plain == -2.0
    assert few.plain < few.lean < few.high
    assert abs(few.lean / few.plain) < abs(many.lean / many.plain) < 1
    assert many.high - many.low < few.high - few.low


def test_teachers_who_never_disagree_still_have_a_width():
    """Levels are whole numbers: what is rounded away is not known to be nothing."""
    rows = agreement.severities(Marked(number, name, 5) for number in range(10) for name in ("clara", "tom"))
    assert [row.lean for row in rows] == pytest.approx([0, 0])
    assert all(row.low < -0.05 and row.high > 0.05 for row in rows)


def test_a_teacher_nobody_shares_a_performance_with_has_no_severity():
    marks = [Marked(number, name, 5 + number % 3) for number in range(6) for name in ("clara", "tom")]
    assert {row.teacher for row in agreement.severities([*marks, Marked("alone", "ada", 9)])} == {"clara", "tom"}
    assert agreement.severities([Marked("alone", "ada", 9)]) == ()


def test_the_order_of_the_ratings_changes_nothing():
    _, marks = simulated(3)
    forth, back = agreement.severities(marks), agreement.severities(marks[::-1])
    assert [row.teacher for row in forth] == [row.teacher for row in back]
    assert [row.lean for row in forth] == pytest.approx([row.lean for row in back])


@pytest.mark.skipif(not DATA.exists(), reason="PercePiano's ratings are not here (CLAVIER_DATA names the folder)")
def test_on_real_raters_it_foretells_the_other_half_of_their_ratings_better_than_raw_means():
    """PercePiano, 'Interpretation: unsatisfactory to convincing', 1 to 7, 63 raters; two halves of the performances."""
    errors = {"model": [], "plain": [], "means": []}
    marks = percepiano("Interpretation_Unsatisfactory_Convincing")
    for seed in range(5):
        chance = np.random.default_rng(seed)
        names = sorted({mark.performance for mark in marks})
        known = set(chance.permutation(names)[: len(names) // 8])
        seen, unseen = [m for m in marks if m.performance in known], [m for m in marks if m.performance not in known]
        raw = {t: np.mean([m.level for m in seen if m.teacher == t]) for t in {m.teacher for m in seen}}
        later = {row.teacher: row for row in agreement.severities(unseen)}
        for row in agreement.severities(seen):
            if row.teacher not in later:
                continue
            aim = later[row.teacher].plain
            others = np.mean([mean for teacher, mean in raw.items() if teacher != row.teacher])
            errors["model"].append((row.lean - aim) ** 2)
            errors["plain"].append((row.plain - aim) ** 2)
            errors["means"].append((raw[row.teacher] - others - aim) ** 2)
    off = {name: float(np.sqrt(np.mean(squares))) for name, squares in errors.items()}
    assert off["model"] < off["plain"] < off["means"]


def percepiano(scale: str) -> list[Marked]:
    with (DATA / "ratings.csv").open() as file:
        rows = [(row["performance"], row["rater"], float(row[scale] or 0)) for row in csv.DictReader(file)]
    return [Marked(*row) for row in rows if row[2]]


# Blind against shown


def test_seeing_the_models_level_draws_a_teacher_to_it():
    blind, shown = [-2, -1, 1, 2, -2, 1, 2, -1, 2, -2], [0, 0, 1, 0, -1, 0, 0, 0, 1, 0]
    found = agreement.anchoring(blind, shown)
    assert (found.blind.n, found.shown.n) == (10, 10)
    assert found.blind.lean.value == pytest.approx(0)
    assert found.blind.apart.value == pytest.approx(1.6)
    assert found.shown.apart.value == pytest.approx(0.3)
    assert found.pull.value == pytest.approx(1.3)
    assert 0.8 < found.pull.low < 1.3 < found.pull.high < 1.8


def test_the_same_ratings_give_the_same_interval():
    blind, shown = [1, 0, 2, -1], [0, 1, 0, 0, 1]
    assert agreement.anchoring(blind, shown) == agreement.anchoring(blind, shown)


def test_without_a_pull_the_interval_holds_nought():
    same = [1, 0, -1, 0, 1, -2, 0, 1, 0, 1]
    assert agreement.anchoring(same, same).pull.holds_nought


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(8, 10, 0.4439, 0.9748), (0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0)]
)
def test_a_share_of_few_has_the_exact_interval(hits, n, low, high):
    """Clopper & Pearson's, as statistical tables print it."""
    found = agreement.share(hits, n)
    assert (found.value, found.low, found.high) == pytest.approx((hits / n, low, high), abs=5e-5)
