"""The tempo of two aligned performances, along each of them.

Beats are tracked in both by themselves (librosa.beat, after Ellis 2007). Only where the two sets of beats fall on each
other through the alignment are they believed: then both curves are in beats a minute. Else the music's own measure is
not known, and each curve says how fast this one goes beside the other, in per cent of its average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import librosa
import numpy as np
from numpy.typing import NDArray

from ml.features.notes import FRAMES, HOP, RATE, Floats

Seconds = NDArray[np.float64]
Points = tuple[tuple[float, float], ...]

NAMES = ("one", "other")
SMOOTH_SECONDS = 2.0
MINUTE = 60 * FRAMES  # the tempo is told a minute at a time: the whole at once takes half a gigabyte
NEAR = 0.15  # of a beat: two beats that fall on each other
AGREE = 0.8  # the share of beats that must, to be believed
FEWEST = 8  # beats


@dataclass(frozen=True)
class Wait:
    """From `start` to `end` s of the one that goes on ('one' or 'other') the other stands near `at` s."""

    goes_on: str
    start: float
    end: float
    at: float


@dataclass(frozen=True)
class Tempo:
    """Points (second of that recording, tempo), about one a second; `unit` is 'bpm' or 'percent'."""

    unit: str
    one: Points
    other: Points

    @classmethod
    def none(cls) -> Tempo:
        return cls("percent", (), ())


def tempo_of(begins: tuple[Floats, Floats], line: tuple[Seconds, Seconds], waits: Sequence[Wait]) -> Tempo:
    """`begins` as notes.beginning gives them; `line` the same moments of both, in seconds, rising."""
    tracked = [beats(begin) for begin in begins]
    if agreement(tracked, line) >= AGREE:
        inside = (line[0] >= tracked[0][0]) & (line[0] <= tracked[0][-1])
        counted = np.interp(line[0][inside], tracked[0], np.arange(len(tracked[0]), dtype=float))
        curves = [_curve(side[inside], 60 * counted) for side in line]
        return Tempo("bpm", *(_common(*curve, name, waits) for curve, name in zip(curves, NAMES, strict=True)))
    curves = [_curve(line[0], line[1]), _curve(line[1], line[0])]
    one, other = (_common(*curve, name, waits) for curve, name in zip(curves, NAMES, strict=True))
    return Tempo("percent", _in_percent(one), _in_percent(other))


def beats(begins: Floats) -> Seconds:
    """Where the beat falls, in seconds."""
    strength = begins.sum(axis=1)
    minutes = [strength[begin : begin + MINUTE] for begin in range(0, max(len(strength) - MINUTE // 2, 1), MINUTE)]
    bpm = float(np.median([librosa.feature.tempo(onset_envelope=m, sr=RATE, hop_length=HOP) for m in minutes]))
    _, frames = librosa.beat.beat_track(onset_envelope=strength, sr=RATE, hop_length=HOP, bpm=bpm)
    return np.asarray(frames, dtype=float) / FRAMES


def agreement(tracked: Sequence[Seconds], line: tuple[Seconds, Seconds]) -> float:
    """The share of beats of each that fall on a beat of the other, 0 to 1."""
    here = tracked[0][(tracked[0] >= line[0][0]) & (tracked[0] <= line[0][-1])]
    there = tracked[1][(tracked[1] >= line[1][0]) & (tracked[1] <= line[1][-1])]
    if min(len(here), len(there)) < FEWEST:
        return 0.0
    brought = np.interp(here, line[0], line[1])
    away = np.abs(brought[:, None] - there)
    near = NEAR * float(np.median(np.diff(there)))
    return float(min((away.min(axis=1) <= near).mean(), (away.min(axis=0) <= near).mean()))


def _curve(seconds: Seconds, gone: Seconds) -> tuple[Seconds, Seconds]:
    """How fast `gone` rises around each second."""
    half = SMOOTH_SECONDS / 2
    if not len(seconds) or seconds[-1] - seconds[0] <= SMOOTH_SECONDS:
        return np.empty(0), np.empty(0)
    at = np.arange(seconds[0] + half, seconds[-1] - half, 1.0)
    return at, (np.interp(at + half, seconds, gone) - np.interp(at - half, seconds, gone)) / SMOOTH_SECONDS


def _common(at: Seconds, tempo: Seconds, name: str, waits: Sequence[Wait]) -> Points:
    """Without the moments at which either goes on alone: there is no common tempo there."""
    half = SMOOTH_SECONDS / 2
    holes = [(wait.start, wait.end) if wait.goes_on == name else (wait.at, wait.at) for wait in waits]
    common = [not any(start - half < moment < end + half for start, end in holes) for moment in at]
    return tuple(
        (round(float(moment), 2), round(float(value), 2))
        for moment, value in zip(at[common], tempo[common], strict=True)
    )


def _in_percent(points: Points) -> Points:
    average = float(np.mean([value for _, value in points])) if points else 1.0
    return tuple((at, round(100 * value / average, 1)) for at, value in points)
