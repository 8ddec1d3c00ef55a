"""Two performances in step: which moment of one is which moment of the other, and the tempo of both.

By dynamic time warping on the notes that sound and begin (ml/features/notes.py): first roughly over the whole, then
finely in stretches along that path, so that memory stays bounded (after Prätzlich, Driedger and Müller, Memory-
restricted multiscale dynamic time warping, ICASSP 2016). What is before or after the music in only one of the two, or
played in only one, is left out at the ends.

Its limit: both must play the same in the same order. Where one goes back or leaves out a repeat, no path is right;
such a stretch is told as a `Wait`. Where a passage comes several times, a weak performance may be laid a whole repeat
away, and nothing tells that. Two different pieces give an alignment that `is_poor`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import librosa
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, uniform_filter1d
from scipy.spatial.distance import cdist

from ml.features import notes
from ml.features.notes import FRAMES, Floats
from ml.media.sound import read_sound
from ml.tempo import Seconds, Tempo, Wait, tempo_of

Steps = NDArray[np.int64]  # [steps, 2], frames of one and of the other, rising

ROUGH = 10  # frames that are one step of the rough path, 0.2 s
ROUGH_STEPS = 2000  # at most, of each: five square matrices of it are what memory holds
LEFT_OUT = 0.25  # cost of leaving out one rough step at an end; two different moments cost 0.6 on average
SILENT = 0.3  # norm below which a frame sounds like any other
STRETCH = 6 * FRAMES  # frames of each that are aligned finely at once, between two as long
PAIRS_APART = FRAMES // 10  # frames of each between two pairs
STILL = 0.2  # one waits where it goes on less than this share of the way of both
WAIT_SECONDS = 2.0  # what is shorter is a breath
# Below either it is poor. On players it was not chosen by: 0 of 120 pairs of one piece, 90 of 90 pairs of two.
ALIKE, COVERED = 0.42, 0.5

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Alignment:
    """`one[i]` and `other[i]` are the same moment of the music, in seconds, both rising, some ten a second.

    `alike` is 1 where both sound the same along the path and 0 where they differ as any two moments do. `covered` is
    the share of it, of the recording that is better covered, 0 to 1.
    """

    one: tuple[float, ...]
    other: tuple[float, ...]
    tempo: Tempo
    waits: tuple[Wait, ...]
    alike: float
    covered: float

    @property
    def is_poor(self) -> bool:
        """Whether these are hardly two performances of the same music in the same order."""
        return self.alike < ALIKE or self.covered < COVERED


def align(one: Path, other: Path, *, progress: Progress = lambda fraction: None) -> Alignment:
    """The sound of two files in step. Raises ml.NotAPerformance('no_audio')."""
    heard = []
    for share, path in enumerate((one, other)):
        heard.append(notes.sounding(read_sound(path, rate=notes.RATE)))
        progress(0.3 * (share + 1))
    return align_notes(*heard)


def align_notes(one: Floats, other: Floats) -> Alignment:
    """[frames, keys] of each, as notes.sounding gives them."""
    rough, alike, covered = _rough(one, other)
    if len(rough) < 2:
        return Alignment((), (), Tempo.none(), (), 0.0, 0.0)
    begins = notes.beginning(one), notes.beginning(other)
    fine = _fine(np.hstack([_unit(one), begins[0]]), np.hstack([_unit(other), begins[1]]), rough)
    first, second = _smooth(fine)
    waits = tuple(_waits(first, second))
    return Alignment(
        one=tuple(first.round(3).tolist()),
        other=tuple(second.round(3).tolist()),
        tempo=tempo_of(begins, (first, second), waits),
        waits=waits,
        alike=alike,
        covered=covered,
    )


def _unit(frames: Floats) -> Floats:
    """Each frame at length 1; a silent one points everywhere, so that silence is like silence."""
    norm = np.linalg.norm(frames, axis=1, keepdims=True)
    flat = np.float32(1 / np.sqrt(frames.shape[1]))
    return np.where(norm > SILENT, frames / np.maximum(norm, SILENT), flat)


def _rough(one: Floats, other: Floats) -> tuple[Steps, float, float]:
    """The path in frames, how alike both are along it, and the share of the better covered one that it covers.

    A border around the costs lets the path leave out what stands at either end of either recording.
    """
    step = max(ROUGH, -(-max(len(one), len(other)) // ROUGH_STEPS))
    coarse = _coarse(one, step), _coarse(other, step)
    costs = cdist(*map(_unit, coarse), "sqeuclidean") / 2
    path = _warp(np.pad(costs, 1, constant_values=LEFT_OUT)) - 1
    path = path[((path >= 0) & (path < costs.shape)).all(axis=1)]
    # Where nothing sounds in either, being alike says nothing.
    sounds = [np.linalg.norm(side, axis=1) > SILENT for side in coarse]
    heard = path[sounds[0][path[:, 0]] | sounds[1][path[:, 1]]]
    if not len(heard):
        return path[:0], 0.0, 0.0
    alike = 1 - float(costs[heard[:, 0], heard[:, 1]].mean() / costs.mean())
    covered = max(
        float(np.isin(np.flatnonzero(side), heard[:, which]).mean()) if side.any() else 0.0
        for which, side in enumerate(sounds)
    )
    return path * step + step // 2, alike, covered


def _coarse(frames: Floats, step: int) -> Floats:
    """The mean of each `step` frames."""
    count = max(1, len(frames) // step)
    return frames[: count * step].reshape(count, -1, frames.shape[1]).mean(axis=1)


def _warp(costs: NDArray[np.float64]) -> Steps:
    path: Steps = librosa.sequence.dtw(C=costs)[1][::-1]
    return path


def _fine(one: Floats, other: Floats, rough: Steps) -> Steps:
    """Each stretch of the rough path is aligned again together with its neighbours, and its middle is kept."""
    way = rough.sum(axis=1)
    cuts = np.searchsorted(way, np.arange(way[0], way[-1], 2 * STRETCH))
    cuts = np.unique([*cuts, len(rough) - 1])
    kept = []
    for index, (begin, end) in enumerate(pairwise(cuts)):
        low = rough[cuts[max(index - 1, 0)]]
        high = rough[cuts[min(index + 2, len(cuts) - 1)]] + 1
        costs = cdist(one[low[0] : high[0]], other[low[1] : high[1]], "sqeuclidean") / 2
        path = _warp(costs) + low
        gone = path.sum(axis=1)
        kept.append(path[(gone >= way[begin]) & (gone < way[end])])
    return np.maximum.accumulate(np.concatenate(kept), axis=0)


def _smooth(path: Steps) -> tuple[Seconds, Seconds]:
    """The stairs of the path as two lines in seconds, at even steps of the way that both have gone together."""
    way = path.sum(axis=1)
    every = np.arange(way[0], way[-1] + 1)
    lines = (uniform_filter1d(np.interp(every, way, side), 2 * PAIRS_APART + 1, mode="nearest") for side in path.T)
    first, second = (line[:: 2 * PAIRS_APART] / FRAMES for line in lines)
    return first, second


def _waits(one: Seconds, other: Seconds) -> Iterator[Wait]:
    """Where one of the two goes on alone, longer than a breath."""
    for goes_on, line, still in (("one", one, other), ("other", other, one)):
        steps, waited = np.diff(line), uniform_filter1d(np.diff(still), 5)
        alone = binary_closing(np.pad(waited < STILL * (waited + uniform_filter1d(steps, 5)), 10), np.ones(10))
        edges = np.flatnonzero(np.diff(alone[9:-9].astype(int)))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if line[end] - line[begin] >= WAIT_SECONDS:
                at = float(still[begin : end + 1].mean())
                yield Wait(goes_on, round(float(line[begin]), 3), round(float(line[end]), 3), round(at, 3))
