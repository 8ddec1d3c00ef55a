"""Labelled performances, as training and evaluation take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ml.media.facts import WHOLE, Crop

Split = Literal["train", "validation", "audit"]


@dataclass(frozen=True)
class LabelledExample:
    """One performance whose level somebody has said.

    `features` is what `Grader.features` wrote. `level` is the mean label, 1 to 10; `weight` is how much it counts.
    `metadata` are plain numbers about the recording (crop box, frame rate, duration, bit rate): the control that sees
    neither picture nor sound learns from them alone. `proxy`, `crop` and `duration` (seconds) are needed where the
    backbones learn too, or where another model's features have to be computed.
    """

    id: str
    features: Path
    level: float
    weight: float
    player: str
    piece: str
    split: Split
    metadata: Mapping[str, float] = field(default_factory=dict)
    proxy: Path | None = None
    crop: Crop = WHOLE
    duration: float = 0.0
