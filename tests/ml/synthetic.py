"""Clip features of made-up performances whose level is known, and a model to go with them: no media, no waiting."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import ml
from ml import checkpoint, features_store
from ml.features_store import ClipFeatures
from ml.models.variants import variant
from ml.preparation import Preparation

SHAPE = variant("resnet18-3d+resnet18-2d", width=4)
PREPARATION = Preparation(frames=4, resize=(36, 36), side=32, picture=32, sound_seconds=0.5)
SIZE = 32  # values in a feature vector of either modality


@dataclass(frozen=True)
class World:
    """A folder with a model in it; `performance` adds one more to be labelled."""

    folder: Path
    start: Path
    backbone: str

    def performance(
        self,
        name: str,
        level: float,
        *,
        split: str = "train",
        player: str | None = None,
        seed: int = 0,
        label: float | None = None,
        noise: float = 0.6,
        clips: int = 12,
    ) -> ml.LabelledExample:
        """Features along one direction per modality, as far as `level` says; labelled `label`, else `level`."""
        dice = np.random.default_rng((seed, *name.encode()))
        ways = np.random.default_rng(9).normal(size=(2, SIZE))
        heard, seen = level + dice.normal(0, noise, 2)
        rows = [
            ways[side] * (value - 5.5) / 4.5 + dice.normal(0, 0.3, (clips, SIZE))
            for side, value in enumerate((seen, heard))
        ]
        visual, aural = (torch.tensor(row, dtype=torch.float32) for row in rows)
        path = self.folder / f"{name}.safetensors"
        starts = torch.arange(clips, dtype=torch.float32)
        features_store.write(ClipFeatures(visual, aural, starts, 1.0, float(clips), self.backbone), path)
        return ml.LabelledExample(
            id=name,
            features=path,
            level=level if label is None else label,
            weight=1.0,
            player=player or name,
            piece="a piece",
            split=split,
            metadata={"duration": float(dice.uniform(10, 60)), "bit_rate": float(dice.uniform(1, 5))},
        )

    def many(self, count: int, *, split: str, seed: int = 0) -> list[ml.LabelledExample]:
        return [
            self.performance(f"{split}{seed}-{row}", 1 + row % 10, split=split, player=f"{split}{row // 2}", seed=seed)
            for row in range(count)
        ]


def new_world(folder: Path) -> World:
    start = folder / "start.safetensors"
    checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=1), start)
    return World(folder, start, checkpoint.backbone_digest(checkpoint.load(start)))


def with_champion(world: World) -> World:
    """The same world, its model trained on sixty performances and calibrated."""
    champion = world.folder / "champion.safetensors"
    config = ml.TrainingConfig(epochs=40, learning_rate=3e-3, pull=0.0)
    examples = [*world.many(60, split="train", seed=7), *world.many(30, split="validation", seed=8)]
    ml.train(examples, start=world.start, out=champion, config=config)
    return World(world.folder, champion, world.backbone)
