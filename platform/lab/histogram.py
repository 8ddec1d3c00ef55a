"""How often each level occurs, as bars that a template can draw."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grading.models.grades import LEVELS


@dataclass(frozen=True)
class Bar:
    part: str
    count: int
    # Shares of the tallest stack, 0 to 1: where the bar begins and how high it is.
    base: float
    height: float


@dataclass(frozen=True)
class Column:
    level: int
    total: int
    bars: tuple[Bar, ...]


def histogram(levels: Mapping[str, Sequence[int]]) -> list[Column]:
    """One column per level from 1 to 10, each a stack of one bar per part."""
    counts = {part: Counter(values) for part, values in levels.items()}
    tallest = max((sum(count[level] for count in counts.values()) for level in LEVELS), default=0) or 1
    return [_column(level, counts, tallest) for level in LEVELS]


def _column(level: int, counts: Mapping[str, Counter[int]], tallest: int) -> Column:
    bars, below = [], 0
    for part, count in counts.items():
        bars.append(Bar(part, count[level], below / tallest, count[level] / tallest))
        below += count[level]
    return Column(level, below, tuple(bars))
