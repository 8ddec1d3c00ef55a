"""Is a piano to be heard?"""

from __future__ import annotations

import numpy as np

from ml.media.sound import RATE
from ml.preflight.heard import Heard
from ml.preflight.measure import CANNOT_TELL, Measure

WINDOW = 8192  # samples, 186 ms: tells semitones apart from 200 Hz on
LOW, HIGH = 200.0, 2000.0  # Hz
LOOKS = 400  # moments looked at, spread over what is loud enough
PEAKS = 6  # the strongest of each moment
LIMIT = 0.35  # clean pianos reach 0.77, with loud noise 0.57; speech, claps and noise stay below 0.2


def piano(heard: Heard) -> Measure:
    """How well the strongest tones lie on one row of semitones, 0 (anywhere) to 1 (all on it).

    A piano's tones stand still on its keys; speech glides and noise has none. The value is the mean resultant length
    of the peaks' distances from the semitones (circular statistics: Mardia and Jupp, Directional Statistics, 2000).
    """
    loud = np.flatnonzero(heard.level > heard.loud - 25)
    if loud.size < 10:
        return CANNOT_TELL
    chosen = loud[np.linspace(0, loud.size - 1, min(LOOKS, loud.size)).astype(int)]
    padded = np.pad(heard.sound, WINDOW)
    starts = (chosen + 0.5) * (RATE // 50) + WINDOW / 2
    pieces = padded[starts.astype(int)[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    spectra = 20 * np.log10(np.abs(np.fft.rfft(pieces, axis=1)) + 1e-9)
    low, high = (round(hertz * WINDOW / RATE) for hertz in (LOW, HIGH))
    turns = []
    for spectrum in spectra:
        part = spectrum[low - 1 : high + 1]
        peak = np.flatnonzero((part[1:-1] > part[:-2]) & (part[1:-1] >= part[2:])) + 1
        strongest = peak[np.argsort(part[peak])[-PEAKS:]]
        left, here, right = part[strongest - 1], part[strongest], part[strongest + 1]
        line = strongest + low - 1 + 0.5 * (left - right) / (left - 2 * here + right)
        turns.append(12 * np.log2(line * RATE / WINDOW / 440.0) % 1.0)
    value = float(np.abs(np.exp(2j * np.pi * np.concatenate(turns)).mean()))
    return Measure(value, min(1.0, loud.size / 100), float(chosen[len(chosen) // 2] / 50))
