"""What a run of the benchmark does, and what it does when nobody says otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ml.models.variants import AURAL, NAMES, Variant, variant
from ml.preparation import Preparation
from ml.starter.make import EARS, EYES, HEADS, PREPARATION
from ml.train import TrainingConfig

MAIN = "resnet18-3d+resnet18-2d"  # the paper's own; the confounded set and the recipe are tried on it
CPU_ROWS = (
    "c3d+resnet18-2d",
    MAIN,
    "resnet18-3d+resnet34-2d",
    "resnet34-3d+resnet18-2d",
    "resnet34-3d+resnet34-2d",
    "c3d",
    "resnet18-3d",
    "resnet34-3d",
    "resnet18-2d",
    "resnet34-2d",
)  # what fits into forty minutes of two cores: all but the ResNet50s
CPU_WIDTH, FULL_WIDTH = 8, 64
CPU_PERFORMANCES, FULL_PERFORMANCES = 300, 400
CPU_EPOCHS, FULL_EPOCHS = 12, 24
C3D_RATE = 3e-4  # between PISA's 1e-4 and ours: it has no batch normalisation. Not tuned


@dataclass(frozen=True)
class Counts:
    """Performances in each part of a set."""

    train: int
    validation: int
    audit: int


@dataclass(frozen=True)
class Settings:
    """`rows` are judged on the fair set; MAIN alone on the set in which `confound` follows the level."""

    rows: tuple[str, ...]
    parts: tuple[str, ...]
    width: int
    fair: Counts
    heard: int  # more performances for the ears of the rows, without a picture
    confounded: Counts
    sounds: Counts  # without a picture, for the recipe's pieces that concern sound
    eyes: TrainingConfig
    ears: TrainingConfig
    heads: TrainingConfig
    preparation: Preparation
    confound: str = "fps"  # metadata see it; the proxy hides most of it
    recipe_picture: int = 112  # side of the mel picture in the recipe's pieces: four times cheaper
    main: str = MAIN
    seed: int = 1

    def shape(self, name: str) -> Variant:
        return variant(name, width=self.width)

    def config(self, backbone: str) -> TrainingConfig:
        """How this backbone learns."""
        if backbone in AURAL:
            return self.ears
        if backbone != "c3d":
            return self.eyes
        exact = "bf16" if torch.cuda.is_available() else "fp32"  # on a CPU bf16 gives its last stage wrong gradients
        return dataclasses.replace(self.eyes, learning_rate=C3D_RATE, precision=exact)


def default(
    *,
    rows: Sequence[str] | None = None,
    parts: Sequence[str],
    width: int | None = None,
    performances: int | None = None,
    epochs: int | None = None,
    seed: int = 1,
) -> Settings:
    """Full width and every row with a graphics card; narrow and fewer on a CPU. Raises UnknownVariant, ValueError."""
    full = torch.cuda.is_available()
    for name in rows or ():
        variant(name)
    learned = performances or (FULL_PERFORMANCES if full else CPU_PERFORMANCES)
    if learned < 10 or (width or 1) < 1 or (epochs or 1) < 1:
        raise ValueError("At least ten performances, one channel and one epoch are needed.")
    few = max(10, learned // 3)
    epochs = epochs or (FULL_EPOCHS if full else CPU_EPOCHS)
    return Settings(
        rows=tuple(dict.fromkeys(rows or (NAMES if full else CPU_ROWS))),
        parts=tuple(parts),
        width=width or (FULL_WIDTH if full else CPU_WIDTH),
        fair=Counts(learned, max(20, learned // 5), 120),
        heard=2 * learned,
        confounded=Counts(few, 20, 48),
        sounds=Counts(2 * learned, max(20, learned // 5), 240),
        eyes=dataclasses.replace(EYES, epochs=epochs, seed=seed),
        ears=dataclasses.replace(EARS, epochs=epochs, seed=seed),
        heads=dataclasses.replace(HEADS, seed=seed),
        preparation=PREPARATION,
        seed=seed,
    )
