"""Several raters become one label that is nearer to the truth than their mean, and keeps how they are spread."""

import numpy as np
import pytest
import torch

from grading.agreement import Marked, Raters, Said, combine, know_raters, precision
from grading.agreement.combining import SPREAD, bells
from ml import losses
from tests.grading import simulated_raters

RULES = ("weighted", "mean", "majority")
NOBODY = Raters()


def said(*levels, **fields):
    return [Said(rater, level, **fields) for rater, level in enumerate(levels)]


@pytest.mark.parametrize("rule", RULES)
def test_one_rater_teaches_what_a_bell_around_the_level_taught_before(rule):
    found = combine(said(4), rule=rule, raters=NOBODY, bound=2)
    assert (found.level, found.spread, found.apart, found.worth) == (4.0, 0.0, False, 1.0)
    assert found.target == pytest.approx(losses.bell(torch.tensor([4.0]))[0].tolist(), abs=1e-6)


def test_the_bell_is_that_of_the_loss():
    marks = np.array([1.0, 4.3, 10.0])
    assert bells(marks) == pytest.approx(losses.bell(torch.tensor(marks)).numpy(), abs=1e-9)
    assert SPREAD == losses.SPREAD


@pytest.mark.parametrize("rule", RULES)
def test_the_target_keeps_how_the_raters_are_spread(rule):
    target = combine(said(3, 7), rule=rule, raters=NOBODY, bound=9).target
    assert sum(target) == pytest.approx(1)
    assert target[2] == pytest.approx(target[6], rel=0.01)
    assert target[2] > 10 * target[4] / 2 > 0


def test_raters_further_apart_than_the_bound_are_apart_and_those_at_it_are_not():
    assert combine(said(3, 5.5), rule="mean", raters=NOBODY, bound=2).apart
    assert not combine(said(3, 5), rule="mean", raters=NOBODY, bound=2).apart


def test_the_leaning_is_taken_out_before_they_are_called_apart():
    leaning = Raters(leans={0: -1.0, 1: 1.0})
    assert combine(said(4, 7), rule="mean", raters=leaning, bound=2).apart
    found = combine(said(4, 7), rule="weighted", raters=leaning, bound=2)
    assert (found.level, found.spread, found.apart) == (5.5, 1.0, False)


def test_an_adjusted_mark_stays_within_the_levels():
    assert combine(said(10), rule="weighted", raters=Raters(leans={0: -1.5}), bound=2).level == 10.0


def test_the_more_reliable_and_the_more_important_count_more():
    raters = Raters(errors={0: 0.4, 1: 1.2}, usual=0.6)
    found = combine(said(4, 6), rule="weighted", raters=raters, bound=9)
    assert found.level == pytest.approx((1.5 * 4 + 0.5 * 6) / 2)
    assert found.worth == pytest.approx(2.0)
    important = [Said(0, 4), Said(1, 6, importance=3.0)]
    assert combine(important, rule="weighted", raters=NOBODY, bound=9).level == pytest.approx(5.5)
    assert combine(important, rule="mean", raters=NOBODY, bound=9).level == 5.0


@pytest.mark.parametrize(
    ("levels", "level"), [((4, 4, 9), 4.0), ((4, 4, 7, 7, 1), 5.5), ((3, 6), 4.5), ((2, 3, 3, 8), 3.0)]
)
def test_the_majority_has_it_and_the_mean_of_several_that_tie(levels, level):
    assert combine(said(*levels), rule="majority", raters=NOBODY, bound=9).level == level


def test_who_settles_leaves_out_what_was_said_before_and_lies_too_far_away():
    settled = combine([Said(0, 3), Said(1, 7), Said(2, 6, settles=True)], rule="mean", raters=NOBODY, bound=2)
    assert (settled.counted, settled.level, settled.apart) == ((1, 2), 6.5, False)


def test_what_is_said_after_a_settlement_can_disagree_anew():
    later = combine([Said(0, 3), Said(1, 7, settles=True), Said(2, 4)], rule="mean", raters=NOBODY, bound=2)
    assert (later.counted, later.apart) == ((1, 2), True)


