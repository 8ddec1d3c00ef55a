"""Figures with intervals, and claims that hold or do not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, t


@dataclass(frozen=True)
class Figure:
    """A mean over repetitions, or over players, with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}; {self.count})"

    def signed(self) -> str:
        return f"{self.value:+.3f} ({self.low:+.3f} to {self.high:+.3f}; {self.count})"


def mean(values: Sequence[float]) -> Figure:
    """Student's interval."""
    rows = np.asarray(values, dtype=float)
    middle, count = float(rows.mean()), len(rows)
    if count < 2:
        return Figure(middle, math.nan, math.nan, count)
    half = float(t.ppf(0.975, count - 1)) * float(rows.std(ddof=1)) / math.sqrt(count)
    return Figure(middle, middle - half, middle + half, count)


def by_player(values: Sequence[float], players: Sequence[object]) -> Figure:
    """The mean of all values, its interval over players: recordings of one player are not independent."""
    rows, names = np.asarray(values, dtype=float), list(dict.fromkeys(players))
    cluster = np.array([names.index(player) for player in players])
    middle, count = float(rows.mean()), len(names)
    sums = np.bincount(cluster, rows - middle, count)
    half = (
        float(t.ppf(0.975, count - 1)) * math.sqrt(float((sums**2).sum()) * count / (count - 1)) / len(rows)
        if count > 1
        else math.nan
    )
    return Figure(middle, middle - half, middle + half, len(rows))


def share(hits: int, of: int) -> Figure:
    """Wilson's interval."""
    if not of:
        return Figure(math.nan, math.nan, math.nan, 0)
    found = binomtest(hits, of).proportion_ci(method="wilson")
    return Figure(hits / of, float(found.low), float(found.high), of)


@dataclass(frozen=True)
class Claim:
    """What was claimed, whether it came true, and the lines that show it."""

    title: str
    holds: bool
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        verdict = "It holds." if self.holds else "IT DOES NOT HOLD."
        return "\n".join([f"### {self.title}", "", *self.lines, "", f"**{verdict}**", ""])


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[str, ...]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return (*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows))
