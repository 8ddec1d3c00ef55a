import numpy as np
import pytest

from ml import calibration


def distributions(levels: np.ndarray, spreads: np.ndarray) -> np.ndarray:
    steps = np.arange(1, 11)
    rows = np.exp(-0.5 * ((steps - levels[:, None]) / spreads[:, None]) ** 2)
    return rows / rows.sum(axis=1, keepdims=True)


def simulated(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole labels, and predictions whose error is not what their spread says."""
    dice = np.random.default_rng(seed)
    labels = dice.integers(1, 11, count)
    spreads = dice.uniform(0.6, 2.0, count)
    return labels, distributions(np.clip(labels + dice.normal(0, 1.7, count) * spreads, 0, 11), spreads)


def test_nine_labels_in_ten_lie_in_the_whole_interval():
    labels, rows = simulated(400, 1)
    edge = calibration.quantile([calibration.score(row, label) for row, label in zip(rows, labels, strict=True)])
    labels, rows = simulated(4000, 2)
    bounds = [calibration.whole_levels(row, edge) for row in rows]
    held = np.mean([low <= label <= high for label, (low, high) in zip(labels, bounds, strict=True)])
    assert 0.88 <= held <= 0.94
    assert all(1 <= low <= high <= 10 for low, high in bounds)


def test_the_coverage_over_many_calibrations_is_the_promised_one_within_its_binomial_bound():
    # Each round: n scores to calibrate on and one new one. The theory is exact: ⌈(n+1)·0.9⌉ / (n+1) of the new ones lie
    # within, and so many rounds scatter around that by the binomial's standard error.
    rounds, count = 3000, 29
    dice = np.random.default_rng(7)
    labels = dice.integers(1, 11, (rounds, count + 1))
    spreads = dice.uniform(0.6, 2.0, (rounds, count + 1))
    centres = np.clip(labels + dice.normal(0, 1.7, labels.shape) * spreads, 0, 11)
    held = 0
    for row in range(rounds):
        rows = distributions(centres[row], spreads[row])
        scores = [calibration.score(*pair) for pair in zip(rows, labels[row], strict=True)]
        held += scores[-1] <= calibration.quantile(scores[:-1])
    exact = np.ceil((count + 1) * 0.9) / (count + 1)
    assert abs(held / rounds - exact) < 3 * np.sqrt(exact * (1 - exact) / rounds)


def test_a_quantile_one_rank_too_low_would_break_the_promise():
    dice = np.random.default_rng(7)
    scores = dice.exponential(size=(20000, 10))
    kept = np.mean([row[-1] <= calibration.quantile(row[:-1]) for row in scores])
    naive = np.mean(scores[:, -1] <= np.sort(scores[:, :-1], axis=1)[:, 7])
    assert kept == pytest.approx(0.9, abs=0.007)
    assert naive < 0.82


@pytest.mark.parametrize(
    ("centre", "quantile", "levels"),
    [(5.0, 1.0, (5, 5)), (5.0, 2.0, (4, 6)), (5.4, 1.3, (5, 6)), (1.0, 3.0, (1, 2)), (10.0, 3.0, (9, 10))],
)
def test_the_whole_levels_are_those_within_reach(centre, quantile, levels):
    # A spread of 0.5 is the least there is; two levels and a share between them have less.
    row = np.zeros(10)
    below = int(centre)
    row[below - 1] = 1 - (centre - below)
    if centre > below:
        row[below] = centre - below
    assert calibration.whole_levels(row, quantile) == levels


def test_whole_levels_hold_a_whole_label_exactly_as_often_as_the_exact_interval():
    labels, rows = simulated(500, 3)
    for label, row in zip(labels, rows, strict=True):
        low, high = calibration.reach(row, 1.2)
        first, last = calibration.whole_levels(row, 1.2)
        if np.ceil(low) <= np.floor(high):
            assert (first <= label <= last) == (low <= label <= high)


def test_the_quantile_is_the_rank_that_makes_the_promise_hold():
    assert calibration.quantile(range(1, 10)) == 9
    assert calibration.quantile(range(1, 20)) == 18
    with pytest.raises(ValueError, match="too few"):
        calibration.quantile(range(8))


def test_an_interval_is_never_empty():
    row = distributions(np.array([4.5]), np.array([0.2]))[0]
    assert calibration.whole_levels(row, 0.01) in ((4, 4), (5, 5))


def test_an_unsure_model_says_a_wider_interval():
    sure, unsure = distributions(np.array([5.0, 5.0]), np.array([0.7, 2.0]))
    narrow, wide = calibration.reach(sure, 1.0), calibration.reach(unsure, 1.0)
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_a_model_that_was_never_calibrated_promises_little():
    row = distributions(np.array([5.0]), np.array([1.0]))[0]
    low, high = calibration.whole_levels(row, None)
    assert high - low >= 4
