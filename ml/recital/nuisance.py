"""Everything that varies between performances and says nothing about skill.

Each nuisance is one number drawn evenly from 0..1 (its *place*), then mapped to its range. Those of a player and
their room (skin, sleeve, keyboard, piano, room, camera) depend on the player alone. ``Recital.confound`` replaces one
place by the level plus a little noise, on purpose, so that shortcut detection has something to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ml.recital.pieces import PIECES
from ml.recital.recital import Recital, RecitalError, stream

OF_THE_PLAYER = (
    "skin", "sleeve", "sleeve_length", "hand_size", "keyboard", "wood", "floor", "desk", "zoom", "camera_x", "camera_y",
    "tilt", "height", "brightness", "warmth", "damping", "detune", "room", "wet", "microphone", "bass",
)  # fmt: skip
OF_THE_DAY = ("light", "shadow", "gain", "noise", "tempo", "loudness", "fps", "compression", "lead")
NUISANCES = (*OF_THE_PLAYER, *OF_THE_DAY, "piece")
FRAME_RATES = (24.0, 25.0, 30000 / 1001, 30.0)  # frames a second, as cameras write them
CONFOUND_NOISE = 0.06  # standard deviation of a correlated place around the level's
PLAYERS = 1_000_000


@dataclass(frozen=True)
class Nuisances:
    """Player, piece and the place of every nuisance in 0..1."""

    player: int
    piece: str
    fps: float
    places: Mapping[str, float]

    def between(self, name: str, low: float, high: float) -> float:
        """The value of a nuisance in its range."""
        return low + (high - low) * self.places[name]


def draw(recital: Recital) -> Nuisances:
    """All nuisances of a performance; raises RecitalError for an unknown piece or confound."""
    if recital.confound is not None and recital.confound not in NUISANCES:
        raise RecitalError(f"{recital.confound!r} is no nuisance; there are {', '.join(NUISANCES)}")
    if recital.piece is not None and recital.piece not in PIECES:
        raise RecitalError(f"there is no piece {recital.piece!r}; there are {', '.join(PIECES)}")
    random = stream(recital, "nuisance")
    player = recital.player if recital.player is not None else int(random.integers(PLAYERS))
    of_player = np.random.default_rng([player, *b"player"]).random(len(OF_THE_PLAYER))
    of_day = random.random(len(OF_THE_DAY) + 1)
    places = dict(zip(NUISANCES, [*of_player.tolist(), *of_day.tolist()], strict=True))
    if recital.confound is not None:
        place = (recital.level - 0.5) / 10 + CONFOUND_NOISE * random.standard_normal()
        places[recital.confound] = float(np.clip(place, 0.0, 0.999))
    slugs = list(PIECES)
    piece = recital.piece or slugs[int(places["piece"] * len(slugs))]
    fps = recital.fps or FRAME_RATES[int(places["fps"] * len(FRAME_RATES))]
    return Nuisances(player, piece, fps, MappingProxyType(places))
