"""Does the loudness correct itself, as a phone's automatic gain does?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ml.preflight.heard import FRAMES, Heard
from ml.preflight.measure import CANNOT_TELL, Measure
from ml.preflight.noise import noise

LIMIT = -4.0
BEGINS = 3.0  # dB by which the bands rise on average from one frame to the next where a note begins
ATTACK = FRAMES // 12  # frames after a beginning that still belong to it
SHORTEST, LONGEST = 3 * FRAMES // 10, FRAMES  # frames of a decay that are looked at
HEARD = 30.0  # dB below the loud playing, beyond which a decay is not followed
FEWEST = 4  # decays, below which nothing is said
NOISY = -40.0  # dB of noise (noise.py), from which on decays end in it and tell nothing


def pumping(heard: Heard) -> Measure:
    """Decibels a second by which tones grow while nothing new is played: the median over all decays of 0.3 s and more.

    A piano's tone only dies away; where automatic gain lifts it again, it stays as loud or swells. The moment is that
    of the decay that swells most.
    """
    begins = np.flatnonzero(heard.rise > BEGINS)
    stretches = pairwise([0, *begins, len(heard.rise)])
    decays = [(first + ATTACK, min(last, first + ATTACK + LONGEST)) for first, last in stretches]
    slopes = {
        first: float(np.polyfit(np.arange(last - first) / FRAMES, heard.level[first:last], 1)[0])
        for first, last in decays
        if last - first >= SHORTEST and heard.level[first:last].max() > heard.loud - HEARD
    }
    if len(slopes) < FEWEST or noise(heard).value > NOISY:
        return CANNOT_TELL
    swells = max(slopes, key=lambda first: slopes[first])
    return Measure(float(np.median(list(slopes.values()))), min(1.0, len(slopes) / (2 * FEWEST)), swells / FRAMES)
