"""Rounded limbs raised on a field of heights: the clay that hands are made of. Everything in pixels."""

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def raise_limbs(field: Field, start: Field, end: Field, flatness: float) -> None:
    """Raise limbs between pairs of ends, each ``[N, 4]``: x, y, radius, height. The highest surface wins.

    ``flatness`` is the height of a limb's dome as a share of its radius.
    """
    rows, columns = field.shape
    reach = np.maximum(start[:, 2], end[:, 2])[:, None] + 1.0
    low = np.floor(np.minimum(start[:, :2], end[:, :2]) - reach).astype(np.int32)
    high = np.ceil(np.maximum(start[:, :2], end[:, :2]) + reach).astype(np.int32) + 1
    boxes = np.concatenate([np.clip(low, 0, (columns, rows)), np.clip(high, 0, (columns, rows))], axis=1).tolist()
    for (left, top, right, bottom), first, last in zip(boxes, start, end, strict=True):
        if right > left and bottom > top:
            part = field[top:bottom, left:right]
            np.maximum(part, dome(left, top, right, bottom, first, last, flatness), out=part)


def dome(left: int, top: int, right: int, bottom: int, first: Field, last: Field, flatness: float) -> Field:
    """The surface of one limb over a box of pixels; 0 where the limb is not."""
    x0, y0, r0, z0 = (float(value) for value in first)
    dx, dy, dr, dz = (float(value) for value in last - first)
    square = max(dx * dx + dy * dy, 1e-3)
    x = np.arange(left, right, dtype=np.float32) - np.float32(x0)
    y = (np.arange(top, bottom, dtype=np.float32) - np.float32(y0))[:, None]
    along = x * np.float32(dx / square) + y * np.float32(dy / square)
    np.clip(along, 0.0, 1.0, out=along)
    surface = along * np.float32(dr)
    surface += np.float32(r0)
    surface *= surface
    across = along * np.float32(-dx)
    across += x
    across *= across
    surface -= across
    np.multiply(along, np.float32(-dy), out=across)
    across += y
    across *= across
    surface -= across  # squared radius minus squared distance from the axis
    inside = surface > 0
    np.maximum(surface, 0, out=surface)
    np.sqrt(surface, out=surface)
    surface *= np.float32(flatness)
    along *= np.float32(dz)
    along += np.float32(z0)
    surface += along
    surface *= inside
    return surface
