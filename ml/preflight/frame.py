"""Are keyboard and hands in the picture?"""

from __future__ import annotations

import cv2
import numpy as np

from ml.features.keyboard import Keyboard, find_keyboard
from ml.preflight.measure import Measure
from ml.preflight.seen import LOOK_WIDTH, Seen

# Players sit down before they begin and wait after they end: both real recordings show their keyboard alone for more
# than a tenth of their time. A phone that slips off its stand, or is placed too low, shows it for longer.
LIMIT = 0.35
HAND = 22.0  # grey levels away from the empty keyboard that count as a hand (ml/features/sight.py)
LEAST_HAND = 0.015  # share of the keyboard and what lies before it that hands cover at least
STIRS = 2.0  # grey levels, mean of a tile, from one picture to the next


def frame(seen: Seen) -> Measure:
    """Share (0 to 1) of the looks in which the keyboard or the hands are missing; `missing` says which of the two.

    Keyboard: ml/features/keyboard.py on single looks and on the resting picture, as the proposed crop uses it. Hands:
    what differs from the resting picture of the keyboard, or hides its keys.
    """
    resting = np.median(seen.looks, axis=0).astype(np.uint8)
    whole = find_keyboard(resting)
    if whole is None:
        missing = np.array([find_keyboard(look) is None for look in seen.looks])
        return _said(missing, seen, "keyboard")
    gone = ~np.array([_there(look, resting, whole) for look in seen.looks])
    hands = np.array([_hands(look, resting, whole) for look in seen.looks]) | _stirs(seen, whole)
    return _said(gone | ~hands, seen, "keyboard" if gone.sum() > (~hands & ~gone).sum() else "hands")


def _said(missing: np.ndarray, seen: Seen, what: str) -> Measure:
    at = float(seen.look_times[_middle(missing)]) if missing.any() else None
    return Measure(float(missing.mean()), 1.0, at, {"missing": what})


def _middle(missing: np.ndarray) -> int:
    """The middle of the longest stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.astype(np.int8), [0]])))
    begins, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - begins))
    return int((begins[longest] + ends[longest] - 1) // 2)


def _there(look: np.ndarray, resting: np.ndarray, keyboard: Keyboard) -> bool:
    """Whether the keyboard of the resting picture lies in this look too, where hands leave it to be seen."""
    part = np.s_[keyboard.top : keyboard.bottom, keyboard.left : keyboard.right]
    here, there = (cv2.blur(picture[part], (3, 3)).astype(np.float32) for picture in (look, resting))
    thirds = zip(np.array_split(here, 6, axis=1), np.array_split(there, 6, axis=1), strict=True)
    alike = [float(np.corrcoef(one.ravel(), other.ravel())[0, 1]) for one, other in thirds if one.std() and other.std()]
    return bool(alike) and float(np.percentile(alike, 75)) > 0.6


def _stirs(seen: Seen, keyboard: Keyboard) -> np.ndarray:
    """[looks] whether something moves on the keyboard within a second of each look: hands that hardly leave their
    place are in the resting picture too, but playing hands never lie still.
    """
    height = seen.looks.shape[1]
    rows = slice(keyboard.top * seen.stir.shape[1] // height, -(-keyboard.bottom * seen.stir.shape[1] // height))
    moving = seen.stir[:, rows].reshape(len(seen.stir), -1).max(axis=1)
    near = np.abs(np.arange(len(moving))[:, None] / seen.rate - seen.look_times) < 1.0
    return np.array([np.percentile(moving[column], 75) > STIRS for column in near.T])


def _hands(look: np.ndarray, resting: np.ndarray, keyboard: Keyboard) -> bool:
    depth = keyboard.bottom - keyboard.top
    first = max(0, keyboard.top - (depth if keyboard.upside_down else 0))
    last = keyboard.bottom + (0 if keyboard.upside_down else depth)
    away = cv2.absdiff(look[first:last], resting[first:last]) > HAND
    return float(away.mean()) > LEAST_HAND


assert LOOK_WIDTH == 640  # find_keyboard's neighbourhood is in pixels of this width
