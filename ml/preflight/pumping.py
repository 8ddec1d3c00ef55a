"""Does the loudness correct itself, as a phone's automatic gain does?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ml.preflight.heard import FRAMES, Heard
from ml.preflight.measure import CANNOT_TELL, Measure
from ml.preflight.noise import LIMIT as NOISY  # decays that end in noise tell nothing
from ml.preflight.noise import noise

# Clean recordings stay below -9; with noise 30 dB down some come to -3.6: so only what hardly falls.
LIMIT = -3.0
BEGINS = 3.0  # dB by which the bands rise on average from one frame to the next where a note begins
ATTACK = FRAMES // 12  # frames after a beginning that still belong to it
SHORTEST, LONGEST = 3 * FRAMES // 10, FRAMES  # frames of a decay that are looked at
HEARD = 30.0  # dB below the loud playing, beyond which a decay is not followed
ABOVE_NOISE = 24.0  # dB over the noise behind it, likewise: noise.py counts a part of the band, between the tones
FEWEST = 4  # decays, below which nothing is said


def pumping(heard: Heard) -> Measure:
    """Decibels a second by which tones grow while nothing new is played: the median over all decays of 0.3 s and more.

    A piano's tone only dies away; where automatic gain lifts it again, it stays as loud or swells. The moment is that
    of the decay that swells most.
    """
    begins = np.flatnonzero(heard.rise > BEGINS)
    stretches = pairwise([0, *begins, len(heard.rise)])
    decays = [(first + ATTACK, min(last, first + ATTACK + LONGEST)) for first, last in stretches]
    behind = noise(heard).value
    faint = heard.loud + max(-HEARD, behind + ABOVE_NOISE)
    decays = [(first, _until(heard.level, first, last, faint)) for first, last in decays]
    slopes = {
        first: float(np.polyfit(np.arange(last - first) / FRAMES, heard.level[first:last], 1)[0])
        for first, last in decays
        if last - first >= SHORTEST
    }
    if len(slopes) < FEWEST or behind > NOISY:
        return CANNOT_TELL
    swells = max(slopes, key=lambda first: slopes[first])
    return Measure(
        float(np.median(list(slopes.values()))), min(1.0, len(slopes) / (2 * FEWEST)), float(swells / FRAMES)
    )


def _until(level: np.ndarray, first: int, last: int, faint: float) -> int:
    """Where from `first` on the level falls to what is faint; `last` where it does not."""
    below = np.flatnonzero(level[first:last] < faint)
    return first + int(below[0]) if below.size else last
