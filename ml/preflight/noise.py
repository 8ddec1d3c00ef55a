"""How much noise lies behind the music?"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from ml.preflight.heard import FRAMES, Heard
from ml.preflight.measure import Measure

# Dense clean playing comes to -35; noise 20 dB below the loud playing, which is heard all the time, lies about here.
LIMIT = -34.0
SMOOTH = FRAMES // 4  # frames, 250 ms: noise is even over that, a note is not


def noise(heard: Heard) -> Measure:
    """Decibels from the loud playing down to the noise above 500 Hz; nearer to 0 is louder noise.

    Noise fills the gaps between the tones and is always there: in each half octave the quieter lines of the spectrum
    are taken, smoothed over 250 ms, and of all moments the faintest twentieth (minimum statistics: Martin, Noise power
    spectral density estimation, IEEE Transactions on Speech and Audio Processing 9, 2001).
    """
    power = uniform_filter1d(10 ** (heard.between / 10), SMOOTH, axis=0)
    floor = np.percentile(power, 5, axis=0)
    value = 10 * np.log10(max(floor.sum(), 1e-10)) - heard.loud
    quietest = int(np.argmin(minimum_filter1d(power.sum(axis=1), 3)))
    return Measure(float(value), 1.0, quietest / FRAMES)
