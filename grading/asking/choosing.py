"""A round: recordings that are uncertain, unlike each other, and that somebody has the time to rate.

Greedily, one by one, the recording with the largest product of three numbers joins the round:

- its uncertainty, as the variance of what the model says, in levels²;
- its distance from the nearest one that was chosen already (k-center: Gonzalez 1985; for labels: Sener and Savarese,
  ICLR 2018, there alone, here weighed by uncertainty), so that a round is not twelve takes of one hard bar;
- the availability of its teachers.

A share of the round is drawn by chance instead, before anything else and from all candidates alike. What is learned
from the others is learned from hard cases on purpose; only beside a fair sample can that bias be told.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .uncertainty import uncertainty

Floats = NDArray[np.float64]
# A teacher with so many recordings waiting comes to one more half as likely as one who is free.
BUSY = 20
# As far as another piece, or another player, sets two recordings apart whose distributions are the same; the distance
# between distributions is that of their cumulated probabilities, about 1 for a shift by one level in one branch.
OTHER_PIECE = 1.0
OTHER_PLAYER = 1.0


@dataclass(frozen=True)
class Candidate:
    key: Any  # names it to whoever asks
    # [10] probabilities each, level 1 first: visual, aural, fused
    said: tuple[Sequence[float], Sequence[float], Sequence[float]]
    piece: str
    player: Hashable
    # From 0 (nobody may rate it) to 1 (somebody is free)
    availability: float = 1.0


@dataclass(frozen=True)
class Choice:
    key: Any
    by_chance: bool
    uncertainty: float


def availability(waiting: Iterable[float]) -> float:
    """From how many recordings wait for each teacher who may rate it: the chance that one of them comes to it.

    Each comes to it with BUSY / (BUSY + waiting), independently of the others; with nobody it is 0.
    """
    return 1.0 - float(np.prod([1.0 - BUSY / (BUSY + load) for load in waiting]))


def choose(
    candidates: Sequence[Candidate], *, size: int, control_share: float, dice: np.random.Generator
) -> list[Choice]:
    """At most `size` of them that somebody may rate, in an order that does not tell why each was chosen.

    With a share above 0 and more than one to choose, at least one is drawn by chance.
    """
    open_to = [candidate for candidate in candidates if candidate.availability > 0]
    if not open_to:
        return []
    unsure = np.array([uncertainty(candidate.said[-1]) for candidate in open_to])
    size = min(size, len(open_to))
    by_chance = dice.choice(len(open_to), by_chance_of(size, control_share), replace=False).tolist()
    weight = unsure**2 * [candidate.availability for candidate in open_to]
    rest = _spread(_places(open_to), weight, taken=by_chance, more=size - len(by_chance))
    chosen = [(row, True) for row in by_chance] + [(row, False) for row in rest]
    return [
        Choice(open_to[row].key, chance, round(float(unsure[row]), 3))
        for row, chance in (chosen[place] for place in dice.permutation(len(chosen)))
    ]


def by_chance_of(size: int, share: float) -> int:
    """How many of a round are drawn by chance."""
    fewest = 1 if share > 0 and size > 1 else 0
    return min(size, max(fewest, round(size * share)))


def _spread(places: Floats, weight: Floats, *, taken: Sequence[int], more: int) -> list[int]:
    """So many more rows of the `[n, d]` places: heavy ones, far from each other and from those that are taken."""
    free, nearest = np.ones(len(places), dtype=bool), np.full(len(places), np.inf)

    def take(row: int) -> int:
        free[row] = False
        np.minimum(nearest, np.linalg.norm(places - places[row], axis=1), out=nearest)
        return row

    for row in taken:
        take(row)
    chosen: list[int] = []
    for _ in range(more):
        score = weight if free.all() else weight * nearest
        chosen.append(take(int(np.argmax(np.where(free, score, -1.0)))))
    return chosen


def _places(candidates: Sequence[Candidate]) -> Floats:
    """`[n, d]` points whose distances say how unlike two recordings are: in the 30 probabilities, piece and player."""
    said = np.cumsum(np.array([candidate.said for candidate in candidates], dtype=float), axis=-1)
    return np.concatenate(
        [
            said.reshape(len(candidates), -1),
            _apart([candidate.piece for candidate in candidates]) * OTHER_PIECE,
            _apart([candidate.player for candidate in candidates]) * OTHER_PLAYER,
        ],
        axis=1,
    )


def _apart(names: Sequence[Hashable]) -> Floats:
    """`[n, different names]`: rows 1 apart where the names differ, and equal where they are the same."""
    known = {name: column for column, name in enumerate(dict.fromkeys(names))}
    rows = np.zeros((len(names), len(known)))
    rows[np.arange(len(names)), [known[name] for name in names]] = 1 / np.sqrt(2)
    return rows
