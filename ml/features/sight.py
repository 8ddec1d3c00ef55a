"""Where to look: the part of the picture that holds keyboard, hands and forearms.

The keyboard is found in the resting picture, the median of frames spread over the recording. The hands are what moves
from there towards the player, and what hides the white keys even in the resting picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from ml.features.keyboard import SAME_WHITE, Keyboard, find_keyboard
from ml.media.decode import picture_length, picture_size, read_frames
from ml.media.facts import WHOLE, Crop

__all__ = ["Crop", "crop_of", "propose_crop"]

LOOKS = 48  # frames looked at, spread over the recording
LOOK_WIDTH = 640  # pixels; the height follows the picture's
SURE_SCORE = 30.0  # what four octaves in a clear picture reach
FOREARM_KEYS = 1.9  # how far hands and forearms reach towards the player, in key lengths
FAR_MARGIN_KEYS = 0.2  # behind the keyboard, in key lengths
SIDE_MARGIN_KEYS = 0.6  # beside the hands, in key lengths
MIN_SHARE_OF_KEYBOARD = 0.45  # a narrower view would hide where on the keyboard the hands are
MIN_ASPECT = 1.25  # width over height
FRONT_LIGHT = 160  # pixels to either side within which the white keys are lit alike
MOVES = 22.0  # grey levels away from the resting picture that count as a hand


def propose_crop(proxy: Path) -> Crop:
    """The crop of a recording: keyboard, hands and forearms, from frames spread over all of it.

    Where no keyboard is to be seen the whole picture is returned, with confidence 0.
    """
    height, width = picture_size(proxy)
    times = (np.arange(LOOKS) + 0.5) * picture_length(proxy) / LOOKS
    return crop_of(read_frames(proxy, times, size=(round(LOOK_WIDTH * height / width), LOOK_WIDTH)))


def crop_of(looks: np.ndarray) -> Crop:
    """The same from frames already at hand: [T, height, 640] RGB uint8, upright, square pixels."""
    grey = np.stack([cv2.cvtColor(look, cv2.COLOR_RGB2GRAY) for look in looks])
    resting = np.median(grey, axis=0).astype(np.uint8)
    keyboard = find_keyboard(resting) or _best(find_keyboard(look) for look in grey[:: max(1, len(grey) // 8)])
    if keyboard is None:
        return WHOLE
    return _around(keyboard, _moving(grey, resting), _covered(keyboard, resting))


def _best(found: Iterable[Keyboard | None]) -> Keyboard | None:
    return max((keyboard for keyboard in found if keyboard), key=lambda keyboard: keyboard.score, default=None)


def _moving(grey: np.ndarray, resting: np.ndarray) -> np.ndarray:
    """[height, width] True where at least two looks differ clearly from the resting picture, specks left out."""
    away = np.zeros(resting.shape, np.uint8)
    for look in grey:
        away += cv2.absdiff(look, resting) > MOVES
    return cv2.morphologyEx((away >= 2).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)) > 0


def _covered(keyboard: Keyboard, resting: np.ndarray) -> np.ndarray:
    """[width] True where a hand that hardly moves hides the fronts of the white keys in the resting picture."""
    key = keyboard.bottom - keyboard.top
    edge, reach = round(0.06 * key), round(0.3 * key)
    first = keyboard.top + edge if keyboard.upside_down else keyboard.bottom - reach
    fronts = resting[first : first + reach - edge, keyboard.left : keyboard.right]
    covered = np.zeros(resting.shape[1], bool)
    if fronts.size:
        level = np.percentile(fronts, 60, axis=0).astype(np.float32)
        brightest = cv2.dilate(level[None], np.ones((1, 5), np.uint8))  # the lines between keys closed
        usual = np.stack([np.roll(brightest[0], shift) for shift in range(-FRONT_LIGHT, FRONT_LIGHT + 1, 8)])
        hidden = brightest[0] < (1 - SAME_WHITE) * np.median(usual, axis=0)
        wide = cv2.morphologyEx(hidden.astype(np.uint8)[None], cv2.MORPH_OPEN, np.ones((1, 9), np.uint8))[0] > 0
        keys = np.flatnonzero(~hidden)  # beside the outermost it is only dark
        wide[: keys[0]] = wide[keys[-1] :] = False
        covered[keyboard.left : keyboard.right] = wide
    return covered


def _around(keyboard: Keyboard, moving: np.ndarray, covered: np.ndarray) -> Crop:
    height, width = moving.shape
    key = keyboard.bottom - keyboard.top
    far, near = FAR_MARGIN_KEYS * key, FOREARM_KEYS * key
    top = max(0.0, keyboard.top - (near if keyboard.upside_down else far))
    bottom = min(float(height), keyboard.bottom + (far if keyboard.upside_down else near))
    left, right = _hands(keyboard, moving[int(top) : int(bottom)], covered, SIDE_MARGIN_KEYS * key)
    least = max(MIN_SHARE_OF_KEYBOARD * (keyboard.right - keyboard.left), MIN_ASPECT * (bottom - top))
    left, right = _widened(left, right, least, width)
    return Crop(
        x=left / width,
        y=top / height,
        width=(right - left) / width,
        height=(bottom - top) / height,
        upside_down=keyboard.upside_down,
        confidence=round(min(1.0, keyboard.score / SURE_SCORE), 3),
    )


def _hands(keyboard: Keyboard, moving: np.ndarray, covered: np.ndarray, margin: float) -> tuple[float, float]:
    """From the leftmost to the rightmost column with a hand, within the keyboard; all of it when nothing moves."""
    moved = moving.mean(axis=0) > 0.04
    moved[: keyboard.left] = moved[keyboard.right :] = False
    if not moved.any():
        return keyboard.left - margin, keyboard.right + margin
    columns = np.flatnonzero(moved | covered)
    return float(columns[0]) - margin, float(columns[-1]) + 1 + margin


def _widened(left: float, right: float, least: float, width: int) -> tuple[float, float]:
    """At least `least` wide about the same middle, moved and cut to lie inside the picture."""
    more = max(0.0, least - (right - left)) / 2
    left, right = left - more, right + more
    if left < 0:
        left, right = 0.0, right - left
    if right > width:
        left, right = left - (right - width), float(width)
    return max(0.0, left), min(float(width), right)
