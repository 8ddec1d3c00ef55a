"""The aural branch on ratings: the papers' 2D ResNet on mel pictures, averaged over clips, with a regression head.

Trained from scratch and at reduced width; nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ml.benchmarks.percepiano.ratings import Floats
from ml.benchmarks.percepiano.sound import read_rendered
from ml.benchmarks.percepiano.splits import Indices, Split
from ml.data.clips import sound_picture
from ml.fast import channels_last
from ml.models.resnet2d import ResNet2D
from ml.preparation import Preparation, paper

HIDDEN = 128  # as in the papers' heads
FAINTEST, LEVELS = -1.0, 127.5  # of a picture's -1 to 1, in bytes


@dataclass(frozen=True)
class Training:
    width: int = 16  # channels of the first stage; the papers' is 64
    picture: int = 112  # side of the mel picture; the papers' is 224
    epochs: int = 8
    clips: int = 3  # drawn anew of each performance at every step; judged on all of them
    batch: int = 16  # performances
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    device: str = "cpu"


def preparations(picture: int) -> dict[str, Preparation]:
    """What the rows hear: each changes one thing of the one before."""
    published = replace(paper(), picture=picture)
    longer = replace(published, sound_seconds=Preparation().sound_seconds)
    return {
        "aural branch, half a second against its own maximum": published,
        "aural branch, 3.5 seconds": longer,
        "aural branch, 3.5 seconds, fixed reference": replace(longer, reference=Preparation().reference),
    }


def pictures(sounds: Sequence[Path], preparation: Preparation, folder: Path) -> NDArray[np.uint8]:
    """[performances, clips, side, side], clips spread evenly; made once, then found in `folder`."""
    told = json.dumps([[path.name for path in sounds], asdict(preparation)], sort_keys=True)
    path = folder / f"pictures-{hashlib.sha256(told.encode()).hexdigest()[:16]}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        half_done = path.with_suffix(".part.npy")
        shape = (len(sounds), preparation.clips, preparation.picture, preparation.picture)
        table = np.lib.format.open_memmap(half_done, "w+", np.uint8, shape)
        for index, file in enumerate(sounds):
            sound = read_rendered(file)
            for clip in range(preparation.clips):
                middle = (clip + 0.5) / preparation.clips * len(sound) / preparation.sample_rate
                drawn = sound_picture(sound, middle, preparation)[0].numpy()
                table[index, clip] = np.rint((np.clip(drawn, -1, 1) - FAINTEST) * LEVELS)
        table.flush()
        half_done.replace(path)
    return np.load(path, mmap_mode="r")


class AuralRegression(nn.Module):
    """[n, clips, side, side] bytes to [n, scales]: features averaged over clips, Linear to 128, prediction layer."""

    def __init__(self, width: int, scales: int) -> None:
        super().__init__()
        self.backbone = ResNet2D(18, width)
        self.head = nn.Sequential(nn.Linear(self.backbone.feature_size, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, scales))

    def forward(self, heard: Tensor) -> Tensor:
        clips = (heard.float() / LEVELS + FAINTEST).flatten(0, 1)[:, None]
        foreseen: Tensor = self.head(self.backbone(clips).unflatten(0, heard.shape[:2]).mean(dim=1))
        return foreseen


def listener(
    heard: NDArray[np.uint8], training: Training, *, seed: int
) -> Callable[[Floats, Split, Indices, Indices], Floats]:
    """Learns each fold from scratch; the number of epochs is fixed beforehand, nothing is selected on the test part."""

    def learn(labels: Floats, split: Split, train: Indices, test: Indices) -> Floats:
        torch.manual_seed(seed)
        dice = np.random.default_rng(seed)
        mean, spread = labels[train].mean(axis=0), labels[train].std(axis=0)
        wanted = torch.from_numpy((labels - mean) / np.maximum(spread, 1e-6)).float()
        network = AuralRegression(training.width, labels.shape[1]).to(training.device)
        channels_last(network.backbone)
        optimiser = torch.optim.AdamW(network.parameters(), weight_decay=training.weight_decay)
        steps = training.epochs * -(-len(train) // training.batch)
        pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.learning_rate, total_steps=steps)
        for epoch in range(training.epochs):
            began, total = time.perf_counter(), 0.0
            order = dice.permutation(train)
            network.train()
            for first in range(0, len(order), training.batch):
                chosen = order[first : first + training.batch]
                with torch.autocast(training.device, dtype=torch.bfloat16):
                    foreseen = network(_drawn(heard, chosen, training, dice))
                loss = functional.mse_loss(foreseen.float(), wanted[chosen].to(training.device))
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                pace.step()
                total += float(loss.detach()) * len(chosen)
            seconds = time.perf_counter() - began
            told = f"{split.name}, epoch {epoch + 1}: loss {total / len(train):.3f}, {seconds:.0f} s"
            sys.stderr.write(f"{told}\n")
        return _foreseen(network, heard, test, training) * spread + mean

    return learn


def _drawn(heard: NDArray[np.uint8], chosen: Indices, training: Training, dice: np.random.Generator) -> Tensor:
    """[chosen, clips, side, side]: other clips each time."""
    clips = dice.permuted(np.tile(np.arange(heard.shape[1]), (len(chosen), 1)), axis=1)[:, : training.clips]
    return torch.from_numpy(heard[chosen[:, None], clips]).to(training.device)


@torch.inference_mode()
def _foreseen(network: nn.Module, heard: NDArray[np.uint8], test: Indices, training: Training) -> Floats:
    network.eval()
    parts = [test[first : first + training.batch] for first in range(0, len(test), training.batch)]
    found = [network(torch.from_numpy(heard[part]).to(training.device)).cpu() for part in parts]
    return torch.cat(found).double().numpy()
