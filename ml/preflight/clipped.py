"""Was the sound too loud for the microphone?"""

from __future__ import annotations

import numpy as np

from ml.media.sound import RATE
from ml.preflight.heard import Heard
from ml.preflight.measure import CANNOT_TELL, Measure

WINDOW = RATE // 20  # samples, 50 ms
WITHIN = 0.08  # of the highest sample: packing rounds the corners off by so much
# Whole waves come to 63 at most, those of which three samples in a thousand were cut off to 400 at least.
LIMIT = 150.0


def clipped(heard: Heard) -> Measure:
    """Samples of the worst second that lie within 8 % of the highest one of all.

    A wave that was cut off stands at its ceiling again and again, wherever that is; a whole one reaches its highest
    point a few times. Packing (AAC) rounds the corners off, hence the 8 %.
    """
    sound = np.abs(heard.sound)
    top = float(sound.max(initial=0.0))
    if len(sound) < RATE or not top:
        return CANNOT_TELL
    windows = sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW)
    flat = (windows > (1 - WITHIN) * top).sum(axis=1)
    second = np.convolve(flat, np.ones(RATE // WINDOW), "same")
    at = int(np.argmax(second))
    return Measure(float(second[at]), 1.0, (at + 0.5) * WINDOW / RATE)
