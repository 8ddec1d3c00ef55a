"""Is there a long silence before the first note or after the last?"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d

from ml.preflight.heard import FRAMES, Heard
from ml.preflight.measure import CANNOT_TELL, Measure

LIMIT = 6.0  # seconds: sitting down and beginning takes five in the real recordings
BELOW_LOUD = 35.0  # dB below the loud playing; the softest playing of the recordings lies within 30
FAINTEST = -75.0  # dB below full scale, whatever the loud playing is


def silence(heard: Heard) -> Measure:
    """Seconds without playing at the beginning or at the end, whichever is longer; `end` is 'first' or 'last'.

    Playing is what lies at most BELOW_LOUD below the loud playing.
    """
    level = uniform_filter1d(heard.level, FRAMES // 5)
    playing = np.flatnonzero(level > max(heard.loud - BELOW_LOUD, FAINTEST))
    if not playing.size:
        return CANNOT_TELL
    first, last = playing[0] / FRAMES, (len(level) - 1 - playing[-1]) / FRAMES
    if first >= last:
        return Measure(float(first), 1.0, 0.0, {"seconds": float(first), "end": "first"})
    return Measure(float(last), 1.0, heard.seconds - float(last), {"seconds": float(last), "end": "last"})
