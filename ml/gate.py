"""The figures by which a candidate may take the champion's place, from what both said of the same recordings.

numpy and scipy's quantiles alone: the pages ask for them too. `labels`, `candidate` and `champion` are `[n]` arrays of
levels, `players` their clusters. Everything here treats a player's recordings as one: players are drawn, not
recordings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from ml import metrics
from ml.metrics import Estimate, Metric

Floats = NDArray[np.float64]
ROUNDS = 2000  # of bootstrap samples and of random exchanges; the outer tails are asked for
ALPHA = 0.05
POWER = 0.8  # how often as many recordings as are asked for would decide
FEWEST_PLAYERS = 5  # in all, and in a group that decides: fewer say nothing of other players
MOST = 1_000_000  # recordings; where as many would not decide, none will
TINY = 1e-9  # levels


@dataclass(frozen=True)
class Audited:
    """One recording of the audit part and what both models expect of it, in levels. Without the candidate's ten
    probabilities and its interval in whole levels it says nothing of calibration and coverage.
    """

    player: str
    level: float
    candidate: float
    champion: float
    groups: tuple[tuple[str, str], ...] = ()  # (kind, name)
    probabilities: tuple[float, ...] | None = None
    interval: tuple[int, int] | None = None


@dataclass(frozen=True)
class Gap:
    """Candidate minus champion with its 95 % interval; `low` and `high` are NaN below FEWEST_PLAYERS."""

    candidate: float
    champion: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Group:
    """Recordings that share a level, a piece, a course or a device, and the gap of their mean absolute errors.

    `chance` is how often exchanging the two models at random, player by player, makes any group that much worse; NaN
    where this one is within the margin, or decides nothing because it is too small.
    """

    kind: str
    name: str
    recordings: int
    players: int
    gap: Gap
    decides: bool
    chance: float

    @property
    def refused(self) -> bool:
        return self.chance <= ALPHA


@dataclass(frozen=True)
class Figures:
    """`mae` in levels, `qwk` from -1 to 1. `chance_error` is the calibration error that chance alone may give, and
    `coverage` the share of labels inside their intervals; all three None where no distribution is known.
    """

    recordings: int
    players: int
    mae: Gap
    qwk: Gap
    groups: tuple[Group, ...]
    calibration_error: float | None
    chance_error: float | None
    coverage: Estimate | None


def figures(rows: Sequence[Audited], *, margin: float, fewest: int) -> Figures:
    """Everything the gate asks of the audit part. Raises ValueError where there is none.

    `margin` is by how many levels a group may get worse, `fewest` how many recordings a group needs that decides.
    """
    if not rows:
        raise ValueError("Nothing was audited.")
    labels, candidate, champion = (
        np.array([getattr(row, name) for row in rows], dtype=float) for name in ("level", "candidate", "champion")
    )
    players = [row.player for row in rows]
    members: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(rows):
        for key in row.groups:
            members.setdefault(key, []).append(place)
    mae, qwk = gaps(labels, candidate, champion, players)
    return Figures(
        len(rows),
        len(set(players)),
        mae,
        qwk,
        tuple(worsened(labels, candidate, champion, players, members, margin=margin, fewest=fewest)),
        *_sureness(rows),
        _coverage(rows),
    )


def gaps(labels: Floats, candidate: Floats, champion: Floats, players: Sequence[str]) -> tuple[Gap, Gap]:
    """The paired cluster bootstrap of mean absolute error and of quadratic weighted kappa.

    The intervals are expanded percentile intervals (Hesterberg, 'What Teachers Should Know About the Bootstrap', The
    American Statistician 69, 2015): percentiles of the resampled differences, taken as far out as Student's t asks for
    with so few players.
    """
    count = len(set(players))
    draws = metrics.resamples(players, rounds=ROUNDS) if count >= FEWEST_PLAYERS else None

    def gap(metric: Metric) -> Gap:
        ours, theirs = metrics.value(metric, labels, candidate), metrics.value(metric, labels, champion)
        if draws is None:
            return Gap(ours, theirs, ours - theirs, math.nan, math.nan)
        reach = stdtrit(count - 1, 1 - ALPHA / 2) * math.sqrt(count / (count - 1))
        found = metric(labels, candidate, draws) - metric(labels, champion, draws)
        low, high = np.quantile(found, [ndtr(-reach), ndtr(reach)])
        return Gap(ours, theirs, ours - theirs, float(low), float(high))

    return gap(metrics.mean_absolute_error), gap(metrics.quadratic_weighted_kappa)


def worsened(
    labels: Floats,
    candidate: Floats,
    champion: Floats,
    players: Sequence[str],
    members: Mapping[tuple[str, str], Sequence[int]],
    *,
    margin: float,
    fewest: int,
) -> list[Group]:
    """How each group fares with the candidate, in levels of error; `members` maps (kind, name) to rows.

    A group is refused where it is worse by more than `margin` and its `chance` is at most ALPHA. `chance` is that of
    any group at all (the maximum over the groups; Westfall and Young, 'Resampling-Based Multiple Testing', 1993), so
    that however many groups there are and however they overlap, a candidate no different from the champion is refused
    in at most ALPHA of all cases. The statistic is a group's mean worsening, where beyond the margin, in units of its
    scatter over players; exchanging the models within a player leaves that scatter as it is, so that a group of few
    players is judged as exactly as a large one.
    """
    names, cluster = np.unique(np.asarray(players), return_inverse=True)
    errors = np.abs(candidate - labels), np.abs(champion - labels)
    worse = errors[0] - errors[1]
    found, sums = [], []
    for (kind, name), rows in members.items():
        own = np.asarray(rows, dtype=int)
        players_here = len(set(cluster[own]))
        decides = len(own) >= fewest and players_here >= FEWEST_PLAYERS
        if decides:
            sums.append(np.bincount(cluster[own], worse[own], len(names)) / len(own))
        gap = _mean_gap(errors[0][own], errors[1][own], cluster[own])
        found.append(Group(kind, name, len(own), players_here, gap, decides, math.nan))
    chances = iter(_chances(np.array(sums), margin) if sums else ())
    return [replace(group, chance=next(chances)) if group.decides else group for group in found]


def _mean_gap(candidate: Floats, champion: Floats, cluster: NDArray[np.int64]) -> Gap:
    """Student's interval of a mean difference over clusters (Liang and Zeger 1986, linearised)."""
    worse = candidate - champion
    value = float(worse.mean())
    ours, theirs = float(candidate.mean()), float(champion.mean())
    own = np.bincount(cluster, worse - value)[np.unique(cluster)]
    count = len(own)
    if count < FEWEST_PLAYERS:
        return Gap(ours, theirs, value, math.nan, math.nan)
    error = math.sqrt((own**2).sum() * count / (count - 1)) / len(worse)
    half = float(stdtrit(count - 1, 1 - ALPHA / 2)) * error
    return Gap(ours, theirs, value, value - half, value + half)


