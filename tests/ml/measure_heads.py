"""`python -m tests.ml.measure_heads [performances]`: seconds to retrain full-size heads from cached features."""

import sys
import tempfile
import time
from pathlib import Path

import torch

import ml
from ml import checkpoint, features_store
from ml.features_store import ClipFeatures
from ml.models.variants import variant

CLIPS = 169  # of a performance of three minutes
SIZE = 512  # values of either modality


def examples_in(folder: Path, backbone: str, count: int, validation: int) -> list[ml.LabelledExample]:
    examples = []
    for row in range(count):
        level, path = 1 + row % 10, folder / f"{row}.safetensors"
        visual, aural = torch.randn(2, CLIPS, SIZE) + level / 10
        starts = torch.arange(CLIPS, dtype=torch.float32)
        features_store.write(ClipFeatures(visual, aural, starts, 1.0, float(CLIPS), backbone), path)
        split = "validation" if row < validation else "train"
        examples.append(ml.LabelledExample(str(row), path, level, 1.0, str(row // 4), "", split))
    return examples


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start = folder / "start.safetensors"
        checkpoint.save(*checkpoint.new(variant("resnet18-3d+resnet18-2d"), ml.Preparation(), seed=1), start)
        backbone = checkpoint.backbone_digest(checkpoint.load(start))
        for validation in (count // 5, min(10, count // 5)):
            examples = examples_in(folder, backbone, count, validation)
            wall, cpu = time.perf_counter(), time.process_time()
            ml.train(examples, start=start, out=folder / "out.safetensors")
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            sys.stdout.write(f"{count} performances, {validation} of validation: {wall:.1f} s, {cpu:.1f} s of CPU\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
