"""A small directory in exactly the layout that PISA is released in, played by our own generator."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image

from ml.recital import Recital, frames_of, sound_of
from ml.recital.film import write_wave

FPS = 24.0
SECONDS = 2.0
SAMPLES = 2  # of a performance
# Source video and level of each performance; those of TEST are tested on. 'shared' stands on both sides.
PLAYED = (("a", 1), ("b", 3), ("c", 5), ("d", 7), ("e", 9), ("shared", 10), ("shared", 10), ("f", 4), ("g", 8))
TEST = (7, 8, 9)
TITLES = "youtube link,crop,filename,framerate,start_time,end_time,frame_start,frame_end,level_player,level_song,song"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def build(root: Path) -> Path:
    """Nine performances of two seconds: frames, sound, pickles and the raw table."""
    annotations = root / "Annotations" / "Annotations_Ready2Use"
    annotations.mkdir(parents=True)
    for number, (_, level) in enumerate(PLAYED, 1):
        perform(root, number, Recital(seed=number, level=level, size=(96, 64), fps=FPS, seconds=SECONDS))
    for word, gap in (("unidist", 3), ("consecutive", 1)):
        sides = {"train": [n for n in range(1, len(PLAYED) + 1) if n not in TEST], "test": TEST}
        for side, numbers in sides.items():
            found = {(n, sample): annotation(n, sample, gap) for n in numbers for sample in range(SAMPLES)}
            (annotations / f"annotations_{word}_{side}.pkl").write_bytes(pickle.dumps(found, 2))
    write_table(root / "Annotations" / "Raw_Annotations.xlsx", table())
    return root


def perform(root: Path, number: int, recital: Recital) -> None:
    frames, sound = root / "video" / str(number), root / "audio"
    frames.mkdir(parents=True)
    sound.mkdir(exist_ok=True)
    for place, frame in enumerate(frames_of(recital), 1):
        Image.fromarray(frame[:, :, ::-1]).save(frames / f"{place:06}.jpg", quality=90)
    write_wave(sound_of(recital), sound / f"{number}.wav")


def annotation(number: int, sample: int, gap: int) -> dict[str, object]:
    """As released: 160 numbers of frames. Two seconds are so few that clips overlap."""
    starts = sample + np.arange(10) * gap
    frames = (starts[:, None] + np.arange(16)).ravel()
    return {"frames": frames, "framerate": FPS, "player_level": PLAYED[number - 1][1] - 1, "song_level": 0}


def table() -> list[list[str]]:
    rows = [TITLES.split(",")]
    for number, (video, level) in enumerate(PLAYED, 1):
        address = f"https://youtu.be/{video}" if number % 2 else f" https://www.youtube.com/watch?v={video}&feature=x"
        box = f"{10 * level}, 5,{60 + level}, 50"
        rows.append([address, box, str(number), str(FPS), "0", "1", "0", "48", str(level), "1", "a <piece> & more"])
    return rows


def write_table(path: Path, rows: Sequence[Sequence[str]], *, before: str = "") -> None:
    """An .xlsx: numbers as they are, words in a part of their own."""
    words = sorted({cell for row in rows for cell in row if not _is_number(cell)})
    cells = [
        f'<row r="{r}">{"".join(_cell(c, r, cell, words) for c, cell in enumerate(row))}</row>'
        for r, row in enumerate(rows, 1)
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>{before}'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        sheet = f'{head}<worksheet xmlns="{SPACE}"><sheetData>{"".join(cells)}</sheetData></worksheet>'
        package.writestr("xl/worksheets/sheet1.xml", sheet)
        told = "".join(f"<si><t>{escape(word)}</t></si>" for word in words)
        package.writestr("xl/sharedStrings.xml", f'{head}<sst xmlns="{SPACE}">{told}</sst>')


def _cell(column: int, row: int, cell: str, words: list[str]) -> str:
    kind, value = ("", cell) if _is_number(cell) else (' t="s"', str(words.index(cell)))
    return f'<c r="{chr(65 + column)}{row}"{kind}><v>{value}</v></c>'


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()
