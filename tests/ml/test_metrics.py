import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score

from ml import metrics


@pytest.fixture
def ratings():
    dice = np.random.default_rng(3)
    labels = dice.integers(1, 11, 200).astype(float)
    return labels, np.clip(labels + dice.normal(0, 1.8, 200), 1, 10)


def test_weighted_kappa_is_scikit_learns(ratings):
    labels, levels = ratings
    theirs = cohen_kappa_score(metrics.to_levels(labels), metrics.to_levels(levels), weights="quadratic")
    assert metrics.value(metrics.quadratic_weighted_kappa, labels, levels) == pytest.approx(theirs)


def test_weighted_kappa_of_a_constant_is_nought():
    assert metrics.value(metrics.quadratic_weighted_kappa, np.array([1.0, 5.0, 9.0]), np.full(3, 5.0)) == 0.0


def test_spearman_is_scipys_ties_included(ratings):
    labels, levels = ratings
    assert metrics.value(metrics.spearman, labels, levels) == pytest.approx(spearmanr(labels, levels).statistic)
    assert metrics.value(metrics.spearman, labels, np.ones(200)) == 0.0


def test_shares_and_errors_by_hand():
    labels, levels = np.array([1.0, 5.0, 5.0, 10.0]), np.array([1.4, 5.5, 3.0, 9.0])
    assert metrics.value(metrics.exact, labels, levels) == 0.25
    assert metrics.value(metrics.within_one, labels, levels) == 0.75
    assert metrics.value(metrics.mean_absolute_error, labels, levels) == pytest.approx((0.4 + 0.5 + 2 + 1) / 4)


def test_the_bootstrap_draws_whole_players():
    draws = metrics.resamples(["a", "a", "a", "b"], rounds=2000, seed=1)
    assert {tuple(row) for row in draws.tolist()} == {(2, 2, 2, 0), (1, 1, 1, 1), (0, 0, 0, 2)}
    assert (draws[:, 3] == 1).mean() == pytest.approx(0.5, abs=0.04)


def test_weighting_a_performance_twice_is_having_it_twice(ratings):
    labels, levels = ratings
    dice = np.random.default_rng(4)
    counts = dice.integers(0, 4, 200)
    rows = np.repeat(np.arange(200), counts)
    for metric in metrics.METRICS.values():
        weighted = metric(labels, levels, counts[None].astype(float))[0]
        assert weighted == pytest.approx(metrics.value(metric, labels[rows], levels[rows]))


def test_the_bootstrap_interval_of_a_case_computed_by_hand():
    # Two players, one with errors of 0 and one of 2: a resample's error is 0, 1 or 2 (chances 1/4, 1/2, 1/4).
    labels, levels = np.array([5.0, 5.0]), np.array([5.0, 7.0])
    found = metrics.estimate(metrics.mean_absolute_error, labels, levels, ["a", "b"])
    assert (found.value, found.low, found.high) == (1.0, 0.0, 2.0)


def test_one_player_has_no_interval():
    found = metrics.estimate(metrics.mean_absolute_error, np.array([5.0, 6.0]), np.array([5.0, 7.0]), ["a", "a"])
    assert np.isnan(found.low)
    assert np.isnan(found.high)


def test_a_paired_difference_sees_what_two_intervals_would_hide():
    dice = np.random.default_rng(0)
    labels = np.repeat(np.arange(1.0, 11), 4)
    noise = dice.normal(0, 2, 40)
    players = [str(row) for row in range(40)]
    better, worse = labels + 0.8 * noise, labels + noise
    gap = metrics.difference(metrics.mean_absolute_error, labels, better, worse, players)
    assert gap.high < 0


def test_calibration_error_of_sure_and_wrong_and_of_honest():
    labels = np.array([1.0, 2.0])
    wrong = np.zeros((2, 10))
    wrong[:, 9] = 1.0
    assert metrics.expected_calibration_error(labels, wrong) == pytest.approx(1.0)
    half = np.zeros((2, 10))
    half[:, 0], half[:, 1] = 0.55, 0.45
    assert metrics.expected_calibration_error(labels, half) == pytest.approx(0.05)
