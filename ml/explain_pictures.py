"""An explanation as two small pictures: lit where the level hangs on it, dim and grey elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.explain import Explanation, Field, Heard, Map, Seen
from ml.media import picture_size, read_frames

SIGHT, SOUND = "sight.jpg", "sound.jpg"
WIDTH, HEIGHT = 640, 360  # pixels: at most as wide, and as large as the sound is drawn
QUALITY = 85  # JPEG
DIM = 0.4  # of the brightness, where nothing was found
EDGE = 0.6  # of white, in the line around what the network sees
GREY = (18, 96)  # silence and full loudness, unlit
AMBER = ((88, 54, 14), (255, 222, 160))  # silence and full loudness, lit

Pixels = NDArray[np.float32]  # [rows, columns, 3], 0 to 255


def draw(explanation: Explanation, proxy: Path, folder: Path) -> None:
    """Write sight.jpg and sound.jpg, each where the network has that sense, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    if explanation.seen is not None:
        _save(lit_frame(explanation.seen, proxy), folder / SIGHT)
    if explanation.heard is not None:
        _save(lit_sound(explanation.heard), folder / SOUND)


def lit_frame(seen: Seen, proxy: Path) -> Pixels:
    """The proxy's picture at that moment, lit inside what the network sees of it, with a thin line around that."""
    rows, columns = picture_size(proxy)
    size = (round(WIDTH * rows / columns), WIDTH) if columns > WIDTH else (rows, columns)
    frame = read_frames(proxy, [seen.moment], size=size)[0].astype(np.float32)
    grey = np.repeat(frame.mean(axis=2, keepdims=True), 3, axis=2)
    top, bottom, left, right = edges(seen.field, size)
    light = np.zeros((*size, 1), np.float32)
    light[top:bottom, left:right, 0] = enlarged(seen.light, (bottom - top, right - left))
    lit = grey * DIM + (frame - grey * DIM) * light
    for line in ((slice(top, bottom), [left, right - 1]), ([top, bottom - 1], slice(left, right))):
        lit[line] += (255 - lit[line]) * EDGE
    return lit


def lit_sound(heard: Heard) -> Pixels:
    """The network's picture of the sound in grey, in amber where it is lit."""
    size = (HEIGHT, WIDTH)
    loudness, light = (enlarged(values, size)[..., None] for values in (heard.loudness, heard.light))
    unlit = GREY[0] + (GREY[1] - GREY[0]) * loudness
    quiet, loud = (np.asarray(colour, np.float32) for colour in AMBER)
    return (unlit + (quiet + (loud - quiet) * loudness - unlit) * light).astype(np.float32)


def edges(field: Field, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of the field in a picture of `size` (rows, columns)."""
    rows, columns = size
    top, left = min(round(field.y * rows), rows - 1), min(round(field.x * columns), columns - 1)
    bottom, right = round((field.y + field.height) * rows), round((field.x + field.width) * columns)
    return top, min(rows, max(bottom, top + 1)), left, min(columns, max(right, left + 1))


def enlarged(values: Map, size: tuple[int, int]) -> Map:
    """The map with so many rows and columns, smooth between the middles of its cells."""
    image = Image.fromarray(np.asarray(values, np.float32))
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.BICUBIC), np.float32).clip(0, 1)


def _save(pixels: Pixels, out: Path) -> None:
    half_done = out.with_name(f".{out.name}.{os.getpid()}.part")
    Image.fromarray(pixels.round().clip(0, 255).astype(np.uint8)).save(half_done, "JPEG", quality=QUALITY)
    os.replace(half_done, out)
