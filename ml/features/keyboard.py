"""Where a keyboard lies in a picture taken from above.

It is a band of rows in which dark and bright take turns many times, in the same columns row after row. Beside that
band, on the player's side, the white keys go on without black ones: so the picture itself says where the player sits,
before a hand is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

NEIGHBOURHOOD = 81  # pixels to either end within which a column is dark or bright compared with the others
LEAST_CONTRAST = 15.0  # grey levels (standard deviation) below which a row counts as plain
FEWEST_TURNS = 14  # changes between dark and bright in a row: about an octave and a half
LEAST_AGREEMENT = 0.7  # likeness (cosine) with the rows around: keys are straight, letters are not
ROW_STEP = 4  # rows between those compared
LEAST_STRAIGHTNESS = 0.4  # share of the contrast that survives averaging all rows of the band
MIN_BAND, MAX_BAND = 0.03, 0.6  # share of the picture's height that the black keys may take
WIDEST_GAP = 5.0  # times the usual distance between two changes; beyond, a hand hides the keys or they end
LEAST_BLACK, MOST_BLACK = 0.25, 0.75  # share of a row that is dark where black keys lie: two fifths on a piano
SAME_WHITE = 0.15  # share of its brightness by which one white key varies along its length


@dataclass(frozen=True)
class Keyboard:
    """A keyboard in a picture: rows top to bottom, columns left to right (ends excluded), in pixels."""

    top: int
    bottom: int
    left: int
    right: int
    upside_down: bool  # the fronts of the white keys lie above the black keys
    score: float  # changes between dark and bright in a row, times their agreement with the rows around


def find_keyboard(grey: np.ndarray) -> Keyboard | None:
    """The keyboard in a grey picture [height, width] uint8, or None when none is in view."""
    height = len(grey)
    stripes = _stripes(grey)
    rows, score = _striped_rows(stripes, FEWEST_TURNS)
    if rows is None or not MIN_BAND * height <= rows[1] - rows[0] <= MAX_BAND * height:
        return None
    band = stripes[slice(*rows)]
    columns = _key_columns(band)
    if columns is None or np.abs(band.mean(axis=0)).mean() < LEAST_STRAIGHTNESS * np.abs(band).mean():
        return None
    # A keyboard may lie askew, so each third of it says for itself where it begins and ends.
    thirds = [_depth(grey[:, third], stripes[:, third], rows) for third in np.array_split(np.arange(*columns), 3)]
    found = [depth for depth in thirds if depth]
    if not found:
        return None
    top = min(depth.first - depth.above for depth in found)
    bottom = max(depth.last + depth.below for depth in found)
    upside_down = sum(depth.above for depth in found) > sum(depth.below for depth in found)
    return Keyboard(max(0, top), min(height, bottom), *columns, upside_down, score)


def _striped_rows(stripes: np.ndarray, fewest: int) -> tuple[tuple[int, int] | None, float]:
    """The longest run of rows with at least `fewest` changes in the same columns; changes that agree, in the median."""
    agreement = _agreement(stripes)
    turns = np.array([_turns(row).size for row in stripes])
    rows = _longest_run((turns >= fewest) & (agreement >= LEAST_AGREEMENT))
    return rows, float(np.median((turns * agreement)[slice(*rows)])) if rows else 0.0


@dataclass(frozen=True)
class Depth:
    """Rows of one stretch of keys: the black keys from first to last (excluded), and white fronts above or below."""

    first: int
    last: int
    above: int
    below: int


def _depth(grey: np.ndarray, stripes: np.ndarray, rows: tuple[int, int]) -> Depth | None:
    run, _ = _striped_rows(stripes, FEWEST_TURNS // 3)
    if run is None or run[0] >= rows[1] or run[1] <= rows[0]:
        return None
    view = grey[slice(*run)].astype(np.float32)
    dark = (view < np.percentile(view, (10, 90)).mean()).mean(axis=1)
    black = _longest_run((dark > LEAST_BLACK) & (dark < MOST_BLACK))
    if black is None:
        return None
    first, last = run[0] + black[0], run[0] + black[1]
    most = last - first
    edge = max(1, most // 4)
    above = _fronts(grey[max(0, first - most) : first][::-1], grey[first : first + edge])
    below = _fronts(grey[last : last + most], grey[last - edge : last])
    return Depth(first, last, above, below)


def _fronts(outside: np.ndarray, inside: np.ndarray) -> int:
    """How many rows beyond the black keys' rows `inside` show the white keys going on, in the same columns."""
    keys = inside.astype(np.float32).mean(axis=0)
    bright = keys > np.percentile(keys, (10, 90)).mean()
    if not bright.any() or not len(outside):
        return 0
    alike = np.abs(outside[:, bright] - keys[bright]) < SAME_WHITE * keys[bright]
    run = _longest_run(alike.mean(axis=1) > 0.6)
    return run[1] if run and run[0] < len(outside) / 3 and run[1] - run[0] > 2 else 0


def _stripes(grey: np.ndarray) -> np.ndarray:
    """-1 to 1 for dark to bright compared with the same row's neighbourhood, 0 where the row is plain."""
    picture = grey.astype(np.float32)
    mean = cv2.blur(picture, (NEIGHBOURHOOD, 1))
    spread = np.sqrt(cv2.blur((picture - mean) ** 2, (NEIGHBOURHOOD, 1)).clip(0))
    signal = np.where(spread > LEAST_CONTRAST, (picture - mean) / np.maximum(spread, LEAST_CONTRAST), 0.0)
    return np.clip(signal, -1.0, 1.0)


def _agreement(stripes: np.ndarray) -> np.ndarray:
    """[height]: cosine between each row and the rows ROW_STEP above and below it, the better of the two."""
    upper, lower = stripes[:-ROW_STEP], stripes[ROW_STEP:]
    size = np.sqrt((upper**2).sum(axis=1) * (lower**2).sum(axis=1))
    alike = (upper * lower).sum(axis=1) / np.maximum(size, 1.0)
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


def _key_columns(band: np.ndarray) -> tuple[int, int] | None:
    """Where along the rows the keys begin and end: rows of changes as close as keys are, hands between them or not."""
    turns = _turns(band.mean(axis=0))
    if turns.size < FEWEST_TURNS:
        return None
    key = float(np.median(np.diff(turns)))
    pieces = np.split(turns, np.flatnonzero(np.diff(turns) > WIDEST_GAP * key) + 1)
    keys = [piece for piece in pieces if piece.size >= FEWEST_TURNS // 2]
    if not keys:
        return None
    return max(0, round(keys[0][0] - 2 * key)), min(band.shape[1], round(keys[-1][-1] + 2 * key))
