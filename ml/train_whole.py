"""Learning backbones and heads from the recordings themselves."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.checkpoint import Checkpoint
from ml.data.examples import LabelledExample
from ml.data.prepared import CALM, Jitter, Prepared, prepare_recording
from ml.inference import channels_last, rows_of
from ml.losses import LOSSES, of_branches
from ml.models.fusion import FusionNet, Predictions
from ml.train import Rows, TrainingConfig, TrainingError, anchor_of, distance, levels_of, weights_of

CLIPS_AT_ONCE = 12  # when predicting
LONGEST_STEP = 5.0  # norm of all gradients together, beyond which they are shortened


class WholeRun:
    """Every step looks at `batch` performances through `clips` clips each, drawn anywhere in the recording."""

    def __init__(
        self, first: Checkpoint, learned: Sequence[LabelledExample], config: TrainingConfig, folder: Path
    ) -> None:
        self.first, self.learned, self.config, self.folder = first, list(learned), config, folder
        self.device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
        self.trained: FusionNet = first.network.to(self.device)
        for backbone in (self.trained.visual, self.trained.aural):
            if backbone is not None:
                channels_last(backbone)
                if self.device.type == "cpu" and config.precision == "bf16":
                    keep_exact(backbone)
        self.sees, self.hears = self.trained.visual is not None, self.trained.aural is not None
        self.anchor = anchor_of(self.trained)
        self.recordings = [self._prepared(example) for example in self.learned]
        self.levels, self.weights = levels_of(self.learned), weights_of(self.learned)
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
        dice = np.random.default_rng((self.config.seed, epoch))
        order = dice.permutation(len(self.learned))
        losses = []
        for begin in range(0, len(order), self.config.batch):
            rows = order[begin : begin + self.config.batch]
            if len(rows) * self.config.clips < 2:
                continue  # batch statistics need two clips
            loss = of_branches(
                LOSSES[self.config.loss],
                self._predict_drawn([self.recordings[row] for row in rows], dice),
                self.levels[rows].to(self.device),
                self.weights[rows].to(self.device),
            )
            optimiser.zero_grad(set_to_none=True)
            (loss + self._pull()).backward()
            norm = torch.nn.utils.clip_grad_norm_(self.trained.parameters(), LONGEST_STEP)
            if norm.isfinite():
                optimiser.step()
            losses.append(float(loss.detach()))
        self.trained.eval()
        return float(np.mean(losses))

    @torch.inference_mode()
    def predict(self, examples: Sequence[LabelledExample], *, final: bool = False) -> Rows:
        """`[n, 10]` probabilities per branch, between epochs from a few clips of each recording, `final` from all."""
        self.trained.eval()
        rows = []
        for example in examples:
            recording = self._prepared(example)
            firsts = list(recording.firsts())
            if not final and len(firsts) > self.config.validation_clips:
                spread = np.linspace(0, len(firsts) - 1, self.config.validation_clips)
                firsts = [firsts[round(place)] for place in spread]
            rows.append(rows_of(self._predict_calm(recording, firsts)))
        return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}

    def held_out(self, folds: int) -> list[tuple[LabelledExample, NDArray[np.float64]]]:
        """None: backbones have seen every learned performance, and new ones per fold would cost a training each."""
        return []

    def _predict_drawn(self, recordings: Sequence[Prepared], dice: np.random.Generator) -> Predictions:
        drawn = [(recording, first) for recording in recordings for first in recording.draw(self.config.clips, dice)]
        clips, pictures = self._inputs(drawn, self.jitter, dice)
        shape = (len(recordings), self.config.clips)
        with self._precision():
            return self.trained(  # type: ignore[no-any-return]
                None if clips is None else clips.unflatten(0, shape),
                None if pictures is None else pictures.unflatten(0, shape),
            )

    def _predict_calm(self, recording: Prepared, firsts: Sequence[int]) -> Predictions:
        """All clips through the backbones, a dozen at a time, then averaged."""
        dice = np.random.default_rng(0)
        visual, aural = [], []
        for begin in range(0, len(firsts), CLIPS_AT_ONCE):
            chosen = [(recording, first) for first in firsts[begin : begin + CLIPS_AT_ONCE]]
            clips, pictures = self._inputs(chosen, CALM, dice)
            with self._precision():
                visual += [] if self.trained.visual is None else [self.trained.visual(clips).float()]
                aural += [] if self.trained.aural is None else [self.trained.aural(pictures).float()]
        return self.trained.heads(  # type: ignore[no-any-return]
            torch.cat(visual).mean(dim=0, keepdim=True) if visual else None,
            torch.cat(aural).mean(dim=0, keepdim=True) if aural else None,
        )

    def _inputs(
        self, chosen: Sequence[tuple[Prepared, int]], jitter: Jitter, dice: np.random.Generator
    ) -> tuple[Tensor | None, Tensor | None]:
        """Clips and pictures of (recording, first frame) pairs, one row each; None for a modality that is lacking."""
        clips = [recording.see(first, jitter, dice) for recording, first in chosen if self.sees]
        pictures = [recording.hear(first, jitter, dice) for recording, first in chosen if self.hears]
        return (
            torch.stack(clips).to(self.device) if self.sees else None,
            torch.stack(pictures).to(self.device) if self.hears else None,
        )

    def _pull(self) -> Tensor | float:
        return self.config.pull * distance(self.trained, self.anchor) if self.config.pull else 0.0

    def _precision(self) -> contextlib.AbstractContextManager[object]:
        if self.config.precision == "fp32":
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def _prepared(self, example: LabelledExample) -> Prepared:
        if example.proxy is None:
            raise TrainingError(f"Training the whole network needs the recording itself, which '{example.id}' lacks.")
        preparation = self.first.about.preparation
        return prepare_recording(example.proxy, example.crop, preparation, self.folder, sees=self.sees)


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
