"""A number with its 95 % interval, and the quantiles that intervals are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
TAIL = (1 - CONFIDENCE) / 2


@dataclass(frozen=True)
class Figure:
    """`low` and `high` are None where the numbers allow no interval."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def holds_nought(self) -> bool:
        """Whether nothing at all is among what is likely."""
        return self.low is None or self.high is None or self.low <= 0 <= self.high


def figure(value: float, low: float, high: float) -> Figure:
    bounded = math.isfinite(low) and math.isfinite(high)
    return Figure(value, low, high) if bounded else Figure(value)


def mean(values: Sequence[float]) -> Figure:
    """The mean with Student's interval."""
    n, middle = len(values), float(np.mean(values))
    if n < 2:
        return Figure(middle)
    half = t_quantile(n - 1) * float(np.std(values, ddof=1)) / math.sqrt(n)
    return Figure(middle, middle - half, middle + half)


def share(hits: int, n: int) -> Figure:
    """How many of n, as a share, with the exact interval of Clopper & Pearson (Biometrika 26:404, 1934).

    It takes each of the n for itself and is never too narrow for that, however few they are.
    """
    from scipy.special import betaincinv

    low = float(betaincinv(hits, n - hits + 1, TAIL)) if hits else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1 - TAIL)) if hits < n else 1.0
    return Figure(hits / n, low, high)


def t_quantile(freedom: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - TAIL))


def f_quantile(above: float, below: float) -> float:
    """Of Fisher's F with so many degrees of freedom above and below the line."""
    from scipy.special import fdtri

    return float(fdtri(above, below, 1 - TAIL))
