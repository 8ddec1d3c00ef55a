"""What is looked at, and what is found. These load in no time, for whoever only names them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from . import budget
from .budget import Quantity, rings_below


@dataclass(frozen=True)
class Recorded:
    """One recording: when (days), by whom, what, with what; None where it was not measured. `level`: the champion's."""

    at: float
    player: Hashable
    piece: str
    device: str
    seconds: float
    loudness: float | None = None
    brightness: float | None = None
    level: float | None = None


@dataclass(frozen=True)
class Rated:
    """One blind rating of a recording that the champion graded: by how many levels it is higher, and whether the
    interval held it.
    """

    at: float
    player: Hashable
    piece: str
    device: str
    off: float
    held: bool


@dataclass(frozen=True)
class Finding:
    """What one look at one quantity found; `subject` says of what, where there are several."""

    quantity: Quantity
    chance: float
    subject: str = ""
    numbers: Mapping[str, float | int | None] = field(default_factory=dict)

    @property
    def rings(self) -> bool:
        return self.chance < rings_below(self.quantity)

    @property
    def is_quiet(self) -> bool:
        return self.chance > budget.QUIET
