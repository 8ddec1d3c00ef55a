"""PISA as its authors release it: who played what, which frames make up a sample, and where the media lie.

Source: Parmar, Reddy and Morris, 'Piano Skills Assessment' (MMSP 2021) and its repository
ParitoshParmar/Piano-Skills-Assessment: the pickles of `Annotations/Annotations_Ready2Use`, the raw table beside them,
and the loader, which reads `<frames>/<id>/*.jpg` and `<sound>/<id>.wav`. The id of a performance is its row in the raw
table, the first being 1. The paper speaks of 31 performances to learn from and 30 to test; the pickles hold 37 and 24.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ml.data import spreadsheet, unpickle

Scheme = Literal["uniform", "contiguous"]
Side = Literal["train", "test"]

SCHEMES: dict[Scheme, str] = {"uniform": "unidist", "contiguous": "consecutive"}  # ours → the files' word
SIDES: tuple[Side, ...] = ("train", "test")
CLIPS, FRAMES = 10, 16  # clips of a sample, frames of a clip
TABLE = "Raw_Annotations.xlsx"
FOLDERS = ("", "Annotations", "Annotations/Annotations_Ready2Use", "annotations", "pisa")  # where the files may lie
MOST_FRAMES = 10_000_000  # a number of a frame beyond this is none
BOX = ("crop_left", "crop_top", "crop_right", "crop_bottom")  # pixels of the source video


class PisaError(Exception):
    """The released files are not there or not as they were released; the message says which and why."""


@dataclass(frozen=True)
class Performance:
    """One row of the raw table. `video` is the source's name at its host, `box` in pixels, levels 1 to 10."""

    id: int
    video: str
    box: tuple[float, float, float, float]
    framerate: float
    level: int
    song_level: int

    @property
    def metadata(self) -> dict[str, float]:
        """What the camera tells without a picture or a sound: the crop box and the frame rate."""
        return {**dict(zip(BOX, self.box, strict=True)), "framerate": self.framerate}


@dataclass(frozen=True)
class Sample:
    """160 frames of a performance: `frames` `[10, 16]`, numbers from 0. `level` is the player's, 1 to 10."""

    performance: int
    number: int
    side: Side
    frames: NDArray[np.int64] = field(repr=False, compare=False)
    framerate: float
    level: int
    song_level: int


@dataclass(frozen=True)
class Pisa:
    """The annotations of one sampling scheme, in the order of release."""

    scheme: Scheme
    samples: tuple[Sample, ...]
    performances: Mapping[int, Performance]

    def of(self, side: Side) -> tuple[Sample, ...]:
        return tuple(sample for sample in self.samples if sample.side == side)

    def performances_of(self, samples: Sequence[Sample]) -> list[Performance]:
        """Those the samples belong to, by their id."""
        return [self.performances[number] for number in sorted({sample.performance for sample in samples})]

    def videos_of(self, samples: Sequence[Sample]) -> set[str]:
        return {performance.video for performance in self.performances_of(samples)}


def read(root: Path, scheme: Scheme) -> Pisa:
    """The two pickles of `scheme` and the raw table, found in `root` or where the release keeps them below it.

    Raises PisaError for a file that is missing, holds anything but what was released, or contradicts another.
    """
    try:
        performances = read_table(locate(root, TABLE))
        samples = [
            sample
            for side in SIDES
            for sample in read_samples(locate(root, f"annotations_{SCHEMES[scheme]}_{side}.pkl"), side)
        ]
    except (unpickle.UnpickleError, spreadsheet.SpreadsheetError) as error:
        raise PisaError(str(error)) from error
    for sample in samples:
        known = performances.get(sample.performance)
        if known is None or known.level != sample.level:
            raise PisaError(f"Performance {sample.performance} has another level in {TABLE} than in the annotations.")
    return Pisa(scheme, tuple(samples), performances)


def locate(root: Path, name: str) -> Path:
    """The file of this name in `root` or in one of the folders the release has. Raises PisaError."""
    for folder in FOLDERS:
        if (found := Path(root) / folder / name).is_file():
            return found
    raise PisaError(f"{name} is neither in {root} nor in its folder Annotations, where the release of PISA has it.")


def read_samples(path: Path, side: Side) -> list[Sample]:
    """The samples of one released pickle."""
    found = unpickle.read(path)
    if not isinstance(found, dict) or not found:
        raise PisaError(f"{path.name} holds no samples.")
    return [_sample(key, value, side, path.name) for key, value in found.items()]


def _sample(key: Any, value: Any, side: Side, source: str) -> Sample:
    try:
        performance, number = (int(part) for part in key)
        frames = np.asarray(value["frames"]).reshape(CLIPS, FRAMES)
        framerate = float(value["framerate"])
        level, song_level = int(value["player_level"]) + 1, int(value["song_level"]) + 1
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise PisaError(f"{source} holds a sample that is not as PISA's are.") from error
    sound = frames.dtype.kind in "iu" and frames.min() >= 0 and frames.max() < MOST_FRAMES
    if not sound or not 1 <= framerate <= 1000 or not (1 <= level <= 10 and 1 <= song_level <= 10):
        raise PisaError(f"{source}: sample {number} of performance {performance} is out of range.")
    return Sample(performance, number, side, frames.astype(np.int64), framerate, level, song_level)


def read_table(path: Path) -> dict[int, Performance]:
    """The raw table: one performance a row, numbered from 1."""
    header, *rows = spreadsheet.read(path)
    places = {title.strip().lower(): column for column, title in header.items()}
    try:
        return {number: _performance(number, row, places) for number, row in enumerate(rows, 1)}
    except (KeyError, ValueError) as error:
        raise PisaError(f"{path.name} is not the table that PISA was released with.") from error


def _performance(number: int, row: Mapping[str, str], places: Mapping[str, str]) -> Performance:
    left, top, right, bottom = (float(edge) for edge in re.findall(r"\d+(?:\.\d+)?", row[places["crop"]]))
    return Performance(
        id=number,
        video=_video(row[places["youtube link"]]),
        box=(left, top, right, bottom),
        framerate=float(row[places["framerate"]]),
        level=int(float(row[places["level_player"]])),
        song_level=int(float(row[places["level_song"]])),
    )


def _video(address: str) -> str:
    """The video's name out of its address, which the table writes in two forms."""
    named = re.search(r"(?:youtu\.be/|[?&]v=)([\w-]+)", address)
    return named[1] if named else address.strip()
