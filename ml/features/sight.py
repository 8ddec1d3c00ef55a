"""Where to look: the part of the picture that holds keyboard, hands and forearms.

A keyboard seen from above is a band of rows in which dark and bright take turns many times, in the same columns row
after row. Beside that band, on the player's side, lie the bright fronts of the white keys: so the picture itself says
where the player sits, before a hand is seen. The hands are what moves from there on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ml.media.decode import picture_length, picture_size, read_frames
from ml.media.facts import WHOLE, Crop

__all__ = ["Crop", "Keyboard", "crop_of", "find_keyboard", "propose_crop"]

LOOKS = 48  # frames looked at, spread over the recording
LOOK_WIDTH = 640  # pixels; the height follows the picture's
NEIGHBOURHOOD = 81  # pixels to either end within which a column is dark or bright compared with the others
LEAST_CONTRAST = 15.0  # grey levels (standard deviation) below which a row counts as plain
FEWEST_TURNS = 14  # changes between dark and bright in a row: about an octave and a half
SURE_SCORE = 30.0  # what four octaves in a clear picture reach
LEAST_AGREEMENT = 0.45  # correlation with the rows below: keys are straight, leaves and letters are not
ROW_STEP = 4  # rows between those compared
MIN_BAND, MAX_BAND = 0.03, 0.6  # share of the picture's height that the black keys may take
WIDEST_KEY = 0.1  # share of the width; a longer stretch without a change is beside the keyboard
FOREARM_KEYS = 1.9  # how far hands and forearms reach towards the player, in key lengths
FAR_MARGIN_KEYS = 0.2  # behind the keyboard, in key lengths
SIDE_MARGIN_KEYS = 0.6  # beside the hands, in key lengths
MIN_SHARE_OF_KEYBOARD = 0.45  # a narrower view would hide where on the keyboard the hands are
MIN_ASPECT = 1.25  # width over height
MOVES = 22.0  # grey levels away from the resting picture that count as a hand


@dataclass(frozen=True)
class Keyboard:
    """A keyboard in a picture: rows top to bottom, columns left to right (ends excluded), in pixels."""

    top: int
    bottom: int
    left: int
    right: int
    upside_down: bool  # the fronts of the white keys lie above the black keys
    score: float  # changes between dark and bright in a row, times their agreement with the rows around


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
    return _around(keyboard, _moving(grey, resting))


def _best(found: Iterable[Keyboard | None]) -> Keyboard | None:
    return max((keyboard for keyboard in found if keyboard), key=lambda keyboard: keyboard.score, default=None)


def find_keyboard(grey: np.ndarray) -> Keyboard | None:
    """The keyboard in a grey picture [height, width] uint8, or None when none is in view."""
    height, width = grey.shape
    stripes = _stripes(grey)
    agreement = _agreement(stripes)
    turns = np.array([_turns(row).size for row in stripes])
    rows = _longest_run((turns >= FEWEST_TURNS) & (agreement >= LEAST_AGREEMENT))
    if rows is None or not MIN_BAND * height <= rows[1] - rows[0] <= MAX_BAND * height:
        return None
    columns = _key_columns(stripes[slice(*rows)], WIDEST_KEY * width)
    if columns is None:
        return None
    score = float(np.median((turns * agreement)[slice(*rows)]))
    top, bottom = _tilted(stripes, rows, columns)
    above, below = _white_fronts(grey, rows, columns)
    return Keyboard(max(0, top - above), min(height, bottom + below), *columns, above > below, score)


def _stripes(grey: np.ndarray) -> np.ndarray:
    """-1 to 1 for dark to bright compared with the same row's neighbourhood, 0 where the row is plain."""
    picture = grey.astype(np.float32)
    mean = cv2.blur(picture, (NEIGHBOURHOOD, 1))
    spread = np.sqrt(cv2.blur((picture - mean) ** 2, (NEIGHBOURHOOD, 1)).clip(0))
    signal = np.where(spread > LEAST_CONTRAST, (picture - mean) / np.maximum(spread, LEAST_CONTRAST), 0.0)
    return np.clip(signal, -1.0, 1.0)


def _agreement(stripes: np.ndarray) -> np.ndarray:
    """[height]: how much each row looks like the rows ROW_STEP above and below it, the better of the two."""
    alike = (stripes[:-ROW_STEP] * stripes[ROW_STEP:]).mean(axis=1)
    edge = np.zeros(ROW_STEP)
    return np.maximum(np.concatenate([alike, edge]), np.concatenate([edge, alike]))


