"""The keyboard in millimetres: x from its left end, y from the front edge towards the fallboard, z up from the white
keys.
"""

import numpy as np
from numpy.typing import NDArray

WHITE, BLACK_WIDTH = 23.5, 13.2  # mm
WHITE_LENGTH, BLACK_FROM = 148.0, 52.0  # mm; black keys run from BLACK_FROM to the fallboard
BLACK_HEIGHT, TRAVEL = 11.0, 9.0  # mm
FIRST, LAST = 21, 108
WIDTH = 52 * WHITE
BLACKS = frozenset({1, 3, 6, 8, 10})
# Black keys do not stand exactly between their neighbours: shift in mm.
SHIFT = {1: -2.4, 3: 2.4, 6: -3.4, 8: 0.0, 10: 3.4}
WHITES_BELOW = (0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6)


def is_black(pitch: int) -> bool:
    """Whether a MIDI pitch is a black key."""
    return pitch % 12 in BLACKS


def key_x(pitch: int) -> float:
    """The middle of a key, mm."""
    octave, step = divmod(pitch, 12)
    whites = 7 * octave + WHITES_BELOW[step] - 12  # A0 is white number 0
    return whites * WHITE + SHIFT[step] if is_black(pitch) else (whites + 0.5) * WHITE


def outline(pitch: int, up: float = 0.0) -> NDArray[np.float64]:
    """The corners of a key's top, ``[4, 3]`` in mm; ``up`` moves it in z."""
    x = key_x(pitch)
    half = (BLACK_WIDTH if is_black(pitch) else WHITE - 0.9) / 2
    front = BLACK_FROM if is_black(pitch) else 0.0
    z = (BLACK_HEIGHT if is_black(pitch) else 0.0) + up
    return np.array(
        [[x - half, front, z], [x + half, front, z], [x + half, WHITE_LENGTH, z], [x - half, WHITE_LENGTH, z]]
    )


def touch(pitch: int, finger: int) -> tuple[float, float, float]:
    """Where a finger meets a key, mm."""
    if is_black(pitch):
        return key_x(pitch), (64.0 if finger in (1, 5) else 76.0), BLACK_HEIGHT
    return key_x(pitch), (16.0, 36.0, 42.0, 38.0, 26.0)[finger - 1], 0.0
