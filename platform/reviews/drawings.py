"""The drawings of agreement: places are shares of an axis, 0 to 1, as in a report of the lab."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grading.models.grades import LEVELS

if TYPE_CHECKING:
    from grading.agreement import Agreement, Figure, Pair


@dataclass(frozen=True)
class Tick:
    text: str
    at: float


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, with ticks on round numbers."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    @classmethod
    def around_nought(cls, values: Iterable[float | None]) -> Scale:
        """The same width to both sides, so that nought lies in the middle."""
        furthest = max((abs(value) for value in values if value is not None), default=0.0)
        step = next((step for step in (0.5, 1.0, 2.0) if furthest <= 4 * step), 4.0)
        top = step * max(1, math.ceil(furthest / step - 1e-9))
        count = round(2 * top / step)
        places = (-top + number * step for number in range(count + 1))
        return cls(-top, top, tuple(Tick(_tick(place), (place + top) / (2 * top)) for place in places))

    @classmethod
    def from_nought(cls, values: Iterable[float | None]) -> Scale:
        furthest = max((value for value in values if value is not None), default=0.0)
        step = 0.5 if furthest <= 2 else 1.0
        count = max(1, math.ceil(furthest / step - 1e-9))
        return cls(0.0, count * step, tuple(Tick(f"{row * step:g}", row / count) for row in range(count + 1)))

    def at(self, value: float) -> float:
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True)
class Whisker:
    """A figure with its interval on a scale."""

    at: float
    low_at: float | None
    high_at: float | None

    @classmethod
    def of(cls, scale: Scale, figure: Figure) -> Whisker:
        low, high = figure.low, figure.high
        return cls(
            scale.at(figure.value), None if low is None else scale.at(low), None if high is None else scale.at(high)
        )


@dataclass(frozen=True)
class Dot:
    """Recordings with the same two levels; `mean` and `difference` in levels, `radius` in units of the drawing."""

    mean: float
    difference: float
    n: int
    x: float
    y: float

    @property
    def radius(self) -> float:
        return 2.6 + 1.4 * math.sqrt(self.n)


@dataclass(frozen=True)
class BlandAltman:
    """Mean of two levels across, first minus second upwards."""

    scale: Scale
    dots: tuple[Dot, ...]
    bias: Whisker
    lower: Whisker
    upper: Whisker


def bland_altman(pairs: Iterable[Pair], found: Agreement) -> BlandAltman:
    limits = found.limits
    counts = Counter(((pair.first + pair.second) / 2, pair.first - pair.second) for pair in pairs)
    lines = [bound for line in (limits.bias, limits.lower, limits.upper) for bound in (line.value, line.low, line.high)]
    scale = Scale.around_nought([*lines, *(difference for _, difference in counts)])
    across = Scale(LEVELS[0], LEVELS[-1], ())
    dots = (
        Dot(mean, difference, n, across.at(mean), scale.at(difference))
        for (mean, difference), n in sorted(counts.items())
    )
    whiskers = (Whisker.of(scale, line) for line in (limits.bias, limits.lower, limits.upper))
    return BlandAltman(scale, tuple(dots), *whiskers)


def _tick(value: float) -> str:
    return f"{value:+g}".replace("-", "\N{MINUS SIGN}") if value else "0"
