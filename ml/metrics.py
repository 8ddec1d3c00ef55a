"""How good a set of predicted levels is: agreement, error, rank, calibration, with intervals over players.

`labels` and `levels` are `[n]` arrays of levels 1 to 10 (floats; agreement is counted on whole levels). A metric is
computed for many weightings of the performances at once, so that a thousand bootstrap samples cost milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVELS = 10
BINS = 10  # of a probability, for the calibration error and the reliability diagram
ROUNDS = 1000  # of the bootstrap
CONFIDENCE = 0.95
TINY = 1e-9  # variance below which everything is the same

Floats = NDArray[np.float64]
Metric = Callable[[Floats, Floats, Floats], Floats]  # labels [n], levels [n], weights [rounds, n] → [rounds]


@dataclass(frozen=True)
class Estimate:
    """A number with its bootstrap interval; `low` and `high` are NaN where there are too few players."""

    value: float
    low: float
    high: float


def to_levels(values: Floats) -> NDArray[np.int64]:
    """Nearest whole level, halves upwards, kept within 1 and 10."""
    return np.clip(np.floor(np.asarray(values, dtype=float) + 0.5), 1, LEVELS).astype(np.int64)


def exact(labels: Floats, levels: Floats, weights: Floats) -> Floats:
    """Share of performances whose whole level is right."""
    return _mean(to_levels(labels) == to_levels(levels), weights)


def within_one(labels: Floats, levels: Floats, weights: Floats) -> Floats:
    """Share of performances at most one level off."""
    return _mean(np.abs(to_levels(labels) - to_levels(levels)) <= 1, weights)


def mean_absolute_error(labels: Floats, levels: Floats, weights: Floats) -> Floats:
    """In levels, before rounding."""
    return _mean(np.abs(np.asarray(labels) - np.asarray(levels)), weights)


def quadratic_weighted_kappa(labels: Floats, levels: Floats, weights: Floats) -> Floats:
    """Cohen's kappa with squared distances (Cohen 1968). 0 where all labels or all predictions are the same level."""
    a, b = to_levels(labels).astype(float), to_levels(levels).astype(float)
    mean_a, mean_b = _mean(a, weights), _mean(b, weights)
    spread_a, spread_b = _mean(a**2, weights) - mean_a**2, _mean(b**2, weights) - mean_b**2
    chance = spread_a + spread_b + (mean_a - mean_b) ** 2  # the mean over all pairs of a label and a prediction
    varied = (spread_a > TINY) & (spread_b > TINY)
    return np.where(varied, 1 - _mean((a - b) ** 2, weights) / np.where(varied, chance, 1.0), 0.0)


def spearman(labels: Floats, levels: Floats, weights: Floats) -> Floats:
    """Rank correlation, ties sharing their mean rank. 0 where one side is constant."""
    a, b = ranks(labels, weights), ranks(levels, weights)
    total = weights.sum(axis=1)

    def mean(values: Floats) -> Floats:
        return (values * weights).sum(axis=1) / total

    mean_a, mean_b = mean(a), mean(b)
    spreads = (mean(a**2) - mean_a**2) * (mean(b**2) - mean_b**2)
    varied = spreads > TINY
    together = mean(a * b) - mean_a * mean_b
    return np.where(varied, together / np.sqrt(np.where(varied, spreads, 1.0)), 0.0)


def ranks(values: Floats, weights: Floats) -> Floats:
    """`[rounds, n]`: each value's rank where it stands as many times as its weight says."""
    _, place = np.unique(np.asarray(values, dtype=float), return_inverse=True)
    groups = np.zeros((len(weights), place.max() + 1))
    np.add.at(groups.T, place, weights.T)
    ends = groups.cumsum(axis=1)
    return ((2 * ends - groups + 1) / 2)[:, place]


METRICS: dict[str, Metric] = {
    "exact": exact,
    "within_one": within_one,
    "mae": mean_absolute_error,
    "qwk": quadratic_weighted_kappa,
    "spearman": spearman,
}


def value(metric: Metric, labels: Floats, levels: Floats) -> float:
    """The metric on all performances, each counting once."""
    return float(metric(labels, levels, np.ones((1, len(labels))))[0])


def expected_calibration_error(labels: Floats, probabilities: Floats, bins: int = BINS) -> float:
    """Mean gap between how sure the most likely level is and how often it is right (Guo et al. 2017, equation 3)."""
    sure, right = sureness(labels, probabilities)
    place = bin_of(sure, bins)
    gaps = [abs(right[place == b].mean() - sure[place == b].mean()) * np.mean(place == b) for b in np.unique(place)]
    return float(np.sum(gaps))


def sureness(labels: Floats, probabilities: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """`[n]`: the probability of the most likely level, and whether that is the label."""
    return probabilities.max(axis=1), probabilities.argmax(axis=1) + 1 == to_levels(labels)


def bin_of(sure: Floats, bins: int = BINS) -> NDArray[np.int64]:
    """`[n]`: in which of so many equal bins from 0 to 1 each probability lies; 1 belongs to the last."""
    return np.minimum((sure * bins).astype(np.int64), bins - 1)


def share(right: NDArray[np.bool_], players: Sequence[str]) -> Estimate:
    """The share that is right, with Wilson's interval (1927), which has a width even where all are right.

    It counts what performances in so uneven shares of players are worth if a player's all go alike, so it is never too
    narrow: (Σ n)² / Σ n² over the players' numbers n (Kish 1965), which is the number of performances where each has
    another player.
    """
    counts = np.unique(np.asarray(players), return_counts=True)[1]
    n, z, p = counts.sum() ** 2 / (counts**2).sum(), NormalDist().inv_cdf((1 + CONFIDENCE) / 2), float(right.mean())
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = ((middle + side * half) / (1 + z * z / n) for side in (-1, 1))
    return Estimate(p, float(max(0.0, low)), float(min(1.0, high)))


def estimate(metric: Metric, labels: Floats, levels: Floats, players: Sequence[str]) -> Estimate:
    """The metric with its cluster bootstrap interval: players, not performances, are drawn again."""
    return _interval(value(metric, labels, levels), metric(labels, levels, resamples(players)))


def difference(metric: Metric, labels: Floats, levels: Floats, others: Floats, players: Sequence[str]) -> Estimate:
    """`metric(levels) - metric(others)` on the same performances, with its paired cluster bootstrap interval."""
    draws = resamples(players)
    gap = value(metric, labels, levels) - value(metric, labels, others)
    return _interval(gap, metric(labels, levels, draws) - metric(labels, others, draws))


def resamples(players: Sequence[str], *, rounds: int = ROUNDS, seed: int = 0) -> Floats:
    """`[rounds, n]`: how often each performance stands in each bootstrap sample.

    A sample is as many players as there are, with replacement, each with all their performances. No rounds for one
    player.
    """
    names, own = np.unique(np.asarray(players), return_inverse=True)
    if len(names) < 2:
        return np.zeros((0, len(players)))
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=rounds)
    return drawn[:, own].astype(float)


def _mean(values: Floats | NDArray[np.bool_], weights: Floats) -> Floats:
    return (weights @ np.asarray(values, dtype=float)) / weights.sum(axis=1)


def _interval(value: float, values: Floats) -> Estimate:
    if not len(values):
        return Estimate(value, float("nan"), float("nan"))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))
