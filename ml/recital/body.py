"""How a player's hands look: skin, nails and sleeve in the light of the day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.recital.nuisance import Nuisances
from ml.recital.scenery import Colour, Image, tint

# Light to dark, BGR, as lit by neutral light.
SKINS = ((178, 198, 232), (150, 178, 222), (122, 156, 208), (96, 130, 186), (66, 96, 148), (46, 68, 108))
SLEEVES = (
    (60, 44, 36), (40, 40, 44), (120, 88, 60), (52, 44, 120), (210, 206, 200), (84, 98, 76), (140, 130, 126),
    (36, 60, 130),
)  # fmt: skip
BARE = 0.80  # place of 'sleeve_length' above which the arm is bare


@dataclass(frozen=True)
class Body:
    """Tables from brightness to colour ``[256, 1, 3]``; where the sleeve begins (0 wrist, 1 elbow, more: nowhere).

    ``light`` points from the hand to the lamp (right, down, towards the camera); ``dark`` is the depth of a shadow.
    """

    skin: Image
    sleeve: Image
    nail: Colour
    cuff: float
    light: tuple[float, float, float]
    dark: float

    @property
    def bare(self) -> bool:
        """Whether no sleeve shows."""
        return self.cuff > 1


def table(colour: NDArray[np.float32], gleam: float) -> Image:
    """Colours from shade to highlight, ``[256, 1, 3]``; shade is warmer than light."""
    share = np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    body = colour * (0.14 + 1.0 * share ** np.array([1.22, 1.08, 0.92], np.float32))
    return np.clip(body + gleam * np.clip(share - 0.84, 0, 1) / 0.16, 0, 255).astype(np.uint8)[:, None, :]


def body_of(nuisances: Nuisances) -> Body:
    """The player's looks in today's light."""
    place = nuisances.places["skin"] * (len(SKINS) - 1)
    low = int(place)
    skin = np.array(SKINS[low]) * (1 - place + low) + np.array(SKINS[low + 1]) * (place - low)
    sleeve = np.array(SLEEVES[int(nuisances.places["sleeve"] * len(SLEEVES))])
    lit = tint(nuisances)
    blue, green, red = np.clip((skin * 0.80 + np.array([30, 28, 46])) * lit, 0, 255).tolist()
    length = nuisances.places["sleeve_length"]
    angle = np.pi * (0.25 + 0.5 * nuisances.places["shadow"])
    light = np.array([np.cos(angle) * 0.5, -np.sin(angle) * 0.5, 0.95])
    x, y, z = (light / np.linalg.norm(light)).tolist()
    return Body(
        skin=table((skin * lit).astype(np.float32), 26.0),
        sleeve=table((sleeve * lit).astype(np.float32), 5.0),
        nail=(blue, green, red),
        cuff=9.0 if length > BARE else 0.12 + 0.5 * length,
        light=(x, y, z),
        dark=nuisances.between("brightness", 0.40, 0.58),
    )