def test_a_label_of_many_counts_more_but_never_twice_as_much():
    assert precision(1) == 1.0
    assert precision(0.5) < 1 < precision(2) < precision(3) < precision(100) < 2


@pytest.mark.parametrize("marks", [[], [Marked(1, "ann", 4), Marked(2, "bob", 7)]], ids=["none", "nobody shares"])
def test_without_a_shared_performance_nothing_is_adjusted(marks):
    raters = know_raters(marks)
    assert (raters.leans, raters.errors) == ({}, {})
    assert raters.adjusted("ann", 4) == 4.0
    assert raters.reliability("ann") == 1.0


def test_leanings_and_scatter_are_found_again():
    dice = np.random.default_rng(3)
    leans, scatters = {"kind": 0.9, "strict": -0.9, "plain": 0.0, "careless": 0.0}, {"careless": 2.0}
    marks = [
        Marked(one, who, 5.5 + true + lean + dice.normal(0, scatters.get(who, 0.6)))
        for one, true in enumerate(dice.uniform(-3, 3, 150))
        for who, lean in leans.items()
    ]
    raters = know_raters(marks)
    assert raters.leans == pytest.approx(leans, abs=0.3)
    assert raters.leans["kind"] - raters.leans["strict"] == pytest.approx(1.8, abs=0.3)
    assert raters.errors["careless"] == pytest.approx(4.0, rel=0.25)
    assert raters.errors["plain"] == pytest.approx(0.36, rel=0.35)


def test_two_raters_of_the_same_performances_are_equally_reliable():
    """From two alone nobody can tell whose error it is."""
    dice = np.random.default_rng(5)
    marks = [Marked(one, who, dice.normal(5, 2)) for one in range(30) for who in ("ann", "bob")]
    errors = know_raters(marks).errors
    assert errors["ann"] == pytest.approx(errors["bob"])


def test_a_dispute_about_one_performance_is_not_explained_away_as_leanings():
    dice = np.random.default_rng(7)
    marks = [Marked(one, who, 5 + dice.normal(0, 0.5)) for one in range(20) for who in ("ann", "bob")]
    raters = know_raters([*marks, Marked("new", "cy", 3), Marked("new", "di", 8)])
    assert raters.leans.keys() == {"ann", "bob"}
    assert combine([Said("cy", 3), Said("di", 8)], rule="weighted", raters=raters, bound=2).spread == 5.0
    assert 0.3 < raters.reliability("cy") < 1


def test_the_weighted_rule_beats_the_mean_and_the_majority_on_simulated_raters():
    """Severities N(0, 0.6), scatter 0.8, two of eight careless (2.0); 120 performances of three raters each."""
    rows = [simulated_raters.errors(seed) for seed in range(12)]
    means = simulated_raters.mean_of(rows)
    assert means["weighted"] < 0.9 * means["mean"] < 0.9 * means["majority"]
    assert all(row["weighted"] < row["mean"] for row in rows)


def test_it_beats_them_also_where_most_are_rated_once():
    rows = [simulated_raters.errors(seed, performances=300, each=(1, 1, 1, 2)) for seed in range(12)]
    means = simulated_raters.mean_of(rows)
    assert means["weighted"] < 0.95 * means["mean"]


def test_weighing_labels_by_precision_teaches_better_than_alike_or_by_their_bare_worth():
    alike, precise, bare = np.mean([simulated_raters.errors_of_weights(seed) for seed in range(150)], axis=0)
    assert precise < 0.97 * alike
    assert precise < 0.97 * bare


@pytest.mark.skipif(not simulated_raters.DATA.is_dir(), reason="PercePiano's ratings are not here")
def test_three_real_raters_combined_by_weight_are_nearer_to_what_others_say():
    ratings = simulated_raters.percepiano("Interpretation_Unsatisfactory_Convincing")
    found = simulated_raters.mean_of(simulated_raters.against_others(ratings, seed) for seed in range(4))
    correlation, apart = np.array([found[rule] for rule in RULES]).T
    assert correlation[0] > correlation[1] > correlation[2]
    assert apart[0] < 0.97 * apart[1] < 0.97 * apart[2]
