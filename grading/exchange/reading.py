"""A stranger's values, taken out of a table one by one; what is wrong is said with its place."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from .rows import Place, Wrong

TABLE_BYTES = 128 << 20  # of a table, which is held in memory
LINE_BYTES = 4 << 20  # of a line, at most
MOST_ROWS = 200_000
YEARS = range(1970, 2200)


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
