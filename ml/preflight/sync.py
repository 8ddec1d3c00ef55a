"""Are sound and picture in step? Estimated from which keys move when which notes begin; often it cannot be told."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from ml.features import notes
from ml.features.keyboard import Keyboard, find_keyboard
from ml.media.sound import RATE
from ml.preflight.heard import Heard
from ml.preflight.measure import CANNOT_TELL, Measure
from ml.preflight.seen import FINE_ROWS, FINE_SECONDS, LOOK_WIDTH, Seen

LIMIT = 220.0  # ms, either way: recordings that nobody has shifted measure -170 to 100 (docs/preflight.md)
STANDS_OUT = 5.0  # standard deviations of the other shifts by which a sure one stands out from the best of them
GRID = 30  # moments a second at which picture and sound are compared: the proxy has no more pictures
MOST = 0.75  # seconds of shift that are looked for
PEAK = 5  # grid moments to either side that belong to the best shift
COLUMNS = 160  # of the picture: one to a white key of a whole keyboard, three where it is seen closely
PLAYED = 0.15  # of what the busiest key begins: keys that begin less are left out
OCTAVES = (60, 240)  # dots of LOOK_WIDTH from one key to the same an octave on
SEMITONES = 12


def beyond(value: float, limit: float) -> bool:
    return abs(value) > limit


def sync(seen: Seen, heard: Heard) -> Measure:
    """Milliseconds by which the sound comes after the picture (below 0: before it), from the first minute.

    Each semitone's beginnings (ml/features/notes.py) are compared with what moves where its key lies, for every shift
    up to 750 ms and every place of the keyboard; the keys' distance is read off the picture. The confidence is by how
    much the best shift stands out from all others.
    """
    resting = np.median(seen.looks, axis=0).astype(np.uint8)
    keyboard = find_keyboard(resting)
    if keyboard is None or len(seen.fine) < 5 * seen.rate:
        return CANNOT_TELL
    octave = _octave(resting, keyboard) * COLUMNS / LOOK_WIDTH
    seconds = min(len(seen.fine) / seen.rate, heard.seconds, FINE_SECONDS) - 0.1
    moments = np.arange(0, seconds, 1 / GRID)
    moves = _steady(_at(moments, _moves(seen, keyboard, octave), seen.rate))
    begins = _steady(_at(moments, _begins(heard, seconds), notes.FRAMES))
    busy = begins.std(axis=0)
    played = np.flatnonzero(busy > PLAYED * busy.max())
    together = _together(moves, begins[:, played])
    score = _best_place(together, played, octave / SEMITONES, np.outer(busy[played], moves.std(axis=0)))
    best = int(np.argmax(score))
    others = np.delete(score, np.arange(max(0, best - PEAK), min(len(score), best + PEAK + 1)))
    stands_out = (score[best] - others.max()) / max(float(others.std()), 1e-9)
    shift = (best - len(score) // 2) / GRID * 1000
    return Measure(shift, float(np.clip(stands_out / STANDS_OUT, 0.0, 1.0)), seconds / 2, {"milliseconds": shift})


def _octave(resting: np.ndarray, keyboard: Keyboard) -> int:
    """Dots from a key to the same one an octave on: by so much shifted, the black keys are most like themselves."""
    keys = resting[keyboard.top : keyboard.bottom, keyboard.left : keyboard.right].mean(axis=0)
    keys = keys - uniform_filter1d(keys, 81)
    alike = np.correlate(keys, keys, "full")[len(keys) - 1 :] / np.maximum(len(keys) - np.arange(len(keys)), 20)
    low, high = OCTAVES[0], max(OCTAVES[0] + 1, min(OCTAVES[1], len(alike) - 30))
    return low + int(np.argmax(alike[low:high]))


def _moves(seen: Seen, keyboard: Keyboard, octave: float) -> np.ndarray:
    """[N, COLUMNS]: what moves on the keys, from low to high."""
    height = seen.looks.shape[1]
    rows = slice(keyboard.top * FINE_ROWS // height, -(-keyboard.bottom * FINE_ROWS // height))
    moves = seen.fine[:, rows].astype(np.float32).mean(axis=1)
    moves = np.sqrt(moves.reshape(len(moves), COLUMNS, -1).mean(axis=2))
    moves = gaussian_filter1d(moves, octave / 24, axis=1)
    return moves[:, ::-1] if keyboard.upside_down else moves


def _begins(heard: Heard, seconds: float) -> np.ndarray:
    """[frames, keys]: where each semitone begins."""
    sound = resample_poly(heard.sound[: round(seconds * RATE)], 1, RATE // notes.RATE).astype(np.float32)
    return notes.beginning(notes.sounding(sound))


def _at(moments: np.ndarray, curves: np.ndarray, rate: float) -> np.ndarray:
    times = np.arange(len(curves)) / rate
    return np.stack([np.interp(moments, times, curve) for curve in curves.T], axis=1).astype(np.float32)


def _steady(curves: np.ndarray) -> np.ndarray:
    """Without what changes over more than a second."""
    return curves - uniform_filter1d(curves, GRID, axis=0)


def _together(moves: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """[shifts, keys, columns]: how much moves in a column when a key's note begins, for every shift of the sound."""
    most = round(MOST * GRID)
    pairs = []
    for shift in range(-most, most + 1):
        early, late = (moves[: len(moves) - shift], begins[shift:]) if shift >= 0 else (moves[-shift:], begins[:shift])
        pairs.append(late.T @ early / max(len(early), 1))
    return np.stack(pairs)


def _best_place(together: np.ndarray, played: np.ndarray, key: float, scale: np.ndarray) -> np.ndarray:
    """[shifts]: the scores where the keyboard lies best; `key` is a semitone in columns."""
    rows = np.arange(len(played))
    best, height = np.zeros(len(together)), -np.inf
    for left in np.arange(-key * played[-1], COLUMNS - key * played[0], key / 2):
        columns = np.round(left + key * played).astype(int)
        inside = (columns >= 0) & (columns < COLUMNS)
        if inside.sum() * 2 < len(played):
            continue
        weight = np.sqrt(np.square(scale[rows[inside], columns[inside]]).sum()) + 1e-9
        score = together[:, rows[inside], columns[inside]].sum(axis=1) / weight
        if score.max() - np.median(score) > height:
            best, height = score, float(score.max() - np.median(score))
    return best
