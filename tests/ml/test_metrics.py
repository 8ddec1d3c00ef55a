import itertools
import math

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


@pytest.mark.parametrize("seed", range(20))
def test_weighted_kappa_and_spearman_are_theirs_on_whatever_comes(seed):
    dice = np.random.default_rng(seed)
    count = int(dice.integers(5, 60))
    labels, levels = dice.integers(1, 11, count).astype(float), dice.integers(1, 11, count).astype(float)
    steps = list(range(1, 11))  # else a level that never occurs would draw its neighbours together
    kappa = cohen_kappa_score(labels.astype(int), levels.astype(int), weights="quadratic", labels=steps)
    assert metrics.value(metrics.quadratic_weighted_kappa, labels, levels) == pytest.approx(kappa)
    assert metrics.value(metrics.spearman, labels, levels) == pytest.approx(spearmanr(labels, levels).statistic)


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


def test_the_bootstrap_is_the_one_counted_out_over_every_possible_draw():
    # Four players with one to four recordings: all 4^4 draws are equally likely, so the true quantiles can be listed.
    players = list("abbcccdddd")
    labels = np.arange(1.0, 11)
    levels = labels + np.array([0.0, 0.4, 0.9, 1.4, -1.0, 2.2, 3.1, -2.0, 0.3, 1.2])
    rows = {name: [row for row, player in enumerate(players) if player == name] for name in "abcd"}
    errors = []
    for draw in itertools.product("abcd", repeat=4):
        chosen = [row for name in draw for row in rows[name]]
        errors.append(np.abs(labels - levels)[chosen].mean())
    draws = metrics.resamples(players, rounds=40000, seed=5)
    ours = metrics.mean_absolute_error(labels, levels, draws)
    assert set(np.round(ours, 9)) == set(np.round(errors, 9))
    assert ours.mean() == pytest.approx(np.mean(errors), abs=0.01)
    for value in (0.5, 1.0, 1.2, 1.5, 2.0):
        assert np.mean(ours <= value) == pytest.approx(np.mean(np.array(errors) <= value), abs=0.01)
    found = metrics.estimate(metrics.mean_absolute_error, labels, levels, players)
    low, high = np.quantile(errors, [0.025, 0.975])
    assert (found.low, found.high) == (pytest.approx(low, abs=0.08), pytest.approx(high, abs=0.08))


def test_the_interval_over_players_is_wider_than_one_over_recordings_that_go_alike():
    dice = np.random.default_rng(2)
    labels, off = np.full(80, 5.0), np.repeat(dice.normal(0, 2, 10), 8)  # ten players, each wrong in one way
    over_players = metrics.estimate(metrics.mean_absolute_error, labels, labels + off, [str(r // 8) for r in range(80)])
    over_recordings = metrics.estimate(metrics.mean_absolute_error, labels, labels + off, [str(r) for r in range(80)])
    assert over_players.high - over_players.low > 2 * (over_recordings.high - over_recordings.low)


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


def test_calibration_error_over_two_bins_by_hand():
    # Three at 0.65 of whom two are right, one at 0.35 who is wrong: 3/4 · |2/3 − 0.65| + 1/4 · |0 − 0.35|.
    probabilities = np.zeros((4, 10))
    probabilities[:3, 4], probabilities[:3, 5:] = 0.65, 0.07
    probabilities[3, 0], probabilities[3, 1:] = 0.35, 0.65 / 9
    labels = np.array([5.0, 5.0, 7.0, 9.0])
    by_hand = 0.75 * abs(2 / 3 - 0.65) + 0.25 * 0.35
    assert metrics.expected_calibration_error(labels, probabilities) == pytest.approx(by_hand)


def test_wilsons_interval_is_the_textbooks():
    # Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611.
    found = metrics.share(np.arange(263) < 81, [str(row) for row in range(263)])
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    none = metrics.share(np.zeros(20, dtype=bool), [str(row) for row in range(20)])
    assert (round(none.low, 4), round(none.high, 4)) == (0.0, 0.1611)


def test_a_share_of_few_players_is_as_wide_as_if_each_had_one_recording():
    right = np.array([True] * 5 + [False] * 5)
    alone = metrics.share(right[::5], ["a", "b"])
    together = metrics.share(right, ["a"] * 5 + ["b"] * 5)
    assert (together.low, together.high) == (pytest.approx(alone.low), pytest.approx(alone.high))
    assert math.isclose(together.value, 0.5)
