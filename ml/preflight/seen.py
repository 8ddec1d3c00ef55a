"""What the picture checks look at: one pass over the proxy, kept small however long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ml.media.grey import iter_grey
from ml.media.proxy import FRAME_RATE

LOOK_WIDTH = 640  # pixels: what ml/features/keyboard.py is made for
LOOKS = 48  # pictures kept at that size, spread over the recording
SMALL_WIDTH = 160  # pixels: enough to tell that something moves
TILES = 16  # columns in which movement is counted; rows as the shape of the picture has it
FINE_SECONDS = 60.0  # in which movement is also kept finely: a minute tells whether it is in step
FINE_WIDTH, FINE_ROWS = 320, 18  # columns: two to a white key of a whole keyboard
STEADY_EVERY = 3  # pictures: ten times a second the camera's own movement is measured
PARTS = (2, 3)  # rows and columns of the picture that must all move when the camera does


@dataclass(frozen=True)
class Seen:
    """N pictures at `rate` a second, the first at 0 s."""

    rate: float
    bright: np.ndarray  # [N] float32: the grey level that one dot in ten exceeds, 0 to 255
    stir: np.ndarray  # [N, rows, TILES] float32: grey levels changed since the picture before, mean of each tile
    fine: np.ndarray  # [at most FINE_SECONDS of N, FINE_ROWS, FINE_WIDTH] float16: the same, finely
    shift: np.ndarray  # [N // STEADY_EVERY] float32: how far the whole picture has moved since, in its widths
    looks: np.ndarray  # [at most LOOKS, height, LOOK_WIDTH] uint8
    look_times: np.ndarray  # [as many] seconds

    @property
    def seconds(self) -> float:
        return len(self.bright) / self.rate


def watch(proxy: Path, *, seconds: float, finely: bool = True) -> Seen:
    """Look once through `proxy`, which lasts `seconds`; `finely` where a check needs to know which key moves."""
    return look_through(iter_grey(proxy, width=LOOK_WIDTH), count=round(seconds * FRAME_RATE), finely=finely)


def look_through(pictures: Iterable[np.ndarray], *, count: int, rate: float = FRAME_RATE, finely: bool = True) -> Seen:
    """The same from pictures [height, LOOK_WIDTH] uint8, of which about `count` will come."""
    kept = {int((k + 0.5) * count / LOOKS) for k in range(LOOKS)}
    bright, stir, fine, shift, looks, times = [], [], [], [], [], []
    before = finer = steady = None
    for number, picture in enumerate(pictures):
        small = cv2.resize(picture, (SMALL_WIDTH, _rows(picture, SMALL_WIDTH)), interpolation=cv2.INTER_AREA)
        if before is None:
            before = small
        bright.append(np.partition(small, int(0.9 * small.size), axis=None)[int(0.9 * small.size)])
        stir.append(_tiles(cv2.absdiff(small, before)))
        before = small
        if finely and number < FINE_SECONDS * rate:
            close = cv2.resize(picture, (FINE_WIDTH, _rows(picture, FINE_WIDTH)), interpolation=cv2.INTER_AREA)
            change = cv2.absdiff(close, close if finer is None else finer).astype(np.float32)
            fine.append(cv2.resize(change, (FINE_WIDTH, FINE_ROWS), interpolation=cv2.INTER_AREA).astype(np.float16))
            finer = close
        if number % STEADY_EVERY == 0:
            now = _parts(small)
            shift.append(_moved(now if steady is None else steady, now))
            steady = now
        if number in kept:
            looks.append(picture)
            times.append(number / rate)
    if not bright:
        raise ValueError("there is no picture to look at")
    looks = looks or [picture]
    return Seen(
        rate,
        np.asarray(bright, np.float32),
        np.asarray(stir, np.float32),
        np.asarray(fine),
        np.asarray(shift, np.float32),
        np.stack(looks),
        np.asarray(times or [0.0]),
    )


def _rows(picture: np.ndarray, width: int) -> int:
    return max(1, round(width * picture.shape[0] / picture.shape[1]))


def _tiles(change: np.ndarray) -> np.ndarray:
    size = (TILES, _rows(change, TILES))
    return cv2.resize(change.astype(np.float32), size, interpolation=cv2.INTER_AREA)


def _parts(small: np.ndarray) -> list[np.ndarray]:
    rows, columns = PARTS
    height, width = (_whole(side // parts) for side, parts in zip(small.shape, PARTS, strict=True))
    corners = [(row * height, column * width) for row in range(rows) for column in range(columns)]
    return [small[top : top + height, left : left + width].astype(np.float32) for top, left in corners]


def _whole(side: int) -> int:
    """The longest side that a Fourier transform takes as it is: of a filled-up one, what stands still seems to move."""
    return next((k for k in range(side, 2, -1) if k % 2 == 0 and cv2.getOptimalDFTSize(k) == k), side)


def _moved(before: list[np.ndarray], now: list[np.ndarray]) -> float:
    """By how many of its widths the whole picture was displaced: what all parts but one exceed, so that hands, which
    never fill them all, count for nothing (Kuglin and Hines, The phase correlation image alignment method, 1975).
    """
    window = cv2.createHanningWindow(now[0].shape[::-1], cv2.CV_32F)
    moves = [cv2.phaseCorrelate(one, other, window)[0] for one, other in zip(before, now, strict=True)]
    return float(np.sort(np.hypot(*np.transpose(moves)))[1]) / SMALL_WIDTH
