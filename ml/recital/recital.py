"""What is to be rendered, and what is known about it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

LEVELS = range(1, 11)


class RecitalError(ValueError):
    """The performance that was asked for cannot be made; the message says why."""


@dataclass(frozen=True)
class Recital:
    """One performance to be rendered. The same values give the same performance again."""

    seed: int
    level: int
    piece: str | None = None
    player: int | None = None
    size: tuple[int, int] = (1280, 720)
    fps: float | None = None
    seconds: float | None = None
    confound: str | None = None
    # Make and model of the phone that the file names.
    phone: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        width, height = self.size
        if self.level not in LEVELS:
            raise RecitalError(f"a level is a whole number from 1 to 10, not {self.level}")
        if self.seed < 0:
            raise RecitalError(f"a seed is a whole number from 0 on, not {self.seed}")
        if width % 2 or height % 2 or not (64 <= width <= 4096 and 64 <= height <= 4096):
            raise RecitalError(f"width and height are even numbers from 64 to 4096, not {width}x{height}")
        if self.fps is not None and not 5 <= self.fps <= 120:
            raise RecitalError(f"a frame rate lies between 5 and 120 a second, not {self.fps}")
        if self.seconds is not None and not 2 <= self.seconds <= 600:
            raise RecitalError(f"a performance lasts between 2 and 600 seconds, not {self.seconds}")


@dataclass(frozen=True)
class Truth:
    """What is known about a performance: its label, the skill that was heard and seen, marks per criterion (all on
    1..10).
    """

    level: int
    audible: float
    visible: float
    criteria: Mapping[str, float]
    piece: str
    player: int
    seconds: float
    fps: float
    nuisances: Mapping[str, float]


def stream(recital: Recital, subject: str) -> np.random.Generator:
    """Random numbers for one subject: they depend on the seed and the subject, never on the level."""
    return np.random.default_rng([recital.seed, *subject.encode()])
