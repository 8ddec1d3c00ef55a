"""Who is in the school: teachers of known severity and scatter, students who improve, and the school's own scale."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import pool
from .pool import Phone, Size, Take, takes_of, truth_of_take

# What a level is here. A school hears more than it sees, and is stricter than whoever wrote the generator: nobody
# comes with a model that knows its scale. docs/sim-school.md says where the teachers' numbers come from.
HEARD = 2 / 3
STRICT = 0.85
STEADY = 0.8  # levels by which what a student dares to hand in varies from week to week


@dataclass(frozen=True)
class Teacher:
    """What she gives is the true level, plus her severity, plus what varies from recording to recording, rounded."""

    name: str
    severity: float  # levels; below 0 is severe
    scatter: float  # standard deviation, levels

    def rates(self, true_level: float, dice: random.Random) -> int:
        return min(10, max(1, round(true_level + self.severity + dice.gauss(0.0, self.scatter))))


# The severities add up to nothing: what a level is, is what these teachers mean by it together.
TEACHERS = (
    Teacher("Severe", -0.9, 0.8),
    Teacher("Stern", -0.2, 1.0),
    Teacher("Kind", 0.3, 0.8),
    Teacher("Lenient", 0.8, 1.1),
)
# Of two courses: each has a teacher of its own and two that both have, so that severities can be compared.
TAUGHT_BY = ((0, 1, 2), (1, 2, 3))


def true_level(take: Take) -> float:
    """On the school's scale, 1 to 10: how this performance was played, as an ideal jury of this school would say."""
    truth = truth_of_take(take)
    played = HEARD * truth.audible + (1 - HEARD) * truth.visible
    return min(10.0, max(1.0, 1.0 + STRICT * (played - 1.0)))


@dataclass
class Student:
    """A player of the pool through the year: never the same film twice, the level climbing from first to last."""

    player: int
    takes: list[Take]
    climb: float  # levels gained over the year, on the generator's scale
    played: list[tuple[Take, Phone]] = field(default_factory=list)

    def plays(self, share_of_year: float, phone: Phone, dice: random.Random) -> Take | None:
        """A take of about where the student stands by now; None once this phone has filmed them all."""
        left = [take for take in self.takes if (take, phone) not in self.played]
        if not left:
            return None
        wanted = self.takes[0].level + self.climb * share_of_year
        near = [math.exp(-0.5 * ((take.level - wanted) / STEADY) ** 2) for take in left]
        take = dice.choices(left, near)[0]
        self.played.append((take, phone))
        return take


def students(count: int, size: Size, dice: random.Random) -> list[Student]:
    """So many players of the pool, each level at which a year may begin as often as the others as far as possible."""
    players = list(range(size.players))
    dice.shuffle(players)
    by_start: dict[int, list[int]] = {}
    for player in players:
        by_start.setdefault(takes_of(player, size)[0].level, []).append(player)
    chosen: list[int] = []
    while len(chosen) < min(count, size.players):
        for start in sorted(by_start):
            if by_start[start] and len(chosen) < count:
                chosen.append(by_start[start].pop())
    return [_student(player, size, dice) for player in chosen]


def _student(player: int, size: Size, dice: random.Random) -> Student:
    takes = takes_of(player, size)
    return Student(player, takes, climb=dice.uniform(1.0, pool.CLIMB - 1.0))


def the_others(present: Sequence[Student], size: Size) -> list[Take]:
    """Every take of the players who are not in the school: what nothing of it has learned from."""
    here = {student.player for student in present}
    return [take for take in pool.every_take(size) if take.player not in here]
