"""What several people said of one performance, made into one label: its level, how it is spread, how far to trust it.

Every mark is taken as

    mark of performance p by rater t  =  performance p  +  leaning of t  +  error,   error ~ N(0, σ_t²)

Leanings are those of `severity`, here from the mean of all who share performances. Each rater's error variance is
estimated by expectation maximisation of the same model with the performances as fixed effects (Dempster, Laird & Rubin
1977, J. Royal Statistical Society B 39:1; as restricted likelihood Laird & Ware 1982, Biometrics 38:963). It is shrunk:
every rater begins with PRIOR marks of the usual error, and the usual error with PRIOR marks of SPREAD². A mark then
counts in the inverse of its rater's variance, which is the best linear unbiased combination. Where no two raters share
a performance nothing is known of leanings or errors, so marks stay as they are and count alike.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from .figures import Floats
from .severity import ROUNDING, Marked, marks_by_performance, severities

Rule = Literal["weighted", "mean", "majority"]

LEVELS = np.arange(1, 11)
SPREAD = 0.8  # levels: what one mark is blurred by, as `ml.losses.bell` does; about what two teachers differ by
PRIOR = 8.0  # marks
# Performances shared with colleagues; a leaning from fewer would be read off the very dispute that it explains away.
FEWEST_SHARED = 3
ROUNDS = 100  # at most, of the expectation maximisation
SETTLED = 1e-6  # change of a variance below which it has come to rest
TINY = 1e-9


@dataclass(frozen=True)
class Raters:
    """What is known of the school's raters. `leans`: levels that one gives more than all do; `errors`: σ_t²."""

    leans: Mapping[Hashable, float] = field(default_factory=dict)
    errors: Mapping[Hashable, float] = field(default_factory=dict)
    usual: float = SPREAD**2

    def adjusted(self, rater: Hashable, level: float) -> float:
        """As all would have said it on average, within the ten levels."""
        return float(np.clip(level - self.leans.get(rater, 0.0), LEVELS[0], LEVELS[-1]))

    def reliability(self, rater: Hashable) -> float:
        """How many usual marks one of this rater's is worth."""
        return self.usual / self.errors.get(rater, self.usual)


@dataclass(frozen=True)
class Said:
    """One rater's mark. `importance` is how much more than a usual mark it counts; `settles`: it ends a dispute."""

    rater: Any
    level: float
    importance: float = 1.0
    settles: bool = False


@dataclass(frozen=True)
class Combined:
    """`target`: ten probabilities, level 1 first; `spread`: levels between the lowest and the highest mark that counts;
    `apart`: that is more than the bound; `worth`: so many usual marks; `counted`: the places of what counts.
    """

    level: float
    target: tuple[float, ...]
    spread: float
    apart: bool
    worth: float
    counted: tuple[int, ...]


def know_raters(marks: Iterable[Marked]) -> Raters:
    """From all marks there are; one per rater and performance, the last one given."""
    marks = list(marks)
    rows = severities(marks)
    leans = {row.teacher: row.lean * (len(rows) - 1) / len(rows) for row in rows if row.n >= FEWEST_SHARED}
    errors, usual = _errors(marks, leans)
    return Raters(leans, errors, usual)


def combine(said: Sequence[Said], *, rule: Rule, raters: Raters, bound: float) -> Combined:
    """Of at least one mark, the oldest first.

    'weighted': the mean of the adjusted marks, each counting as reliable and important as it is. 'mean': the plain
    mean. 'majority': the level that most gave, the mean of them where several were given equally often. The target is
    always what was said: a bell around each mark, mixed as the marks count.

    A mark that settles leaves out what was said before it and lies further than `bound` from it.
    """
    adjusts = rule == "weighted"
    marks = np.array([raters.adjusted(one.rater, one.level) if adjusts else one.level for one in said])
    worth = np.array([raters.reliability(one.rater) if adjusts else 1.0 for one in said])
    shares = worth * [one.importance if adjusts else 1.0 for one in said]
    counted = _counted(said, marks, bound)
    marks, worth, shares = marks[counted], worth[counted], shares[counted]
    shares = shares / shares.sum() if shares.any() else worth / worth.sum()
    spread = float(np.ptp(marks))
    return Combined(
        level=_majority(marks) if rule == "majority" else float(shares @ marks),
        target=tuple((shares @ bells(marks)).tolist()),
        spread=spread,
        apart=spread > bound + TINY,
        worth=float(worth.sum()),
        counted=tuple(counted.tolist()),
    )


def precision(worth: float) -> float:
    """How much a label of so many usual marks counts beside that of one: 1 for one, 1.33 for two, never 2.

    Least squares weighs by the inverse variance of what is fitted: the label's error, σ²/worth, and what no model tells
    of a recording, taken to be as large as one usual error, σ².
    """
    return 2 / (1 + 1 / worth)


def bells(marks: Floats) -> Floats:
    """Marks `[n]` to distributions over the levels `[n, 10]`, the same as `ml.losses.bell`."""
    heights = np.exp(-0.5 * ((LEVELS - marks[:, None]) / SPREAD) ** 2)
    rows: Floats = heights / heights.sum(axis=1, keepdims=True)
    return rows


def _counted(said: Sequence[Said], marks: Floats, bound: float) -> Any:
    """The places `[n]` of the marks that count."""
    settling = max((place for place, one in enumerate(said) if one.settles), default=0)
    if not said[settling].settles:
        return np.arange(len(said))
    near = np.abs(marks - marks[settling]) <= bound + TINY
    return np.flatnonzero(near | (np.arange(len(said)) >= settling))


def _majority(marks: Floats) -> float:
    levels, counts = np.unique(marks, return_counts=True)
    return float(levels[counts == counts.max()].mean())


def _errors(marks: Iterable[Marked], leans: Mapping[Hashable, float]) -> tuple[dict[Hashable, float], float]:
    """Each rater's error variance, and the usual one, from the performances that two or more have marked."""
    shared = [rows for rows in marks_by_performance(marks) if len(rows) > 1]
    if not shared:
        return {}, SPREAD**2
    raters = list(dict.fromkeys(mark.teacher for rows in shared for mark in rows))
    place = {rater: row for row, rater in enumerate(raters)}
    own = np.array([place[mark.teacher] for rows in shared for mark in rows])
    whose = np.repeat(np.arange(len(shared)), [len(rows) for rows in shared])
    levels = np.array([mark.level - leans.get(mark.teacher, 0.0) for rows in shared for mark in rows])
    counts = np.bincount(own)

    means = np.bincount(whose, levels) / np.bincount(whose)
    freedom = len(levels) - len(shared)
    squares = float(((levels - means[whose]) ** 2).sum())
    usual = max((PRIOR * SPREAD**2 + squares) / (PRIOR + freedom), ROUNDING)

    variances = np.full(len(raters), usual)
    for _ in range(ROUNDS):
        weights = 1 / variances[own]
        together = np.bincount(whose, weights)
        means = np.bincount(whose, weights * levels) / together
        expected = (levels - means[whose]) ** 2 + 1 / together[whose]
        before, variances = variances, (PRIOR * usual + np.bincount(own, expected)) / (PRIOR + counts)
        variances = np.maximum(variances, ROUNDING)
        if np.abs(variances - before).max() < SETTLED:
            break
    return dict(zip(raters, variances.tolist(), strict=True)), usual
