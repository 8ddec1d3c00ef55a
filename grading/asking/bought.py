"""What labels have bought: the power law a + b·n^-c through what was measured, and what more labels should bring.

Errors of learners fall with the number of labels as a power law above a floor that no number of labels removes
(Hestness et al., 'Deep Learning Scaling is Predictable, Empirically', 2017; for small sets Figueroa et al., BMC Medical
Informatics 2012, who fit the same law by weighted least squares). a, b and c are not negative here.

The band is parametric: every measured point is drawn anew DRAWS times from the normal distribution of its own
standard error, the law is fitted to each draw, and the band holds the middle 90 of 100 of the lines. Points of one
audit part err together, which moves the whole line and so is in the band; that the law may not be a power law is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEWEST_POINTS = 4  # different numbers of labels: three of them would be met exactly by the three unknowns
DRAWS = 1000
SEED = 6
BAND = (5.0, 95.0)  # percentiles
POWERS = np.geomspace(0.1, 2.0, 40)  # tried for c
# Of a point that was measured without an interval, in levels: as wide as those of some thirty audited recordings.
USUAL_ERROR = 0.15
WITHIN = 1.96  # standard errors to either side of a measured value hold 95 of 100


@dataclass(frozen=True)
class Measured:
    """An audited error after learning from so many labels; with its 95 % interval where there is one. In levels."""

    labels: float
    error: float
    low: float | None = None
    high: float | None = None

    @property
    def standard_error(self) -> float:
        if self.low is None or self.high is None or self.high <= self.low:
            return USUAL_ERROR
        return (self.high - self.low) / (2 * WITHIN)


@dataclass(frozen=True)
class Gain:
    """By how many levels the error should fall, with the middle 90 of 100 of the band."""

    labels: int
    levels: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """a + b·n^-c in levels, and the laws of the redrawn points, `[DRAWS, 3]`."""

    a: float
    b: float
    c: float
    drawn: Floats
    # The most labels that anything was measured at: beyond them the law only promises.
    reached: float

    def at(self, labels: Sequence[float]) -> Floats:
        row: Floats = _law(np.array([[self.a, self.b, self.c]]), labels)[0]
        return row

    def band(self, labels: Sequence[float]) -> tuple[Floats, Floats]:
        low, high = np.percentile(_law(self.drawn, labels), BAND, axis=0)
        return low, high

    def gain(self, more: int) -> Gain:
        """What `more` labels beyond the most that was measured should bring."""
        ends = [self.reached, self.reached + more]
        falls = -np.diff(_law(self.drawn, ends), axis=1)[:, 0]
        low, high = np.percentile(falls, BAND)
        return Gain(more, float(-np.diff(self.at(ends))[0]), float(low), float(high))

    @cached_property
    def floor(self) -> float:
        """What the error stays above, most likely, however many labels there are."""
        return float(np.percentile(self.drawn[:, 0], BAND[0]))


def fit(points: Sequence[Measured]) -> Curve | None:
    """The law through all points with labels; None below FEWEST_POINTS different numbers of them."""
    points = [point for point in points if point.labels > 0]
    if len({point.labels for point in points}) < FEWEST_POINTS:
        return None
    labels = np.array([point.labels for point in points])
    errors = np.array([point.error for point in points])
    spread = np.array([point.standard_error for point in points])
    drawn = np.random.default_rng(SEED).normal(errors, spread, size=(DRAWS, len(points)))
    laws = _fitted(labels, np.vstack([errors, drawn]), 1 / spread)
    a, b, c = laws[0].tolist()
    return Curve(a, b, c, laws[1:], float(labels.max()))


def _law(laws: Floats, labels: Sequence[float]) -> Floats:
    """`[laws, labels]` errors."""
    n = np.asarray(labels, dtype=float)
    a, b, c = laws[:, :1], laws[:, 1:2], laws[:, 2:]
    return np.asarray(a + b * n**-c)


def _fitted(labels: Floats, rows: Floats, weights: Floats) -> Floats:
    """`[rows, 3]`: for each row of errors the a, b ≥ 0 and the c among POWERS with the least weighted squares."""
    best, least = np.zeros((len(rows), 3)), np.full(len(rows), np.inf)
    for power in POWERS:
        level, slope, miss = _line(labels**-power, rows, weights)
        better = miss < least
        best[better] = np.column_stack([level, slope, np.full(len(rows), power)])[better]
        least = np.where(better, miss, least)
    return best


def _line(x: Floats, rows: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Level and slope of the weighted least squares of each row on x, neither below nought, and how far it misses."""
    w = weights**2 / np.sum(weights**2)
    x_mean, y_mean = np.sum(w * x), rows @ w
    slope = np.maximum((rows - y_mean[:, None]) @ (w * (x - x_mean)) / np.sum(w * (x - x_mean) ** 2), 0.0)
    level = y_mean - slope * x_mean
    through_nought = (rows @ (w * x)) / np.sum(w * x**2)
    slope, level = np.where(level < 0, through_nought, slope), np.maximum(level, 0.0)
    miss = ((rows - level[:, None] - slope[:, None] * x) ** 2) @ w
    return level, slope, miss
