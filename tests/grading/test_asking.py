"""Choosing what to rate next, as plain numbers."""

import numpy as np
import pytest

from grading import asking
from grading.asking import Candidate, availability, choose, uncertainty
from grading.asking.choosing import by_chance_of
from tests.asking import around


def candidate(key, level=5.0, spread=1.0, piece="Minuet", player=1, free=1.0) -> Candidate:
    said = around(level, spread)
    return Candidate(key, (said, said, said), piece, player, free)


def keys(choices) -> list:
    return [choice.key for choice in choices]


def chosen(candidates, size, share=0.0, seed=0) -> list:
    return choose(candidates, size=size, control_share=share, dice=np.random.default_rng(seed))


def test_uncertainty_is_the_spread_in_levels():
    assert uncertainty([1.0 if level == 4 else 0.0 for level in range(1, 11)]) == 0.0
    assert uncertainty([0.5 if level in (4, 6) else 0.0 for level in range(1, 11)]) == pytest.approx(1.0)
    assert uncertainty([0.1] * 10) == pytest.approx(np.std(range(1, 11)))


def test_the_uncertain_are_chosen_first():
    rows = [candidate(place, spread=0.4 + place / 10) for place in range(10)]
    assert keys(chosen(rows, 1)) == [9]


def test_a_round_is_not_the_same_recording_twelve_times():
    takes = [candidate(f"take {place}", spread=2.0) for place in range(10)]
    others = [candidate(f"other {place}", level=2 + place * 2, spread=1.2, player=place + 2) for place in range(3)]
    assert {key.split()[0] for key in keys(chosen(takes + others, 4))} == {"take", "other"}
    assert sum(key.startswith("take") for key in keys(chosen(takes + others, 4))) == 1


@pytest.mark.parametrize("unlike", [{"piece": "Waltz"}, {"player": 2}])
def test_another_piece_and_another_player_are_different(unlike):
    rows = [candidate("first", spread=1.6), candidate("same", spread=1.5), candidate("other", spread=1.4, **unlike)]
    assert set(keys(chosen(rows, 2))) == {"first", "other"}


def test_what_nobody_may_rate_is_never_chosen():
    rows = [candidate("nobody's", spread=3.0, free=0.0), candidate("somebody's")]
    for share in (0.0, 1.0):
        assert keys(chosen(rows, 2, share)) == ["somebody's"]
    assert chosen([candidate(1, free=0.0)], 1) == []


def test_a_teacher_who_is_free_weighs_more():
    assert keys(chosen([candidate("busy", free=0.3), candidate("free", free=0.9)], 1)) == ["free"]


def test_availability_falls_with_the_work_and_rises_with_the_teachers():
    assert availability([]) == 0.0
    assert availability([0]) == 1.0
    assert availability([20]) == pytest.approx(0.5)
    assert availability([20, 20]) == pytest.approx(0.75)


def test_the_share_of_chance_is_a_fair_sample_of_all():
    """Drawn before anything else: each of forty is as likely as each other, whatever the model says."""
    rows = [candidate(place, spread=0.5 + place / 20) for place in range(40)]
    counts = np.zeros(40)
    for seed in range(400):
        for choice in chosen(rows, 4, 0.5, seed):
            counts[choice.key] += choice.by_chance
    assert counts.sum() == 800
    # 20 each; a uniform draw stays below 62 in 99 of 100 such tests (chi-squared, 39 degrees of freedom)
    assert ((counts - 20) ** 2 / 20).sum() < 62


@pytest.mark.parametrize(
    ("size", "share", "count"), [(12, 0.25, 3), (2, 0.1, 1), (1, 0.25, 0), (12, 0.0, 0), (3, 1, 3)]
)
def test_how_many_chance_draws(size, share, count):
    assert by_chance_of(size, share) == count
    rows = [candidate(place, player=place) for place in range(20)]
    assert sum(choice.by_chance for choice in chosen(rows, size, share)) == count


def test_the_order_of_a_round_does_not_tell_why_each_was_chosen():
    rows = [candidate(place, spread=0.5 + place / 20, player=place) for place in range(40)]
    first = {chosen(rows, 8, 0.25, seed)[0].by_chance for seed in range(40)}
    assert first == {True, False}


def test_the_same_seed_chooses_the_same():
    rows = [candidate(place, spread=0.5 + place / 20, player=place % 7) for place in range(40)]
    assert chosen(rows, 12, 0.25, 5) == chosen(rows, 12, 0.25, 5)
    assert chosen(rows, 12, 0.25, 5) != chosen(rows, 12, 0.25, 6)


def test_fewer_than_asked_for_are_all_chosen_once():
    rows = [candidate(place) for place in range(5)]
    assert sorted(keys(chosen(rows, 12, 0.25))) == [0, 1, 2, 3, 4]


def law(labels, a=0.5, b=3.0, c=0.5):
    return a + b * labels**-c


def test_a_power_law_is_found_again():
    points = [asking.Measured(n, law(n), law(n) - 0.02, law(n) + 0.02) for n in (10, 20, 40, 80, 160, 320)]
    found = asking.fit(points)
    assert found.at([40, 160]) == pytest.approx([law(40), law(160)], abs=0.01)
    assert found.gain(50).levels == pytest.approx(law(320) - law(370), abs=0.003)


def test_the_band_holds_the_truth_ninety_times_in_a_hundred():
    dice, held, gains = np.random.default_rng(2), [], []
    for _ in range(120):
        seen = {n: law(n) + dice.normal(0, 0.08) for n in (10, 20, 40, 80, 160)}
        found = asking.fit([asking.Measured(n, y, y - 0.157, y + 0.157) for n, y in seen.items()])
        low, high = found.band([80])
        gain = found.gain(50)
        held.append(low[0] <= law(80) <= high[0])
        gains.append(gain.low <= law(160) - law(210) <= gain.high)
    assert 0.80 <= np.mean(held) <= 0.99
    assert 0.80 <= np.mean(gains) <= 0.99


def test_too_few_points_make_no_law():
    points = [asking.Measured(n, law(n)) for n in (10, 20, 40)]
    assert asking.fit(points) is None
    assert asking.fit([*points, asking.Measured(0, 2.0)]) is None, "a power law says nothing of no labels at all"
    assert asking.fit([*points, asking.Measured(80, law(80))]) is not None


def test_labels_that_bought_nothing_promise_nothing():
    dice = np.random.default_rng(1)
    found = asking.fit([asking.Measured(n, 0.8 + dice.normal(0, 0.01), 0.78, 0.82) for n in (20, 40, 80, 160, 320)])
    gain = found.gain(50)
    assert 0 <= gain.low <= gain.levels <= gain.high < 0.02
    assert found.a >= 0
    assert found.b >= 0
