"""Learning backbones and heads from the recordings themselves."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from av.error import FFmpegError
from numpy.typing import NDArray
from torch import Tensor, nn

from ml import calibration, crew
from ml.checkpoint import Checkpoint
from ml.data.examples import LabelledExample
from ml.data.prepared import CALM, Jitter, Prepared, prepare_recording
from ml.fast import channels_last
from ml.inference import rows_of
from ml.losses import LOSSES, of_branches
from ml.media.facts import NotAPerformance
from ml.models.fusion import FusionNet, Predictions
from ml.train import (
    LESS_MEMORY,
    Rows,
    TrainingConfig,
    TrainingError,
    anchor_of,
    distance,
    levels_of,
    rarity_of,
    targets_of,
    weights_of,
)

Look = tuple[Tensor | None, Tensor | None]  # clips and pictures

CLIPS_AT_ONCE = 12  # when predicting
FEWEST_CLIPS = 2  # of one pass while learning: batch statistics need two
LONGEST_STEP = 5.0  # norm of all gradients together, beyond which they are shortened
MOST_READERS = 8  # threads that read clips for a GPU


class WholeRun:
    """Every step looks at `batch` performances through `clips` clips each, drawn anywhere in the recording.

    A step is divided among the processes of the crew, and each share into pieces that are small enough for the memory;
    the gradient is the same however it is divided, but for the batch norms, which normalise each piece by itself.
    """

    def __init__(
        self, first: Checkpoint, learned: Sequence[LabelledExample], config: TrainingConfig, folder: Path
    ) -> None:
        self.first, self.learned, self.config, self.folder = first, list(learned), config, folder
        self.crew = crew.present()
        self.device = self.crew.device
        self.trained: FusionNet = first.network.to(self.device)
        for backbone in (self.trained.visual, self.trained.aural):
            # In 32 bits on a CPU, torch 2.14 crashes on its way back through narrow 2D networks in this layout.
            if backbone is not None and (self.device.type != "cpu" or config.precision == "bf16"):
                channels_last(backbone)
                if self.device.type == "cpu":
                    keep_exact(backbone)
        self.sees, self.hears = self.trained.visual is not None, self.trained.aural is not None
        self.anchor = anchor_of(self.trained)
        for row in self.crew.share(range(len(self.learned))):
            self._prepared(self.learned[row])
        self.crew.wait()
        self.recordings = [self._prepared(example) for example in self.learned]
        self.levels, self.weights = levels_of(self.learned), torch.from_numpy(weights_of(self.learned)).float()
        self.targets = targets_of(self.learned)
        self.fewest = -(-FEWEST_CLIPS // config.clips)  # performances of one pass
        if len(self.learned) < self.fewest:
            raise TrainingError("One clip of one performance is too little to learn from: draw two clips or more.")
        self.pieces = config.accumulate
        self.rarity = rarity_of(self.learned, config.balance)
        self.looked_at = np.arange(len(self.learned))  # of `learned`: whom each look of this epoch is at
        cores = (os.cpu_count() or 1) // self.crew.size
        self.readers = ThreadPoolExecutor(max(1, min(MOST_READERS, cores)) if self.device.type == "cuda" else 1)
        self.jitter = Jitter(
            crop=config.crop_jitter,
            mirror=config.mirror,
            brightness=config.brightness,
            gain_db=config.gain_db,
            tempo=config.tempo,
            transpose=config.transpose,
        )

    @property
    def count(self) -> int:
        """How many performances are learned from."""
        return len(self.learned)

    def loss_of_epoch(self, optimiser: torch.optim.Optimizer, epoch: int) -> float:
        self.trained.train()
        self.looked_at = drawn(self.rarity, np.random.default_rng((self.config.seed, epoch)))
        looks = np.arange(len(self.looked_at))
        losses = []
        for step in crew.split(looks, -(-len(looks) // self.config.batch), self.fewest):
            loss = torch.tensor([self._gradients(self.crew.share(step, self.fewest), step, epoch)], device=self.device)
            self.crew.add([loss])
            self.crew.add_gradients(self.trained)
            if self.config.pull:
                (self.config.pull * distance(self.trained, self.anchor)).backward()  # type: ignore[no-untyped-call]
            norm = torch.nn.utils.clip_grad_norm_(self.trained.parameters(), LONGEST_STEP)
            if norm.isfinite():
                optimiser.step()
            losses.append(float(loss))
        self.crew.merge_statistics(self.trained)
        self.trained.eval()
        return float(np.mean(losses))

    @torch.inference_mode()
    def predict(self, examples: Sequence[LabelledExample], *, final: bool = False) -> Rows:
        """`[n, 10]` probabilities per branch, between epochs from a few clips of each recording, `final` from all."""
        self.trained.eval()
        names = [*(["visual"] if self.sees else []), *(["aural"] if self.hears else []), "fused"]
        said = torch.zeros(len(names), len(examples), calibration.LEVELS, dtype=torch.float64)
        for row in self.crew.share(range(len(examples))):
            recording = self._prepared(examples[row])
            firsts = list(recording.firsts())
            if not final and len(firsts) > self.config.validation_clips:
                spread = np.linspace(0, len(firsts) - 1, self.config.validation_clips)
                firsts = [firsts[round(place)] for place in spread]
            rows = rows_of(self._predict_calm(recording, firsts))
            for place, name in enumerate(names):
                said[place, row] = torch.from_numpy(rows[name][0])
        said = said.to(self.device)
        self.crew.add([said])
        return dict(zip(names, said.cpu().numpy(), strict=True))

    def held_out(self, folds: int) -> list[tuple[LabelledExample, NDArray[np.float64]]]:
        """None: backbones have seen every learned performance, and new ones per fold would cost a training each."""
        return []

    def _gradients(self, mine: NDArray[np.int64], step: NDArray[np.int64], epoch: int) -> float:
        """This process's share `mine` of a step's loss and gradients, a piece at a time."""
        total = float(self.weights[self.looked_at[step]].sum().clamp_min(1e-8))
        while True:
            self.trained.zero_grad(set_to_none=True)
            pieces = crew.split(mine, self.pieces, self.fewest) if len(mine) else []
            try:
                return sum((self._learn(piece, total, epoch) for piece in pieces), 0.0)
            except torch.OutOfMemoryError:
                pass  # what the failed pass holds is free only after this block
            self._halve(pieces)

    def _learn(self, looks: NDArray[np.int64], total: float, epoch: int) -> float:
        """Add the gradients of `looks`, as they count among `total` weights, and return their part of the loss."""
        rows = self.looked_at[looks]
        known = (self.levels, self.weights, self.targets)
        levels, weights, targets = (part[rows].to(self.device) for part in known)
        said = self._predict_drawn(looks, epoch)
        loss = of_branches(LOSSES[self.config.loss], said, levels, weights, targets)
        part = loss * (weights.sum() / total)
        part.backward()  # type: ignore[no-untyped-call]
        return float(part.detach())

    def _halve(self, pieces: Sequence[NDArray[np.int64]]) -> None:
        """Once, when the memory was too small: from now on twice as many pieces, half as large."""
        largest = max(len(piece) for piece in pieces)
        if self.pieces > self.config.accumulate or largest < 2 * self.fewest:
            raise TrainingError(
                f"The memory of {self.device} is too small for {largest} performances of {self.config.clips} clips at "
                f"once. {LESS_MEMORY}"
            )
        self.pieces = 2 * max(len(pieces), self.config.accumulate)
        torch.cuda.empty_cache()

    def _predict_drawn(self, looks: NDArray[np.int64], epoch: int) -> Predictions:
        seen = list(self.readers.map(lambda look: self._look_at(int(look), epoch), looks))
        with self._precision():
            return self.trained(*self._stacked(seen))  # type: ignore[no-any-return]

    def _look_at(self, look: int, epoch: int) -> Look:
        """Clips drawn from one performance; the dice are its own, so that it matters not who looks and when."""
        dice = np.random.default_rng((self.config.seed, epoch, look))
        recording = self.recordings[self.looked_at[look]]
        return self._look(recording, recording.draw(self.config.clips, dice), self.jitter, dice)

    def _predict_calm(self, recording: Prepared, firsts: Sequence[int]) -> Predictions:
        """All clips through the backbones, a dozen at a time, then averaged."""
        dice = np.random.default_rng(0)
        visual, aural = [], []
        for begin in range(0, len(firsts), CLIPS_AT_ONCE):
            look = self._look(recording, firsts[begin : begin + CLIPS_AT_ONCE], CALM, dice)
            clips, pictures = (None if part is None else part.to(self.device) for part in look)
            with self._precision():
                visual += [] if self.trained.visual is None else [self.trained.visual(clips).float()]
                aural += [] if self.trained.aural is None else [self.trained.aural(pictures).float()]
        return self.trained.heads(  # type: ignore[no-any-return]
            torch.cat(visual).mean(dim=0, keepdim=True) if visual else None,
            torch.cat(aural).mean(dim=0, keepdim=True) if aural else None,
        )

    def _look(self, recording: Prepared, firsts: Sequence[int], jitter: Jitter, dice: np.random.Generator) -> Look:
        """Clips and pictures that begin at `firsts`, one row each; None for a modality that is lacking."""
        clips = [recording.see(first, jitter, dice) for first in firsts if self.sees]
        pictures = [recording.hear(first, jitter, dice) for first in firsts if self.hears]
        return (torch.stack(clips) if clips else None, torch.stack(pictures) if pictures else None)

    def _stacked(self, looks: Sequence[Look]) -> Look:
        """n looks of k clips to `[n, k, …]` where the network is."""
        clips = [clips for clips, _ in looks if clips is not None]
        pictures = [pictures for _, pictures in looks if pictures is not None]
        return (
            torch.stack(clips).to(self.device) if clips else None,
            torch.stack(pictures).to(self.device) if pictures else None,
        )

    def _precision(self) -> contextlib.AbstractContextManager[object]:
        if self.config.precision == "fp32":
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def _prepared(self, example: LabelledExample) -> Prepared:
        if example.proxy is None:
            raise TrainingError(f"Training the whole network needs the recording itself, which '{example.id}' lacks.")
        preparation = self.first.about.preparation
        try:
            return prepare_recording(example.proxy, example.crop, preparation, self.folder, sees=self.sees)
        except (NotAPerformance, FFmpegError, OSError, ValueError) as error:
            raise TrainingError(f"The recording of '{example.id}' cannot be learned from: {error}") from error


def drawn(rarity: NDArray[np.float64], dice: np.random.Generator) -> NDArray[np.int64]:
    """`[n]`: whom n looks are at, in random order, each of n performances about as often as its `rarity` (mean one).

    Systematic: nobody is looked at less often than `rarity` rounded down, nor more often than rounded up.
    """
    count = len(rarity)
    order = dice.permutation(count)
    ends = np.cumsum(rarity[order]) * count / rarity.sum()
    rows = order[np.searchsorted(ends, np.arange(count) + dice.random()).clip(max=count - 1)]
    return dice.permutation(rows)


def keep_exact(backbone: nn.Module) -> None:
    """Leave the last residual stage in 32 bits on a CPU.

    There torch 2.14 computes wrong weight gradients in bfloat16 for 3×3×3 convolutions over two frames, now and then
    by thirty orders of magnitude.
    """
    last = getattr(backbone, "layer4", None)
    if last is None:
        return
    forward = last.forward

    def exact(x: Tensor) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            return forward(x.float())  # type: ignore[no-any-return]

    last.forward = exact
