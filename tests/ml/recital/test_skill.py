"""The curves, and the form of the day."""

import itertools

import numpy as np
import pytest

from ml.recital import Recital, RecitalError, truth_of
from ml.recital.skill import CRITERIA, CURVES, HIGHEST, LOWEST, curve, on_the_day


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_is_monotone_smooth_and_runs_from_best_to_worst(name):
    best, worst = CURVES[name]
    values = np.array([curve(name, skill) for skill in np.linspace(LOWEST, HIGHEST, 101)])
    steps = np.diff(values) * np.sign(best - worst)
    assert (steps > 0).all()
    assert (values > 0).all()
    assert curve(name, 10) == pytest.approx(best)
    assert curve(name, 1) == pytest.approx(worst)
    two_levels = [curve(name, level) for level in range(1, 11, 2)]
    ratios = np.array([max(a, b) / min(a, b) for a, b in itertools.pairwise(two_levels)])
    assert (ratios > 1.1).all(), "two levels apart is a difference that shows"


def test_every_curve_belongs_to_one_criterion():
    named = [name for names in CRITERIA.values() for name in names]
    assert sorted(named) == sorted(CURVES)


def test_what_is_heard_and_what_is_seen_scatter_independently_by_one_level():
    drawn = [on_the_day(Recital(seed, 5)) for seed in range(1500)]
    heard = np.array([skill.audible for skill in drawn]) - 5
    seen = np.array([skill.visible for skill in drawn]) - 5
    assert abs(np.corrcoef(heard, seen)[0, 1]) < 0.08
    assert 0.9 < heard.std() < 1.1
    assert 0.9 < seen.std() < 1.1
    both = (heard + seen) / 2
    assert np.abs(both).mean() < 0.8 * min(np.abs(heard).mean(), np.abs(seen).mean())


def test_criteria_differ_and_average_to_what_is_heard():
    truth = truth_of(Recital(11, 6))
    audible = [truth.criteria[name] for name in ("timing", "accuracy", "dynamics", "pedalling")]
    assert np.mean(audible) == pytest.approx(truth.audible, abs=0.05)
    assert np.std(audible) > 0.05
    assert truth.criteria["posture"] == truth.visible


@pytest.mark.parametrize(
    "wrong", [{"level": 0}, {"level": 11}, {"seed": -1}, {"size": (321, 180)}, {"fps": 0.5}, {"seconds": 1.0}]
)
def test_what_cannot_be_played_is_refused_with_a_sentence(wrong):
    with pytest.raises(RecitalError, match="not"):
        Recital(**{"seed": 1, "level": 5, **wrong})
