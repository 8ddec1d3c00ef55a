"""Is the sound loud enough to be heard well?"""

from __future__ import annotations

import numpy as np

from ml.preflight.heard import FRAMES, Heard
from ml.preflight.measure import Measure

# Clean recordings lie above -33, the softest generated ones included; ten decibels below that 16 bits begin to show.
LIMIT = -42.0


def quiet(heard: Heard) -> Measure:
    """Decibels of the loud playing (what one 20 ms in twenty exceeds) below a sine wave of full scale."""
    return Measure(heard.loud, 1.0, float(np.argmax(heard.level) / FRAMES))
