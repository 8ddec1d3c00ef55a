"""The same films and the same model, without a house around them: what is repeated many times.

Clip features, distributions and trainings are those of the real model; only who rates what is drawn anew.
"""

import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import features_store
from ml.checkpoint import Checkpoint, backbone_digest, load
from ml.data.examples import LabelledExample
from ml.inference import Grader, heads_on, rows_of
from ml.prepare import prepare
from ml.train import TrainingConfig, train

from . import pool
from .house import STARTER, remembering
from .people import true_level
from .pool import NEW, OLD, Phone, Size, Take

LEVELS = np.arange(1, 11)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Film:
    """One take by one phone, prepared and looked at."""

    take: Take
    phone: Phone
    features: Path
    facts: Any  # ml.media.MediaFacts
    metadata: dict[str, float]

    @property
    def name(self) -> str:
        return f"{self.take.name}-{self.phone.model}"

    @property
    def player(self) -> str:
        return str(self.take.player)

    @property
    def true_level(self) -> float:
        return true_level(self.take)


def films(cache: Path, size: Size, phones: Sequence[Phone] = (OLD, NEW), *, most: int | None = None) -> list[Film]:
    """Every film of the pool, rendered, prepared and looked at where that was not done yet."""
    looked = Looker(cache)
    takes = list(pool.every_take(size))[:most]
    return [looked.at(take, phone) for take in takes for phone in phones]


class Looker:
    """The starter's eyes and ears. A training of the heads leaves them as they are."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.grader = Grader(load(STARTER), device="cpu")
        self.prepare = remembering(prepare, cache / "prepared")

    def at(self, take: Take, phone: Phone) -> Film:
        source = pool.film(take, phone, self.cache / "films")
        features = self.cache / "features"
        features.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.cache) as folder:
            made = self.prepare(source, Path(folder) / "prepared")
            path = self.grader.features(
                made.proxy, made.crop, duration=made.proxy_seconds, cache=features, media_digest=made.digest
            )
        box = {name: getattr(made.crop, name) for name in ("x", "y", "width", "height")}
        told = {name: float(getattr(made.facts, name)) for name in ("duration", "frame_rate", "bit_rate")}
        return Film(take, phone, path, made.facts, box | told)


@dataclass(frozen=True)
class Model:
    """A checkpoint, and what it says of films."""

    path: Path

    def read(self) -> None:
        """From then on its file is needed no more."""
        assert self._checkpoint is not None

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        return load(self.path)

    @property
    def quantile(self) -> float | None:
        """How wide its intervals are, as the checkpoint brings it."""
        return self._checkpoint.about.quantile

    def says(self, of: Iterable[Film]) -> dict[str, Floats]:
        """`[n, 10]` probabilities: 'visual', 'aural', 'fused'."""
        heads, backbone = self._checkpoint.network.heads.eval(), backbone_digest(self._checkpoint)
        rows = [features_store.averages(features_store.read(film.features, backbone=backbone)) for film in of]
        return rows_of(heads_on(heads, rows))

    def error(self, of: Sequence[Film]) -> float:
        """Mean distance from the true level, in levels."""
        return float(np.abs(self.says(of)["fused"] @ LEVELS - [film.true_level for film in of]).mean())


def labelled(film: Film, level: float, **fields: Any) -> LabelledExample:
    rest = {"weight": 1.0, "split": "train", "groups": {"device": film.phone.model}} | fields
    return LabelledExample(
        id=film.name,
        features=film.features,
        level=level,
        player=film.player,
        piece=film.take.piece,
        metadata=film.metadata,
        **rest,
    )


def learned(examples: Sequence[LabelledExample], folder: Path, *, epochs: int) -> Model:
    """The starter's heads after learning from these."""
    out = folder / "learned.safetensors"
    train(examples, start=STARTER, out=out, config=TrainingConfig(depth="heads", epochs=epochs, seed=1))
    made = Model(out)
    made.read()
    out.unlink()
    return made


def apart(rows: Sequence[Film], dice: random.Random, *shares: float) -> list[list[Film]]:
    """Parts without a player in two of them: of these shares of the players, and a last one with the others."""
    players = sorted({film.take.player for film in rows})
    dice.shuffle(players)
    ends = [0, *(round(sum(shares[: place + 1]) * len(players)) for place in range(len(shares))), len(players)]
    parts = [set(players[first:last]) for first, last in pairwise(ends)]
    return [[film for film in rows if film.take.player in part] for part in parts]
