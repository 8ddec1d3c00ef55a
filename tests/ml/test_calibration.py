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
