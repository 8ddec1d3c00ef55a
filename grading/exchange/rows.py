"""What is carried: recordings with what was said of them, free of names, in the one form that all layouts share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Place:
    """Where something stands, for whoever mends it: a file, and a line, row or task of it, the first being 1."""

    file: str
    line: int | None = None
    unit: str = "line"


class Wrong(Exception):
    """Why an archive is not taken: a code of words.SENTENCES, where it was found, and what its sentence tells."""

    def __init__(self, code: str, place: Place | None = None, **told: object) -> None:
        super().__init__(f"{code} {place or ''} {told or ''}".strip())
        self.code, self.place = code, place
        self.told = {name: shown(value) for name, value in told.items()}


def shown(value: object, most: int = 80) -> str:
    """A stranger's value so that it can stand in a sentence."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str(value)[: most + 1])
    return text if len(text) <= most else f"{text[:most]}…"


@dataclass(frozen=True)
class Moment:
    """A remark without its words: from `start` to `end`, seconds of the recording."""

    start: float
    end: float | None = None
    mark: str = ""
    criterion: str = ""
    technique: str = ""


@dataclass(frozen=True)
class Rated:
    """What one person said. `blind`: without having seen the model's word. `source`: the house it was given in. `rule`
    and `released`: of the one that was the recording's result there, how that came about, and when.
    """

    rater: str
    level: int
    criteria: Mapping[str, int] = field(default_factory=dict)
    purpose: str = "first"
    blind: bool = True
    at: datetime | None = None
    source: str = ""
    rule: str = ""
    released: datetime | None = None
    remarks: tuple[Moment, ...] = ()


@dataclass(frozen=True)
class Label:
    """What the snapshot made of all ratings of a recording; told to those who read, not taken back in: each house makes
    its own labels of the ratings.
    """

    level: float
    weight: float
    raters: int
    target: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Excerpt:
    """A stretch of a longer film, in its frames, and the keyboard's box in its pixels: left, top, right, bottom."""

    first: float
    last: float
    frame_rate: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Recording:
    """One recording. `training` is None where a layout does not say whether its player agreed; '' is no part yet."""

    id: str
    file: str  # its name in the archive's folder of recordings; '' where it does not come along
    digest: str  # SHA-256 of that file; '' where the layout does not tell
    piece: str
    player: str
    ratings: tuple[Rated, ...]
    part: str = ""
    rubric: str = ""
    crop: Mapping[str, Any] | None = None
    training: bool | None = None
    training_since: datetime | None = None
    grading: bool = False
    recorded: datetime | None = None
    generated: bool = False
    label: Label | None = None
    excerpt: Excerpt | None = None
    place: Place = Place("")


@dataclass(frozen=True)
class Criterion:
    key: str
    name: str
    descriptor: str = ""
    bands: Mapping[str, str] = field(default_factory=dict)
    weight: float = 1.0
    order: int = 0
    retired: bool = False


@dataclass(frozen=True)
class RubricRow:
    name: str
    description: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class Carried:
    """`files`: where the recordings lie, by their names in the archive. `missing` were named and did not come."""

    recordings: tuple[Recording, ...]
    rubrics: tuple[RubricRow, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    missing: int = 0


def moment_text(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
