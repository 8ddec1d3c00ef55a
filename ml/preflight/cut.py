"""Was something cut out in the middle?"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d

from ml.preflight.heard import FRAMES, Heard
from ml.preflight.measure import CANNOT_TELL, Measure
from ml.preflight.seen import Seen

# Clean real stretches stay below 0.4, generated ones, whose hands are jerkier than anybody's, below 1.1.
LIMIT = 1.5
NEIGHBOURS = 6  # pictures to either side; a hand's movement lasts longer than one
QUIET_STIR = 1.0  # grey levels: below it nothing moves and no jump can be told
MOVING = 18  # tiles that move most, of about 144
SUDDEN = 4.0  # times as far as tones usually fall within 40 ms (what one frame in twenty exceeds): they break off
LEAST_FALL = 0.5  # dB, of a recording in which hardly anything ever falls
SEARCH = 5  # sound frames to either side of the picture's jump


def cut(seen: Seen, heard: Heard) -> Measure:
    """How many times more the picture changes at once than just before and after, times how far the tones break off.

    Hands move over several pictures, and a piano's tones die away: where both jump at one moment, something is
    missing. Each of the two happens alone (a dropped frame, a damper), so the factor of the sound is at most 1.
    """
    moving = np.sort(seen.stir.reshape(len(seen.stir), -1), axis=1)[:, -MOVING:].mean(axis=1)
    if len(moving) < 4 * NEIGHBOURS:
        return CANNOT_TELL
    jumps = moving / (_around(moving) + QUIET_STIR)
    jumps[:NEIGHBOURS] = jumps[-NEIGHBOURS:] = 0.0
    audible = np.maximum(heard.bands, heard.loud - 60)  # what is fainter than this breaks off unheard
    falls = -np.minimum(audible[2:] - audible[:-2], 0).mean(axis=1)
    steepest = maximum_filter1d(np.pad(falls, (1, 1)), 2 * SEARCH + 1)
    at = np.minimum(np.arange(len(jumps)) * FRAMES / seen.rate, len(steepest) - 1).astype(int)
    usual = max(float(np.percentile(falls, 95)), LEAST_FALL)
    together = jumps * np.minimum(1.0, steepest[at] / (SUDDEN * usual))
    best = int(np.argmax(together))
    return Measure(float(together[best]), 1.0, best / seen.rate)


def _around(moving: np.ndarray) -> np.ndarray:
    """The most that moves in the pictures before and after each, itself left out."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(moving, NEIGHBOURS), 2 * NEIGHBOURS + 1)
    return np.delete(windows, NEIGHBOURS, axis=1).max(axis=1)
