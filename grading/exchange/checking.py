"""A stranger's values, checked one by one; what is wrong is said with its place."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from .rows import Criterion, Label, Moment, Place, Rated, Recording, RubricRow, Wrong

LEVELS, MARKS = range(1, 11), range(1, 6)
PARTS = ("", "train", "validation", "audit")
PURPOSES = ("first", "second", "third", "appeal", "standard", "audit")
RULES = ("", "accepted", "overridden", "teacher", "agreed", "settled", "appealed")
REMARK_MARKS = ("", "good", "look", "mistake", "technique")
TABLE_BYTES = 128 << 20  # of a table, which is held in memory
LINE_BYTES = 4 << 20  # of a line, at most
MOST_ROWS = 200_000
MOST_RATINGS = 1_000  # of one recording
MOST_REMARKS = 1_000  # of one rating
MOST_CRITERIA = 50
YEARS = range(1970, 2200)
KEY = re.compile(r"[-\w]{1,40}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}")
FILE = re.compile(r"(?!\.)[^\x00-\x1f\x7f/\\:*?\"<>|]{1,150}")  # one name, never a way


def require_table(path: Path) -> Path:
    if not path.is_file():
        raise Wrong("no_table", file=path.name)
    if path.stat().st_size > TABLE_BYTES:
        raise Wrong("too_large", Place(path.name))
    return path


def lines(path: Path, *, blank: bool = False) -> Iterator[tuple[Place, bytes]]:
    """The lines that hold anything, or all with `blank`; none of them is longer than LINE_BYTES."""
    with require_table(path).open("rb") as file:
        for number in count(1):
            place, line = Place(path.name, number), file.readline(LINE_BYTES + 1)
            if not line:
                return
            if len(line) > LINE_BYTES:
                raise Wrong("long_line", place)
            if number > MOST_ROWS + 1:
                raise Wrong("too_many_rows", place, most=MOST_ROWS)
            if blank or line.strip():
                yield place, line


def text_of(line: bytes, place: Place) -> str:
    try:
        return line.decode("utf-8-sig" if place.line == 1 else "utf-8")
    except UnicodeDecodeError:
        raise Wrong("not_text", place) from None


def json_of(text: str, place: Place) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Wrong("not_json", place) from None


class Told:
    """One object of a table, its values taken out checked."""

    def __init__(self, values: object, place: Place) -> None:
        if not isinstance(values, Mapping):
            raise Wrong("no_object", place)
        self.values, self.place = values, place

    def wrong(self, name: str, code: str = "field") -> Wrong:
        if self.values.get(name) in (None, ""):
            return Wrong("missing", self.place, field=name)
        return Wrong(code, self.place, field=name, value=self.values[name])

    def text(self, name: str, *, most: int = 200, needed: bool = False) -> str:
        value = self.values.get(name)
        value = "" if value is None else value
        if not isinstance(value, str) or len(value) > most or (needed and not value.strip()):
            raise self.wrong(name)
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
            raise self.wrong(name)
        return value

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """A text of this form, or none."""
        value = self.text(name)
        if value and not pattern.fullmatch(value):
            raise self.wrong(name)
        return value

    def one_of(self, name: str, allowed: tuple[str, ...], default: str = "") -> str:
        value = self.text(name) or default
        if value not in allowed:
            raise self.wrong(name)
        return value

    def whole(self, name: str, allowed: range, code: str = "field", default: int | None = None) -> int:
        value = self.values.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            raise self.wrong(name, code)
        return value

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        value = self.values.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.wrong(name)
        if not low <= value <= high:  # as it is not of what is no number
            raise self.wrong(name)
        return value

    def flag(self, name: str, default: bool | None = None) -> bool | None:
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.wrong(name)
        return value

    def moment(self, name: str) -> datetime | None:
        value = self.text(name)
        if not value:
            return None
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise self.wrong(name) from None
        if at.year not in YEARS:
            raise self.wrong(name)
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def several(self, name: str, most: int) -> list["Told"]:
        value = self.values.get(name)
        value = [] if value is None else value
        if not isinstance(value, list | tuple) or len(value) > most:
            raise self.wrong(name)
        return [Told(each, self.place) for each in value]

    def object(self, name: str) -> "Told | None":
        value = self.values.get(name)
        return None if value is None else Told(value, self.place)


def recording(values: object, place: Place) -> Recording:
    """A recording out of plain values, named as the fields of `rows.Recording`."""
    told = Told(values, place)
    crop, label = told.object("crop"), told.object("label")
    ratings = tuple(rated(each) for each in told.several("ratings", MOST_RATINGS))
    if not ratings:
        raise Wrong("unrated", place)
    return Recording(
        id=told.text("id", needed=True),
        file=told.matching("file", FILE),
        digest=told.matching("digest", DIGEST),
        piece=told.text("piece"),
        player=told.text("player", needed=True),
        ratings=ratings,
        part=told.one_of("part", PARTS),
        rubric=told.text("rubric", most=120),
        crop=_crop(crop) if crop else None,
        training=told.flag("training"),
        training_since=told.moment("training_since"),
        grading=bool(told.flag("grading")),
        recorded=told.moment("recorded"),
        generated=bool(told.flag("generated")),
        label=_label(label) if label else None,
        place=place,
    )


def rated(told: Told) -> Rated:
    return Rated(
        rater=told.text("rater", needed=True),
        level=told.whole("level", LEVELS, "level"),
        criteria=_criteria(told),
        purpose=told.one_of("purpose", PURPOSES, "first"),
        blind=told.flag("blind", default=True) is True,
        at=told.moment("at"),
        source=told.text("source", most=120),
        rule=told.one_of("rule", RULES),
        released=told.moment("released"),
        remarks=tuple(_moment(each) for each in told.several("remarks", MOST_REMARKS)),
    )


def _criteria(told: Told) -> dict[str, int]:
    marks = told.object("criteria")
    if marks is None:
        return {}
    if len(marks.values) > MOST_CRITERIA or not all(
        isinstance(key, str) and KEY.fullmatch(key) for key in marks.values
    ):
        raise Wrong("criteria", told.place)
    return {key: marks.whole(key, MARKS, "mark") for key in sorted(marks.values)}


def _moment(told: Told) -> Moment:
    start = told.number("start", 0, 1e5)
    end = None if told.values.get("end") is None else told.number("end", start, 1e5)
    return Moment(
        start=start,
        end=end,
        mark=told.one_of("mark", REMARK_MARKS),
        criterion=told.matching("criterion", KEY),
        technique=told.text("technique", most=80),
    )


def _crop(told: Told) -> dict[str, Any]:
    x, y = told.number("x", 0, 1), told.number("y", 0, 1)
    return {
        "x": x,
        "y": y,
        "width": told.number("width", 0.01, 1 - x + 1e-6),
        "height": told.number("height", 0.01, 1 - y + 1e-6),
        "upside_down": told.flag("upside_down") is True,
        "confidence": told.number("confidence", 0, 1, default=1.0),
    }


def _label(told: Told) -> Label:
    target = told.values.get("target")
    if target is not None:
        if not isinstance(target, list | tuple) or len(target) != len(LEVELS):
            raise told.wrong("target")
        cells = Told({str(place): cell for place, cell in enumerate(target)}, told.place)
        target = tuple(cells.number(name, 0, 1) for name in cells.values)
    return Label(
        level=told.number("level", LEVELS[0], LEVELS[-1]),
        weight=told.number("weight", 0, 1e6),
        raters=told.whole("raters", range(1, MOST_RATINGS + 1)),
        target=target,
    )


def rubric(values: object, place: Place) -> RubricRow:
    told = Told(values, place)
    return RubricRow(
        name=told.text("name", most=120, needed=True),
        description=told.text("description", most=10_000),
        levels=_words(told, "levels"),
        criteria=tuple(_criterion(each) for each in told.several("criteria", MOST_CRITERIA)),
    )


def _criterion(told: Told) -> Criterion:
    if not told.matching("key", KEY):
        raise told.wrong("key")
    return Criterion(
        key=told.text("key"),
        name=told.text("name", most=80, needed=True),
        descriptor=told.text("descriptor", most=10_000),
        bands=_words(told, "bands"),
        weight=told.number("weight", 0, 1e6, default=1.0),
        order=told.whole("order", range(32_768), default=0),
        retired=told.flag("retired") is True,
    )


def _words(told: Told, name: str) -> dict[str, str]:
    words = told.object(name)
    if words is None:
        return {}
    if len(words.values) > len(LEVELS):
        raise told.wrong(name)
    return {str(key)[:40]: words.text(key, most=10_000) for key in sorted(words.values, key=str)}


def distinct(recordings: list[Recording]) -> tuple[Recording, ...]:
    """All of them, none of which stands there twice, nor any rating of one."""
    seen: dict[str, Place] = {}
    for each in recordings:
        if each.id in seen:
            raise Wrong("twice", each.place, id=each.id, other=seen[each.id].line or seen[each.id].file)
        seen[each.id] = each.place
        given = Counter((rating.rater, rating.purpose, rating.at) for rating in each.ratings)
        for (rater, _, _), times in given.items():
            if times > 1:
                raise Wrong("rated_twice", each.place, id=each.id, rater=rater)
        if sum(bool(rating.rule) for rating in each.ratings) > 1:
            raise Wrong("two_results", each.place, id=each.id)
    if not recordings:
        raise Wrong("nothing")
    return tuple(recordings)
