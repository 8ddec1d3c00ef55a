"""PISA's layout: Raw_Annotations.xlsx, one performance a row, beside the folder videos.

The columns are those of the release (Parmar, Reddy and Morris, 'Piano Skills Assessment', MMSP 2021), so that whatever
reads it reads ours; `player` and `part` stand to their right, for without them one player would be learned from and
tested on. `filename` is the recording; several rows may be stretches of one film, from `frame_start` to `frame_end`,
and become recordings of their own. `crop` is the box around keyboard and hands in pixels: left, top, right, bottom.

Not in it: single ratings and raters (the level is what the snapshot made of them), criteria, remarks, times, rubrics.
Clavier knows no level of a piece: `level_song` is 0. The release holds no videos; rows without one are counted.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from grading import engine

from . import checking, reading, workbook
from .reading import Told
from .rows import Carried, Excerpt, Place, Recording, Wrong

MEDIA = "videos"
TABLE = "Raw_Annotations.xlsx"
COLUMNS = (
    *("youtube link", "crop", "filename", "framerate", "start_time", "end_time", "frame_start", "frame_end"),
    *("level_player", "level_song", "song"),
)
OURS = ("player", "part")
NEEDED = ("crop", "filename", "framerate", "frame_start", "frame_end", "level_player")
RATER = "PISA"
UNKNOWN_SONG_LEVEL = 0
A_MINUTE_TYPED = 1440  # the release's 0:29 stands for 29 s and was kept as 29 minutes of a day of 1
VIDEO = re.compile(r"(?:youtu\.be/|[?&]v=)([\w-]+)")
MOST_FRAMES = 1e7
SECONDS = 1.0  # a stretch that leaves out less than this is the whole film


def write(carried: Carried, folder: Path) -> None:
    rows = [_row(recording, carried.files[recording.file]) for recording in carried.recordings]
    workbook.write(folder / TABLE, [(*COLUMNS, *OURS), *rows])


def _row(recording: Recording, film: Path) -> tuple[str | float, ...]:
    facts = engine.facts(film)
    crop = recording.crop or {"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}
    left, top = crop["x"] * facts.width, crop["y"] * facts.height
    right, bottom = left + crop["width"] * facts.width, top + crop["height"] * facts.height
    assert recording.label is not None
    return (
        recording.file,
        ", ".join(str(round(edge)) for edge in (left, top, right, bottom)),
        recording.id,
        round(facts.frame_rate, 3),
        0,
        round(facts.duration / A_MINUTE_TYPED, 8),
        0,
        round(facts.duration * facts.frame_rate, 2),
        int(recording.label.level + 0.5),
        UNKNOWN_SONG_LEVEL,
        recording.piece,
        recording.player,
        recording.part,
    )


def read(folder: Path) -> Carried:
    try:
        head, *rows = engine.spreadsheet(reading.require_table(folder / TABLE))
    except engine.Refused as refusal:
        raise Wrong("damaged", Place(TABLE)) from refusal
    columns = {title.strip().lower(): letter for letter, title in head.items()}
    for name in NEEDED:
        if name not in columns:
            raise Wrong("no_column", Place(TABLE, 1, "row"), column=name)
    if len(rows) > reading.MOST_ROWS:
        raise Wrong("too_many_rows", Place(TABLE), most=reading.MOST_ROWS)
    films = {film.stem: film.name for film in sorted((folder / MEDIA).glob("*")) if film.is_file()}
    told = [
        ({name: row.get(letter, "") for name, letter in columns.items()}, Place(TABLE, number, "row"))
        for number, row in enumerate(rows, 2)
    ]
    recordings = [_recording(cells, place, films) for cells, place in told]
    found = [each for each in recordings if each.file]
    if recordings and not found:
        raise Wrong("no_videos", count=len(recordings), folder=MEDIA, example=f"{told[0][0]['filename']}.mp4")
    return Carried(checking.distinct(found), missing=len(recordings) - len(found))


def _recording(cells: Mapping[str, str], place: Place, films: Mapping[str, str]) -> Recording:
    name = cells["filename"].strip()
    named = VIDEO.search(cells.get("youtube link", ""))
    link = Path(cells.get("youtube link", ""))
    film = films.get(name) or (films.get(named[1]) if named else films.get(link.stem)) or ""
    level = _number(cells, "level_player", place, "level")
    values = {
        "id": name if _is_ours(name) else f"{TABLE} {(place.line or 1) - 1}",
        "file": film,
        "piece": cells.get("song") or name,
        "player": cells.get("player") or (named[1] if named else name),
        "part": cells.get("part", ""),
        "ratings": [{"rater": RATER, "level": int(level) if level.is_integer() else level}],
    }
    checked = checking.recording(values, place)
    return Recording(**{**vars(checked), "excerpt": _excerpt(cells, place)})


def _excerpt(cells: Mapping[str, str], place: Place) -> Excerpt:
    edges = [float(edge) for edge in re.findall(r"\d{1,6}(?:\.\d{1,6})?", cells["crop"])]
    if len(edges) != 4 or not (edges[0] < edges[2] and edges[1] < edges[3]):
        raise Wrong("field", place, field="crop", value=cells["crop"])
    first, last = _number(cells, "frame_start", place), _number(cells, "frame_end", place)
    rate = _number(cells, "framerate", place)
    if not 0 <= first < last <= MOST_FRAMES or not 1 <= rate <= 1_000:
        raise Wrong("field", place, field="frame_end", value=cells["frame_end"])
    return Excerpt(first, last, rate, (edges[0], edges[1], edges[2], edges[3]))


def _number(cells: Mapping[str, str], name: str, place: Place, code: str = "field") -> float:
    checked: Any = cells[name]
    try:
        checked = float(checked)
    except ValueError:
        raise Wrong(code if checked else "missing", place, field=name, value=checked) from None
    return Told({name: checked}, place).number(name, -MOST_FRAMES, MOST_FRAMES)


def _is_ours(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
