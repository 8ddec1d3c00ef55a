"""A camera above the keyboard: millimetres to pixels, with a little perspective."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.recital.keyboard import key_x
from ml.recital.nuisance import Nuisances
from ml.recital.pieces import PIECES

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """Where it looks (mm), its height (mm), scale at key level (pixels a mm), turn (radians), picture size (pixels)."""

    x: float
    y: float
    height: float
    scale: float
    turn: float
    size: tuple[int, int]

    def project(self, points: Points) -> Points:
        """``[..., 3]`` mm to ``[..., 2]`` pixels (right, down)."""
        nearer = self.nearness(points[..., 2]) * self.scale
        right, away = (points[..., 0] - self.x) * nearer, (points[..., 1] - self.y) * nearer
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        width, height = self.size
        return np.stack([width / 2 + right * cos + away * sin, height / 2 + right * sin - away * cos], axis=-1)

    def nearness(self, z: Points) -> Points:
        """How much larger something at height ``z`` looks than at key level."""
        return self.height / (self.height - z)


def place(nuisances: Nuisances, size: tuple[int, int]) -> Camera:
    """A camera that sees every key of the piece as it is written: slips do not move it."""
    width, height = size
    keys = [key_x(note.pitch) for note in PIECES[nuisances.piece].notes]
    low, high = min(keys) - 150, max(keys) + 150
    seen = max(nuisances.between("zoom", 660, 1290), (high - low) * 1.02)
    spare = max(0.0, (seen - (high - low)) / 2)
    middle = (low + high) / 2 + nuisances.between("camera_x", -0.8, 0.8) * min(spare, 160)
    scale = width / seen
    tall = height / scale
    y = (
        min(nuisances.between("camera_y", -75, 5), tall / 2 - 175)
        if tall > 330
        else nuisances.between("camera_y", -25, 5)
    )
    return Camera(
        middle, y, nuisances.between("height", 850, 1500), scale, np.radians(nuisances.between("tilt", -1.8, 1.8)), size
    )
