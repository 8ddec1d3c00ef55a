"""Two judges on the same performances: kappa, ICC(2,1), mean absolute difference, limits of agreement."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from grading import engine

from .figures import Figure, figure
from .icc import icc_2_1
from .limits import Limits, limits_of_agreement

# Performances that two judges must share before a figure is shown. With ten a mean difference is known to within 0.72
# of the standard deviation of one difference (Student's t); with six it is 1.05: the interval is wider than the scatter
# itself. From ten on it narrows slowly (0.47 with twenty), so more would only make small schools wait. Every figure
# carries its interval: two raters of PercePiano differ by a standard deviation of 1.8 of 7 steps (median of 748 pairs).
FEWEST = 10


@dataclass(frozen=True)
class Pair:
    """Two levels of one performance, and whose performance it is."""

    first: float
    second: float
    player: Hashable


@dataclass(frozen=True)
class Agreement:
    """`kappa`: quadratic weighted; `apart`: mean absolute difference in levels; `within_one`: a share from 0 to 1."""

    n: int
    kappa: Figure
    icc: Figure | None
    apart: Figure
    within_one: Figure
    limits: Limits


def compare(pairs: Sequence[Pair]) -> Agreement:
    """Kappa, distance and share have bootstrap intervals over players: one player's performances are not independent.

    The limits are those of first minus second.
    """
    first, second = [pair.first for pair in pairs], [pair.second for pair in pairs]
    found = engine.agreement(first, second, players=[str(pair.player) for pair in pairs])
    return Agreement(
        n=len(pairs),
        kappa=figure(*found["qwk"]),
        icc=icc_2_1(list(zip(first, second, strict=True))),
        apart=figure(*found["mae"]),
        within_one=figure(*found["within_one"]),
        limits=limits_of_agreement([a - b for a, b in zip(first, second, strict=True)]),
    )
