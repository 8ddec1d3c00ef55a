"""Our own layout: manifest.jsonl, one JSON object a line, beside the folder media.

The first line names the layout and its version and holds the rubrics whole; each further line is one recording with all
its ratings, under the names of `rows.Recording`, but without the label, which each house makes of the ratings itself.
Sorted, without times of its own or numbers of the house it comes from: what is taken in and carried out again is the
same file, byte for byte.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from . import checking, reading
from .reading import Told
from .rows import Carried, Recording, RubricRow, Wrong, moment_text

MEDIA = "media"
TABLE = "manifest.jsonl"
FORMAT, VERSION = "clavier-labels", 1


def write(carried: Carried, folder: Path) -> None:
    head = {"format": FORMAT, "version": VERSION, "rubrics": [asdict(rubric) for rubric in carried.rubrics]}
    told = [plain(recording) | {"label": None} for recording in carried.recordings]
    text = "".join(f"{_line(each)}\n" for each in (head, *told))
    (folder / TABLE).write_text(text, encoding="utf-8", newline="\n")


def plain(recording: Recording) -> dict[str, Any]:
    """A recording as plain values, times as text."""
    values = asdict(recording)
    for name in ("place", "excerpt"):
        del values[name]
    return _texts(values)  # type: ignore[no-any-return]


def read(folder: Path) -> Carried:
    rubrics: list[RubricRow] = []
    recordings: list[Recording] = []
    for place, line in reading.lines(folder / TABLE):
        values = reading.json_of(reading.text_of(line, place), place)
        if not rubrics and not recordings and place.line == 1:
            head = Told(values, place)
            if head.values.get("format") != FORMAT:
                raise Wrong("not_ours", place)
            if head.values.get("version") != VERSION:
                raise Wrong("version", place, value=head.values.get("version"), known=VERSION)
            rubrics = [checking.rubric(each.values, place) for each in head.several("rubrics", most=1_000)]
        else:
            recordings.append(checking.recording(values, place))
    return Carried(checking.distinct(recordings), tuple(rubrics))


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _texts(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, dict):
        return {key: _texts(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(each) for each in value]
    return value