def _chances(sums: Floats, margin: float) -> list[float]:
    """`sums` is `[groups, players]`: what each player's recordings add to a group's mean worsening."""
    scatter = np.sqrt((sums**2).sum(axis=1))
    scatter[scatter == 0] = 1.0
    signs = np.random.default_rng(0).choice([-1.0, 1.0], size=(ROUNDS, sums.shape[1]))

    def beyond(worsening: Floats) -> Floats:
        return np.where(worsening > margin, worsening / scatter, -np.inf)

    exchanged = beyond(signs @ sums.T).max(axis=1)
    return [
        math.nan if value == -np.inf else float((1 + (exchanged >= value - 1e-9).sum()) / (ROUNDS + 1))
        for value in beyond(sums.sum(axis=1))
    ]


def needed(value: float, low: float, high: float, *, recordings: int, bound: float = 0.0) -> int:
    """How many more recordings, of players like these, would tell the figure from `bound` in a share POWER of cases.

    An interval shrinks with the square root of the number of its clusters: n · ((z + z_power) · s / d)², with s the
    standard error that its width stands for and d the figure's distance from the bound, as long as that stays what it
    is.
    """
    if abs(value - bound) < TINY:
        return MOST
    z, z_power = float(ndtri(1 - ALPHA / 2)), float(ndtri(POWER))
    error = (high - low) / (2 * z)
    times = ((z + z_power) * error / (value - bound)) ** 2
    return max(1, math.ceil(min((times - 1) * recordings, MOST)))


def _sureness(rows: Sequence[Audited]) -> tuple[float | None, float | None]:
    known = [row for row in rows if row.probabilities is not None]
    if not known:
        return None, None
    probabilities = np.array([row.probabilities for row in known], dtype=float)
    labels = np.array([row.level for row in known])
    return metrics.expected_calibration_error(labels, probabilities), chance_calibration_error(probabilities)


def _coverage(rows: Sequence[Audited]) -> Estimate | None:
    known = [(row, row.interval) for row in rows if row.interval is not None]
    if not known:
        return None
    levels = metrics.to_levels(np.array([row.level for row, _ in known]))
    held = np.array([low <= level <= high for level, (_, (low, high)) in zip(levels, known, strict=True)])
    return metrics.share(held, [row.player for row, _ in known])


def chance_calibration_error(probabilities: Floats) -> float:
    """The calibration error that a perfectly calibrated model stays below in 95 of 100 audits of this size.

    With few recordings every model looks miscalibrated. Consistency resampling (Bröcker and Smith, 'Increasing the
    Reliability of Reliability Diagrams', Weather and Forecasting 22, 2007): whether the most likely level is right is
    drawn as often as the model is sure of it.
    """
    sure = probabilities.max(axis=1)
    place = metrics.bin_of(sure)
    right = np.random.default_rng(0).random((ROUNDS // 2, len(sure))) < sure
    bins = np.equal.outer(place, np.arange(metrics.BINS)).astype(float)
    gaps = np.abs((right - sure) @ bins) / len(sure)
    return float(np.quantile(gaps.sum(axis=1), 1 - ALPHA))
