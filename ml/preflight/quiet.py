"""Is the sound loud enough to be heard well?"""

from __future__ import annotations

import numpy as np

from ml.preflight.heard import FRAMES, Heard
from ml.preflight.measure import Measure

LIMIT = -42.0


def quiet(heard: Heard) -> Measure:
    """Decibels of the loud playing (what one 20 ms in twenty exceeds) below a sine wave of full scale."""
    return Measure(heard.loud, 1.0, float(np.argmax(heard.level) / FRAMES))
