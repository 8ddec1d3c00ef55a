"""Faults of the picture, put into grey pictures [N, height, width] uint8 as the checks see them."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

Pictures = np.ndarray
GAMMA = 2.2  # of the display: light falls off before it
SENSOR_NOISE = 4.0  # grey levels, of a phone in the dark
NOISES = 7  # pictures of noise that take turns


def darkened(pictures: Pictures, stops: float, dice: np.random.Generator) -> Pictures:
    """The same with `stops` halvings of the light, and the noise that a phone then adds."""
    table = 255 * ((np.arange(256) / 255) ** GAMMA * 2.0**-stops) ** (1 / GAMMA)
    noise = SENSOR_NOISE * dice.standard_normal((NOISES, *pictures.shape[1:]), np.float32)
    dim = (table.astype(np.float32)[picture] + noise[at % NOISES] for at, picture in enumerate(pictures))
    return np.stack([np.clip(picture, 0, 255).astype(np.uint8) for picture in dim])


def shaken(pictures: Pictures, share: float, rate: float, dice: np.random.Generator) -> Pictures:
    """Held in a hand: the picture wanders by `share` of its width (standard deviation), two or three times a second."""
    width = pictures.shape[2]
    path = gaussian_filter1d(dice.standard_normal((len(pictures), 2)), rate / 12, axis=0)
    path *= share * width / path.std()
    return np.stack([_moved(picture, *offset) for picture, offset in zip(pictures, path, strict=True)])


def turned_away(pictures: Pictures, share: float) -> Pictures:
    """The camera slips in the last `share` of the time, so that the lower two thirds of the picture are another's."""
    begin = round(len(pictures) * (1 - share))
    height = pictures.shape[1]
    spoiled = pictures.copy()
    band = cv2.GaussianBlur(pictures[begin:].mean(axis=0), (0, 0), height / 6)
    spoiled[begin:] = np.clip(band, 0, 255).astype(np.uint8)
    return spoiled


def without_hands(pictures: Pictures, share: float) -> Pictures:
    """The hands leave in the last `share` of the time: the resting picture is all that is left."""
    begin = round(len(pictures) * (1 - share))
    spoiled = pictures.copy()
    spoiled[begin:] = np.median(pictures[:: max(1, len(pictures) // 48)], axis=0)
    return spoiled


def _moved(picture: np.ndarray, right: float, down: float) -> np.ndarray:
    move = np.array([[1, 0, right], [0, 1, down]], np.float32)
    return cv2.warpAffine(picture, move, picture.shape[::-1], borderMode=cv2.BORDER_REFLECT)
