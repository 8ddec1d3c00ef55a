"""A school year as the monitor sees it: much moves in it without being a change, and one thing may change."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rows import Rated, Recorded
from .windows import BEFORE

Floats = NDArray[np.float64]

WEEKS = 40  # of a school year
TERM = 20  # the week in which half of the school leaves and a new class comes
PIECE_DAYS = 21  # then a class goes on to the next piece
TOWN = (0.25, 0.2, 0.15, 0.1, 0.1, 0.08, 0.07, 0.05)  # how common each phone is among all who may come
NEW_PHONE_A_WEEK = 0.007  # of one student: a phone lasts two years and nine months


@dataclass(frozen=True)
class School:
    students: int = 14
    a_week: float = 1.1  # recordings of one student
    rated: float = 0.5  # share of the recordings that is rated blind
    changed: float = math.inf  # the week in which the phone changes
    share: float = 1.0  # of the students whose phone it is
    brighter: float = -0.15  # how the new phone sees,
    louder: float = -6.0  # hears (LU),
    off: float = 0.8  # and misleads the model (levels)


@dataclass
class Student:
    """What tells one from another; by `off` levels the model is wrong about them."""

    name: int
    level: float
    loudness: float  # LUFS
    brightness: float
    off: float
    device: str
    class_of: int  # one of two, which play different pieces
    changes: bool  # gets the new phone when it comes
    mood: Floats  # of level, loudness, brightness: half of it is left a week later


def year(school: School, random: np.random.Generator) -> tuple[list[Recorded], list[Rated]]:
    """All that is recorded in a school year and the term before it, and what of it is rated blind, in order of time."""
    people = [_student(school, row, random) for row in range(school.students)]
    pieces = random.normal(0, 1, (1000, 3)) * (0.7, 2.0, 0.4)  # of each: level, loudness (LU), log length
    made: list[tuple[Recorded, Rated | None]] = []
    for week in range(-math.ceil(BEFORE / 7), WEEKS):
        if week == TERM:
            leave = school.students // 2
            people = people[leave:] + [_student(school, row, random) for row in range(leave)]
        for one in people:
            _live_on(one, random)
            times = week * 7 + random.uniform(0, 7, random.poisson(school.a_week))
            made += [_record(school, one, float(at), pieces, random) for at in times]
    made.sort(key=lambda pair: pair[0].at)
    return [recorded for recorded, _ in made], [rated for _, rated in made if rated is not None]


def _student(school: School, row: int, random: np.random.Generator) -> Student:
    return Student(
        name=int(random.integers(1 << 60)),
        level=random.normal(5, 1.8),
        loudness=random.normal(-24, 4),
        brightness=float(random.beta(5, 6)),
        off=random.normal(0, 0.4),
        device=_phone(random),
        class_of=row % 2,
        changes=bool(random.random() < school.share),
        mood=np.zeros(3),
    )


def _phone(random: np.random.Generator) -> str:
    return f"phone {random.choice(len(TOWN), p=TOWN) + 1}"


def _live_on(one: Student, random: np.random.Generator) -> None:
    """A week later: other moods, and now and then another phone in another room."""
    one.mood = 0.5 * one.mood + random.normal(0, 1, 3) * (0.3, 0.7, 0.02)
    if random.random() < NEW_PHONE_A_WEEK:
        one.device = _phone(random)
        one.loudness += random.normal(0, 4)
        one.brightness += random.normal(0, 0.1)


def _record(
    school: School, one: Student, at: float, pieces: Floats, random: np.random.Generator
) -> tuple[Recorded, Rated | None]:
    """Loudness has a long tail towards the quiet, rooms are darker in winter, and students learn 1.5 levels a year."""
    number = int((at + 7 * 1000) // PIECE_DAYS % 400) * 2 + one.class_of
    harder, louder, longer = pieces[number]
    new = one.changes and at >= 7 * school.changed
    winter = 0.04 * math.cos(2 * math.pi * (at / 7 - 16) / 52)
    brightness = one.brightness + one.mood[2] - winter + random.normal(0, 0.04) + school.brighter * new
    off = one.off + random.normal(0, 0.9) + school.off * new
    true = one.level + one.mood[0] - harder + 1.5 * at / (WEEKS * 7)
    recorded = Recorded(
        at=at,
        player=one.name,
        piece=f"piece {number}",
        device="the new phone" if new else one.device,
        seconds=math.exp(4.5 + longer + random.normal(0, 0.08)),
        loudness=one.loudness + one.mood[1] + louder - random.gumbel(0, 1.2) + school.louder * new,
        brightness=min(1.0, max(0.0, brightness)),
        level=min(10.0, max(1.0, true - off)),
    )
    held = bool(random.random() < (0.7 if new else 0.9))
    if random.random() >= school.rated:
        return recorded, None
    return recorded, Rated(at, recorded.player, recorded.piece, recorded.device, off, held)
