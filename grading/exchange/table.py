"""A table that opens in any program: labels.csv, one rating a row, beside the folder media.

Not in it: remarks, what the snapshot made of the ratings, and the words of rubrics. A text that a spreadsheet would
take for a formula gets an apostrophe before it, which is taken away again on the way back
(owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from . import checking, reading
from .clavier import plain
from .reading import Told
from .rows import Carried, Place, Recording, Wrong

MEDIA = "media"
TABLE = "labels.csv"
CROP = ("x", "y", "width", "height", "upside_down", "confidence")
OF_RECORDING = (
    *("file", "digest", "piece", "player", "part", "rubric"),
    *("training", "training_since", "grading", "recorded", "generated"),
)
OF_RATING = ("rater", "level", "purpose", "blind", "at", "source", "rule", "released")
COLUMNS = ("id", *OF_RECORDING, *(f"crop_{name}" for name in CROP), *OF_RATING, "criteria")
NEEDED = ("id", "rater", "level")
FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
FLAGS = ("training", "grading", "generated", "blind", "crop_upside_down")
NUMBERS = tuple(f"crop_{name}" for name in CROP if name != "upside_down")


def write(carried: Carried, folder: Path) -> None:
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for recording in carried.recordings:
            table.writerows([_cell(row.get(column)) for column in COLUMNS] for row in _rows(recording))


def _rows(recording: Recording) -> Iterator[dict[str, Any]]:
    values = plain(recording)
    crop = {f"crop_{name}": value for name, value in (values["crop"] or {}).items()}
    for rating in values["ratings"]:
        criteria = json.dumps(rating["criteria"], sort_keys=True) if rating["criteria"] else ""
        yield {**values, **crop, **{name: rating[name] for name in OF_RATING}, "criteria": criteria}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and FORMULA.match(text) else text


def read(folder: Path) -> Carried:
    rows = list(_read_rows(folder / TABLE))
    ordered = sorted(rows, key=lambda row: (row[0].text("id"),))  # stable: ratings keep their order
    grouped = [_recording(list(own)) for _, own in groupby(ordered, key=lambda row: row[0].text("id"))]
    return Carried(checking.distinct(grouped))


def _read_rows(path: Path) -> Iterator[tuple[Told, dict[str, Any]]]:
    """Each row, and its rating's values."""
    table = csv.reader(_text_lines(path), strict=True)
    columns: list[str] = []
    try:
        for cells in table:
            place = Place(path.name, table.line_num)
            if not columns:
                columns = _columns(cells, place)
                continue
            if len(cells) != len(columns):
                raise Wrong("cells", place, count=len(cells), needed=len(columns))
            yield _values(dict(zip(columns, cells, strict=True)), place)
    except csv.Error as error:
        raise Wrong("not_csv", Place(path.name, table.line_num)) from error


def _text_lines(path: Path) -> Iterator[str]:
    """The csv module counts lines by these."""
    for place, line in reading.lines(path, blank=True):
        text = reading.text_of(line, place)
        if "\0" in text:
            raise Wrong("not_text", place)
        yield text


def _columns(cells: list[str], place: Place) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    for name in NEEDED:
        if name not in columns:
            raise Wrong("no_column", place, column=name)
    if len(set(columns)) < len(columns):
        raise Wrong("column_twice", place)
    return columns


def _values(cells: Mapping[str, str], place: Place) -> tuple[Told, dict[str, Any]]:
    values: dict[str, Any] = {name: _uncell(cell) or None for name, cell in cells.items()}
    for name in FLAGS:
        if values.get(name) is not None:
            values[name] = _flag(name, values[name], place)
    for name in (*NUMBERS, "level"):
        if values.get(name) is not None:
            values[name] = _number(name, values[name], place)
    if values.get("criteria") is not None:
        values["criteria"] = reading.json_of(values["criteria"], place)
    told = Told(values, place)
    if not told.text("id", needed=True):
        raise told.wrong("id")
    return told, {name: values.get(name) for name in (*OF_RATING, "criteria")}


def _uncell(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _flag(name: str, value: str, place: Place) -> bool:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if value.strip().lower() not in known:
        raise Wrong("field", place, field=name, value=value)
    return known[value.strip().lower()]


def _number(name: str, value: str, place: Place) -> int | float:
    try:
        return int(value) if name == "level" else float(value)
    except ValueError:
        raise Wrong("level" if name == "level" else "field", place, field=name, value=value) from None


def _recording(rows: list[tuple[Told, dict[str, Any]]]) -> Recording:
    """All rows of one recording say the same of it."""
    first = rows[0][0]
    for told, _ in rows[1:]:
        for name in (*OF_RECORDING, *(f"crop_{each}" for each in CROP)):
            if told.values.get(name) != first.values.get(name):
                raise Wrong("contradicts", told.place, field=name, other=first.place.line)
    crop = {name: first.values.get(f"crop_{name}") for name in CROP}
    values = {
        "id": first.values["id"],
        **{name: first.values.get(name) for name in OF_RECORDING},
        "player": first.values.get("player") or first.values["id"],
        "crop": crop if crop["x"] is not None else None,
        "ratings": [],
    }
    for told, rating in rows:
        checking.rated(Told(rating, told.place))  # so that what is wrong names its own row
        values["ratings"].append(rating)
    return checking.recording(values, first.place)
