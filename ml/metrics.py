"""How good a set of predicted levels is: agreement, error, rank, calibration, with intervals over players.

`labels` and `levels` are `[n]` arrays of levels 1 to 10 (floats; agreement is counted on whole levels).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = 10
ROUNDS = 1000  # of the bootstrap
CONFIDENCE = 0.95

Floats = NDArray[np.float64]
Metric = Callable[[Floats, Floats], float]


@dataclass(frozen=True)
class Estimate:
    """A number with its bootstrap interval; `low` and `high` are NaN where there are too few players."""

    value: float
    low: float
    high: float


def to_levels(values: Floats) -> NDArray[np.int64]:
    """Nearest whole level, halves upwards, kept within 1 and 10."""
    return np.clip(np.floor(np.asarray(values, dtype=float) + 0.5), 1, LEVELS).astype(np.int64)


def exact(labels: Floats, levels: Floats) -> float:
    """Share of performances whose whole level is right."""
    return float(np.mean(to_levels(labels) == to_levels(levels)))


def within_one(labels: Floats, levels: Floats) -> float:
    """Share of performances at most one level off."""
    return float(np.mean(np.abs(to_levels(labels) - to_levels(levels)) <= 1))


def mean_absolute_error(labels: Floats, levels: Floats) -> float:
    """In levels, before rounding."""
    return float(np.mean(np.abs(np.asarray(labels) - np.asarray(levels))))


def quadratic_weighted_kappa(labels: Floats, levels: Floats) -> float:
    """Cohen's kappa with squared distances (Cohen 1968). 0 where all labels or all predictions are the same level."""
    a, b = to_levels(labels), to_levels(levels)
    observed = np.mean((a - b) ** 2)
    chance = a.var() + b.var() + (a.mean() - b.mean()) ** 2  # the mean over all pairs of a label and a prediction
    return float(1 - observed / chance) if chance > 0 and len(set(a)) > 1 and len(set(b)) > 1 else 0.0


def spearman(labels: Floats, levels: Floats) -> float:
    """Rank correlation, ties sharing their mean rank. 0 where one side is constant."""
    a, b = ranks(np.asarray(labels, dtype=float)), ranks(np.asarray(levels, dtype=float))
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + 1 + ends) / 2)[place]


METRICS: dict[str, Metric] = {
    "exact": exact,
    "within_one": within_one,
    "mae": mean_absolute_error,
    "qwk": quadratic_weighted_kappa,
    "spearman": spearman,
}


def expected_calibration_error(labels: Floats, probabilities: Floats, bins: int = 10) -> float:
    """Mean gap between how sure the most likely level is and how often it is right (Guo et al. 2017, equation 3)."""
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) + 1 == to_levels(labels)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(right[place == b].mean() - sure[place == b].mean()) * np.mean(place == b) for b in np.unique(place)]
    return float(np.sum(gaps))


def estimate(metric: Metric, labels: Floats, levels: Floats, players: Sequence[str], *, seed: int = 0) -> Estimate:
    """The metric with its cluster bootstrap interval: players, not performances, are drawn again."""
    draws = resamples(players, seed=seed)
    return _interval(metric(labels, levels), [metric(labels[rows], levels[rows]) for rows in draws])


def difference(
    metric: Metric, labels: Floats, levels: Floats, others: Floats, players: Sequence[str], *, seed: int = 0
) -> Estimate:
    """`metric(levels) - metric(others)` on the same performances, with its paired cluster bootstrap interval."""
    draws = resamples(players, seed=seed)
    values = [metric(labels[rows], levels[rows]) - metric(labels[rows], others[rows]) for rows in draws]
    return _interval(metric(labels, levels) - metric(labels, others), values)


def resamples(players: Sequence[str], *, rounds: int = ROUNDS, seed: int = 0) -> list[NDArray[np.int64]]:
    """Rows of `rounds` bootstrap samples: as many players as there are, with replacement, each with all their rows."""
    names = sorted(set(players))
    if len(names) < 2:
        return []
    rows = [np.flatnonzero(np.asarray(players) == name) for name in names]
    dice = np.random.default_rng(seed)
    return [np.concatenate([rows[i] for i in dice.integers(0, len(rows), len(rows))]) for _ in range(rounds)]


def _interval(value: float, values: Sequence[float]) -> Estimate:
    if not values:
        return Estimate(value, float("nan"), float("nan"))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))
