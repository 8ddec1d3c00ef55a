"""Clip features on disk: computed once per recording, crop and backbones, read by grading, training and evaluation."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ml.checkpoint import CheckpointError, read_tensors, write_tensors
from ml.media.facts import Crop

KEY_CHARACTERS = 16  # of each digest in a file's name


class FeaturesError(Exception):
    """A file of clip features cannot be used; the message says why."""


@dataclass(frozen=True)
class ClipFeatures:
    """One row per clip, in order of time; a modality that the network lacks has no columns."""

    visual: Tensor  # [clips, visual_size] float32
    aural: Tensor  # [clips, aural_size] float32
    starts: Tensor  # [clips] float32, seconds of the proxy
    clip_seconds: float
    duration: float  # of the recording, seconds
    backbone: str  # digest of the backbones and the preparation

    def __len__(self) -> int:
        return len(self.starts)


def path_for(folder: Path, *, media_digest: str, crop: Crop, backbone: str) -> Path:
    """Where the features of this recording lie: another crop or other backbones are another file."""
    frame = hashlib.sha256(json.dumps(dataclasses.asdict(crop), sort_keys=True).encode()).hexdigest()
    parts = (media_digest, frame, backbone)
    return folder / ("-".join(part[:KEY_CHARACTERS] for part in parts) + ".safetensors")


def write(features: ClipFeatures, path: Path) -> None:
    """Whole or not at all."""
    tensors = {name: getattr(features, name).float().cpu().contiguous() for name in ("visual", "aural", "starts")}
    facts = {"clip_seconds": features.clip_seconds, "duration": features.duration, "backbone": features.backbone}
    write_tensors(tensors, {"features": json.dumps(facts)}, path)


def read(path: Path, *, backbone: str | None = None) -> ClipFeatures:
    """Raises FeaturesError when the file is damaged, or holds the features of other backbones than `backbone`."""
    try:
        tensors, metadata = read_tensors(path)
        features = ClipFeatures(**tensors, **json.loads(metadata["features"]))
    except (CheckpointError, KeyError, TypeError, ValueError) as error:
        raise FeaturesError(f"The clip features in {path.name} cannot be read.") from error
    rows = {len(features.visual), len(features.aural), len(features.starts)}
    if len(rows) != 1 or not len(features):
        raise FeaturesError(f"The clip features in {path.name} are incomplete.")
    if backbone is not None and features.backbone != backbone:
        raise FeaturesError(f"The clip features in {path.name} were computed by another model.")
    return features


def find(path: Path, *, backbone: str) -> ClipFeatures | None:
    """The features when a sound file of them is there; a damaged one counts as missing and is computed again."""
    if not path.exists():
        return None
    try:
        return read(path, backbone=backbone)
    except FeaturesError:
        return None


def averages(features: ClipFeatures, clips: range | None = None) -> tuple[Tensor | None, Tensor | None]:
    """Visual `[1, size]` and aural `[1, size]` averages over `clips` (all of them when None)."""
    rows = slice(None) if clips is None else slice(clips.start, clips.stop)

    def mean(values: Tensor) -> Tensor | None:
        return values[rows].mean(dim=0, keepdim=True) if values.shape[1] else None

    return mean(features.visual), mean(features.aural)


def stacked(pairs: list[tuple[Tensor | None, Tensor | None]]) -> tuple[Tensor | None, Tensor | None]:
    """n pairs of averages to visual `[n, size]` and aural `[n, size]`."""
    visual = [pair[0] for pair in pairs if pair[0] is not None]
    aural = [pair[1] for pair in pairs if pair[1] is not None]
    return (torch.cat(visual) if visual else None, torch.cat(aural) if aural else None)
