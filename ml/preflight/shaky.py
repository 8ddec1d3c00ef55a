"""Does the camera move?"""

from __future__ import annotations

import numpy as np

from ml.preflight.measure import Measure
from ml.preflight.seen import STEADY_EVERY, Seen

# What stands still measures 0.001 to 0.0024, moving hands included; a hand that wanders by 1 % of the width 0.008.
LIMIT = 0.006


def shaky(seen: Seen) -> Measure:
    """Movement of the whole picture in a tenth of a second, in shares of its width: the mean of the worst 3 seconds."""
    rate = seen.rate / STEADY_EVERY
    length = min(len(seen.shift), round(3 * rate))
    smooth = np.convolve(seen.shift, np.ones(length) / length, mode="valid")
    worst = int(np.argmax(smooth))
    return Measure(float(smooth[worst]), 1.0, (worst + length / 2) / rate)
