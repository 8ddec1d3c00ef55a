"""Branches that are trained apart and then joined.

No gradient passes between the branches of the network, so a backbone may be trained once, by
itself, and stand in every network that has it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from ml import checkpoint, features_store
from ml.checkpoint import backbone_digest
from ml.data.clips import Clip
from ml.data.examples import LabelledExample
from ml.data.prepared import CALM, prepare_recording
from ml.inference import Grader
from ml.media.decode import ROUNDING_SECONDS
from ml.models.variants import Variant, variant
from ml.preparation import Preparation
from ml.train import Progress, TrainingConfig, train


def learn(
    shape: Variant,
    preparation: Preparation,
    config: TrainingConfig,
    examples: Sequence[LabelledExample],
    *,
    start: Path,
    out: Path,
    on_progress: Callable[[Progress], None],
) -> Path:
    """A network of one branch, trained from fresh weights (kept in `start`) into `out`; found again when it is there.

    Killed and called again, it goes on where it was.
    """
    if not out.exists():
        checkpoint.save(*checkpoint.new(shape, preparation, seed=config.seed), start)
        train(examples, start=start, out=out, config=config, on_progress=on_progress, resume=True)
    return out


def join(eyes: Path, ears: Path, out: Path, *, seed: int) -> None:
    """Both branches in one network, which keeps the preparation of `eyes`; its multimodal head is fresh."""
    seeing, hearing = checkpoint.load(eyes), checkpoint.load(ears)
    sees, hears = seeing.about.variant, hearing.about.variant
    shape = variant(f"{sees.visual}+{hears.aural}", width=sees.width, aural_width=hears.aural_width)
    network, about = checkpoint.new(shape, seeing.about.preparation, seed=seed)
    network.load_state_dict(network.state_dict() | seeing.network.state_dict() | hearing.network.state_dict())
    checkpoint.save(network, about, out)


def with_features(
    examples: Sequence[LabelledExample], model: Path, work: Path, tell: Callable[[str], None]
) -> list[LabelledExample]:
    """The same examples with clip features of `model`, computed from the recordings prepared in `work`."""
    loaded = checkpoint.load(model)
    backbone, grader = backbone_digest(loaded), Grader(loaded)
    ready = []
    for done, example in enumerate(examples, start=1):
        path = features_path(work, backbone, example)
        if features_store.find(path, backbone=backbone) is None:
            features_store.write(compute(grader, example, work), path)
        ready.append(dataclasses.replace(example, features=path))
        if done % 100 == 0:
            tell(f"Clip features of {done} of {len(examples)} performances.")
    return ready


def compute(grader: Grader, example: LabelledExample, work: Path) -> features_store.ClipFeatures:
    """The clip features of one prepared recording."""
    network = grader.network
    clips = clips_of(
        example, work, grader.about.preparation, sees=network.visual is not None, hears=network.aural is not None
    )
    return grader.compute(clips, example.duration, lambda share: None)


def clips_of(
    example: LabelledExample, work: Path, preparation: Preparation, *, sees: bool = True, hears: bool = True
) -> Iterator[Clip]:
    """What grading would look at, from the prepared recording; nothing in place of what is not wanted."""
    assert example.proxy is not None
    recording = prepare_recording(example.proxy, example.crop, preparation, work / "prepared", sees=sees)
    dice, nothing = np.random.default_rng(0), torch.zeros(0)
    for first in recording.firsts() if sees else heard_at(example, preparation) or recording.firsts():
        frames = recording.see(first, CALM, dice) if sees else nothing
        yield Clip(first / preparation.rate, frames, recording.hear(first, CALM, dice) if hears else nothing)


def heard_at(example: LabelledExample, preparation: Preparation) -> tuple[int, ...]:
    """Where the clips begin that would be seen: the sound of a film may last a little longer than its picture."""
    count = math.floor(example.duration * preparation.rate + ROUNDING_SECONDS)
    return preparation.first_frames(count) if count else ()


def features_path(work: Path, backbone: str, example: LabelledExample) -> Path:
    return work / "features" / backbone[:16] / f"{example.id}.safetensors"