def _turns(row: np.ndarray) -> np.ndarray:
    """The columns at which a row changes between clearly dark and clearly bright."""
    clear = np.flatnonzero(np.abs(row) > 0.4)
    return clear[1:][np.diff(np.sign(row[clear])) != 0]


def _longest_run(good: np.ndarray) -> tuple[int, int] | None:
    """Begin and end of the longest stretch of True, holes of two rows forgiven."""
    closed = cv2.morphologyEx(good.astype(np.uint8)[:, None], cv2.MORPH_CLOSE, np.ones((3, 1), np.uint8)).ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], closed, [0]])))
    runs = list(zip(edges[::2], edges[1::2], strict=True))
    if not runs:
        return None
    begin, end = max(runs, key=lambda run: run[1] - run[0])
    return int(begin), int(end)


def _key_columns(band: np.ndarray, widest: float) -> tuple[int, int] | None:
    """Where along the rows the keys begin and end: the longest row of changes without a gap wider than a key."""
    turns = _turns(band.mean(axis=0))
    if turns.size < FEWEST_TURNS:
        return None
    pieces = np.split(turns, np.flatnonzero(np.diff(turns) > widest) + 1)
    longest = max(pieces, key=lambda piece: piece.size)
    if longest.size < FEWEST_TURNS:
        return None
    key = int(np.median(np.diff(longest)))
    return max(0, int(longest[0]) - 2 * key), min(band.shape[1], int(longest[-1]) + 2 * key)


def _tilted(stripes: np.ndarray, rows: tuple[int, int], columns: tuple[int, int]) -> tuple[int, int]:
    """First and last row of the black keys, where the keyboard lies askew: looked for in each third by itself."""
    reach = rows[1] - rows[0]
    top, bottom = rows
    for third in np.array_split(np.arange(*columns), 3):
        run = _longest_run(_agreement(stripes[:, third]) >= LEAST_AGREEMENT)
        if run and run[0] < rows[1] and run[1] > rows[0]:
            top, bottom = min(top, max(run[0], rows[0] - reach)), max(bottom, min(run[1], rows[1] + reach))
    return top, bottom


def _white_fronts(grey: np.ndarray, rows: tuple[int, int], columns: tuple[int, int]) -> tuple[int, int]:
    """How many rows of bright keys without black ones lie above and below the band."""
    view = grey[:, slice(*columns)]
    bright = 0.7 * np.percentile(view[slice(*rows)], 80)
    white = (view > bright).mean(axis=1) > 0.6
    most = rows[1] - rows[0]
    above = white[max(0, rows[0] - most) : rows[0]][::-1]
    below = white[rows[1] : rows[1] + most]
    return _reach(above), _reach(below)


def _reach(white: np.ndarray) -> int:
    """Where the bright rows end, counted from the band; the few in between that are neither may be dark."""
    run = np.flatnonzero(white)
    return int(run[-1]) + 1 if run.size > 2 else 0


def _moving(grey: np.ndarray, resting: np.ndarray) -> np.ndarray:
    """[height, width] True where at least two looks differ clearly from the resting picture, specks left out."""
    away = np.zeros(resting.shape, np.uint8)
    for look in grey:
        away += cv2.absdiff(look, resting) > MOVES
    return cv2.morphologyEx((away >= 2).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)) > 0


def _around(keyboard: Keyboard, moving: np.ndarray) -> Crop:
    height, width = moving.shape
    key = keyboard.bottom - keyboard.top
    far, near = FAR_MARGIN_KEYS * key, FOREARM_KEYS * key
    top = max(0.0, keyboard.top - (near if keyboard.upside_down else far))
    bottom = min(float(height), keyboard.bottom + (far if keyboard.upside_down else near))
    left, right = _hands(keyboard, moving[int(top) : int(bottom)], SIDE_MARGIN_KEYS * key)
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


def _hands(keyboard: Keyboard, moving: np.ndarray, margin: float) -> tuple[float, float]:
    """From the leftmost to the rightmost column that moves, within the keyboard; all of it when nothing does."""
    columns = np.flatnonzero(moving[:, keyboard.left : keyboard.right].mean(axis=0) > 0.04) + keyboard.left
    if not columns.size:
        return keyboard.left - margin, keyboard.right + margin
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
