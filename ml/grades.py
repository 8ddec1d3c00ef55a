"""What the model says of one recording."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WindowGrade:
    """One stretch of the proxy, `start` to `end` in seconds, with expected levels 1 to 10.

    `low` to `high` is the calibrated interval around `fused`. A modality that the network lacks repeats `fused`.
    """

    start: float
    end: float
    visual: float
    aural: float
    fused: float
    low: float
    high: float


@dataclass(frozen=True)
class Grade:
    """The whole recording: ten probabilities a branch (level 1 first), the expected level and its interval.

    `low` to `high` are the whole levels that hold the label nine times in ten (conformal, on recordings like those the
    model was calibrated on). A modality that the network lacks repeats `fused`. `device` names what computed it,
    `seconds` is how long that took, `clips` how many clips of the recording were looked at.
    """

    visual: tuple[float, ...]
    aural: tuple[float, ...]
    fused: tuple[float, ...]
    level: float
    low: int
    high: int
    windows: tuple[WindowGrade, ...]
    device: str
    seconds: float
    clips: int
