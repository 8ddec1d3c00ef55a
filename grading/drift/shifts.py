"""How far a number has moved, once who plays and what is played is taken out of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

WEEK = 7.0  # days
FEWEST = 5  # players on each side; fewer are themselves rather than the school
FREEDOM = 10  # degrees, below which the scatter is not known well enough to be rare in
TOGETHER = 2 / 3  # of the players must have moved that way: one who has moved house is not the school


@dataclass(frozen=True)
class Observed:
    """One number of one recording; `at` in days."""

    at: float
    player: Hashable
    piece: Hashable
    value: float


@dataclass(frozen=True)
class Look:
    """By how much it moved, with the 95 % interval. `chance`: how often it would seem as far if it had moved no further
    than is tolerated.
    """

    by: float
    low: float
    high: float
    chance: float
    players: int  # who moved, or did not


def within(rows: Sequence[Observed], *, since: float, tolerated: float = 0.0) -> Look | None:
    """What has come `since` (days) against what came before: everybody is compared with themselves, and every piece
    with itself.

    Least squares with an effect for each player, each piece, and the moment: value = player + piece + moved. A week of
    one player in one piece counts once, as its mean. Whoever is new, or plays what is new, has nothing to be compared
    with and says nothing: a new class is not a change. None while too little can be compared.
    """
    cells = _weekly(rows, since)
    if len(cells) < FREEDOM:
        return None
    values = np.array([cell.value for cell in cells])
    recent = np.array([cell.at >= since for cell in cells], float)
    effects = np.hstack([_dummies([cell.player for cell in cells]), _dummies([cell.piece for cell in cells])])
    basis = _basis(effects)
    own, rest = recent - basis @ (basis.T @ recent), values - basis @ (basis.T @ values)
    weight = float(own @ own)
    freedom = len(cells) - basis.shape[1] - 1
    movers = _comparable(cells, since)
    if weight < 1e-9 or freedom < FREEDOM or len(movers) < FEWEST:
        return None
    by = float(own @ rest) / weight
    scatter = float(np.sum((rest - by * own) ** 2)) / freedom
    look = _look(by, math.sqrt(scatter / weight), freedom, len(movers), tolerated)
    return look if _together(by, cells, rest, since, movers) else replace(look, chance=1.0)


def between(rows: Sequence[Observed], chosen: Iterable[bool], *, tolerated: float = 0.0) -> Look | None:
    """The chosen rows against the others: every player counts once on each side, by their mean. Student's two-sample t
    test, whose chance is too high rather than too low where the same players stand on both sides.
    """
    sides: tuple[dict[Hashable, list[float]], ...] = (defaultdict(list), defaultdict(list))
    for row, is_chosen in zip(rows, chosen, strict=True):
        sides[bool(is_chosen)][row.player].append(row.value)
    others, own = (np.array([float(np.mean(values)) for values in side.values()]) for side in sides)
    freedom = len(own) + len(others) - 2
    if min(len(own), len(others)) < FEWEST or freedom < FREEDOM:
        return None
    scatter = (len(own) * own.var() + len(others) * others.var()) / freedom
    error = math.sqrt(scatter * (1 / len(own) + 1 / len(others)))
    return _look(float(own.mean() - others.mean()), error, freedom, len(own), tolerated)


def by_group(rows: Sequence[Observed], groups: Sequence[str], *, tolerated: float = 0.0) -> Mapping[str, Look]:
    """Each group against all others; the chance is that of the furthest of as many groups as could be looked at."""
    looks = {
        group: between(rows, [each == group for each in groups], tolerated=tolerated) for group in dict.fromkeys(groups)
    }
    told = {group: look for group, look in looks.items() if look is not None}
    return {group: replace(look, chance=min(1.0, look.chance * len(told))) for group, look in told.items()}


def _look(by: float, error: float, freedom: int, players: int, tolerated: float) -> Look:
    """By Student's t at the edge of what is tolerated, on both sides."""
    reach = error * float(special.stdtrit(freedom, 0.975))
    error = max(error, 1e-9)
    tails = special.stdtr(freedom, [(tolerated - abs(by)) / error, (-tolerated - abs(by)) / error])
    chance = min(1.0, float(tails.sum()))
    return Look(by, by - reach, by + reach, chance, players)


def _weekly(rows: Sequence[Observed], since: float) -> list[Observed]:
    """One row for each week of a player in a piece; no week reaches over `since`."""
    cells: dict[tuple[Hashable, ...], list[Observed]] = defaultdict(list)
    for row in rows:
        cells[row.player, row.piece, math.floor((row.at - since) / WEEK)].append(row)
    return [
        Observed(each[0].at, each[0].player, each[0].piece, float(np.mean([row.value for row in each])))
        for each in cells.values()
    ]


def _comparable(cells: Sequence[Observed], since: float) -> set[Hashable]:
    """Who has come since and was there before, in a piece that was played before."""
    players = {cell.player for cell in cells if cell.at < since}
    pieces = {cell.piece for cell in cells if cell.at < since}
    return {cell.player for cell in cells if cell.at >= since and cell.player in players and cell.piece in pieces}


def _dummies(names: Sequence[Hashable]) -> Floats:
    number = {name: index for index, name in enumerate(dict.fromkeys(names))}
    table = np.zeros((len(names), len(number)))
    table[np.arange(len(names)), [number[name] for name in names]] = 1.0
    return table


def _basis(effects: Floats) -> Floats:
    """Orthonormal columns that span the same: players and pieces share at least one direction."""
    left, sizes, _ = np.linalg.svd(effects, full_matrices=False)
    basis: Floats = left[:, sizes > 1e-9 * sizes[0]]
    return basis


def _together(by: float, cells: Sequence[Observed], rest: Floats, since: float, movers: set[Hashable]) -> bool:
    """Whether most of those who can be compared lie on that side of their own past."""
    moved: dict[Hashable, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for cell, left in zip(cells, rest, strict=True):
        moved[cell.player][bool(cell.at >= since)].append(float(left))
    steps = [float(np.mean(after) - np.mean(before)) for before, after in (moved[one] for one in movers)]
    return sum(step * by > 0 for step in steps) >= TOGETHER * len(steps)
