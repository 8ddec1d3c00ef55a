"""What the sound checks listen to: levels, bands and beginnings, gone through in pieces to keep memory flat."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ml.media.sound import RATE

FRAMES = 50  # a second
HOP = RATE // FRAMES  # samples
WINDOW = 2048  # samples, 46 ms
EDGES = np.geomspace(60.0, 15_000.0, 25)  # Hz: 24 bands, three to the octave
BETWEEN = np.geomspace(500.0, 500.0 * 2**4.5, 10)  # Hz: half octaves, wide enough to see between a chord's tones
CHUNK = 2000  # frames taken at once
FAINT = 1e-10  # power of -100 dB, where logarithms stop


@dataclass(frozen=True)
class Heard:
    """M frames, FRAMES a second, the first at 0 s. Decibels are below a sine wave of full scale."""

    sound: np.ndarray  # [samples] float32 at RATE, -1 to 1
    level: np.ndarray  # [M] float32 dB, of the whole frame
    bands: np.ndarray  # [M, 24] float32 dB
    between: np.ndarray  # [M, 9] float32 dB: the same of half octaves from 500 Hz, of what lies between the tones
    rise: np.ndarray  # [M] float32: mean rise over the bands since the frame before, dB; high where a note begins

    @property
    def seconds(self) -> float:
        return len(self.sound) / RATE

    @property
    def loud(self) -> float:
        """The level of the loud playing: what one frame in twenty exceeds, dB."""
        return float(np.percentile(self.level, 95))


def listen(sound: np.ndarray) -> Heard:
    """[samples] float32 at RATE to what checks need of it."""
    frames = max(1, len(sound) // HOP)
    padded = np.pad(sound, (WINDOW // 2, WINDOW))
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    scale = 4 / window.sum() ** 2  # a sine wave of full scale has power 1
    lines = np.searchsorted(np.fft.rfftfreq(WINDOW, 1 / RATE), EDGES)
    gaps = np.searchsorted(np.fft.rfftfreq(WINDOW, 1 / RATE), BETWEEN)
    bands = np.empty((frames, len(EDGES) - 1), np.float32)
    between = np.empty((frames, len(BETWEEN) - 1), np.float32)
    for begin in range(0, frames, CHUNK):
        starts = np.arange(begin, min(frames, begin + CHUNK)) * HOP
        pieces = padded[starts[:, None] + np.arange(WINDOW)] * window
        power = np.abs(np.fft.rfft(pieces, axis=1)) ** 2 * scale
        sums = np.add.reduceat(power, lines, axis=1)[:, :-1]
        bands[begin : begin + len(starts)] = 10 * np.log10(np.maximum(sums, FAINT))
        for band, (low, high) in enumerate(pairwise(gaps)):
            faint = np.partition(power[:, low:high], (high - low) // 4, axis=1)[:, (high - low) // 4] * (high - low)
            between[begin : begin + len(starts), band] = 10 * np.log10(np.maximum(faint, FAINT))
    square = np.add.reduceat(np.square(sound[: frames * HOP], dtype=np.float64), np.arange(frames) * HOP) / HOP
    level = 10 * np.log10(np.maximum(2 * square, FAINT)).astype(np.float32)
    rises = np.maximum(np.diff(bands, axis=0, prepend=bands[:1]), 0.0)
    return Heard(sound, level, bands, between, rises.mean(axis=1))
