"""What a run would take, from a few steps of every backbone on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import nn

from ml.benchmarks.recital.jobs import Job
from ml.fast import channels_last
from ml.models.variants import Variant, build
from ml.preparation import Preparation
from ml.starter.recitals import SECONDS
from ml.train_whole import keep_exact

# Seconds of one core of 2026 for a performance of about ten seconds, or for one clip:
RENDER, SOUND, PREPARE = 2.3, 0.16, 0.1
SEE, HEAR = 0.010, 0.005
TRIED = 4  # clips in a step that is tried
TRIES = 3


@dataclass(frozen=True)
class Cost:
    """Seconds of one core."""

    rendering: float
    learning: float
    judging: float

    @property
    def total(self) -> float:
        return self.rendering + self.learning + self.judging

    def line(self, processes: int) -> str:
        minutes = self.total / 60 / processes
        parts = ", ".join(f"{name} {seconds / 60:.0f}" for name, seconds in vars(self).items())
        return f"About {minutes:.0f} minutes of {processes} idle cores (minutes of one core: {parts})."


def cost(jobs: Iterable[Job], *, films: int, sounds: int, judged: int) -> Cost:
    """`films` and `sounds` are still to be rendered; `judged` performances pass every backbone once more.

    A graphics card takes part in the steps that are tried; what is read from disk beside it is counted as on one core.
    """
    learning = judging = 0.0
    for job in {job.key: job for job in jobs}.values():
        step, look = steps(job.shape, job.preparation, job.config.precision)
        read = SEE if job.shape.visual else HEAR
        parts = {part: sum(1 for example in job.examples if example.split == part) for part in ("train", "validation")}
        learned = parts["train"] * job.config.clips
        looked = parts["validation"] * job.config.validation_clips
        learning += job.config.epochs * (learned * (step + read) + looked * (look + read))
        learning += (parts["train"] + parts["validation"]) * PREPARE
        judging += judged * clips_of(job.preparation) * (look + read)
    return Cost(films * RENDER + sounds * SOUND, learning, judging)


@lru_cache(maxsize=32)
def steps(shape: Variant, preparation: Preparation, precision: str) -> tuple[float, float]:
    """Seconds to learn from one clip, and to look at one, on made-up input."""
    network = build(shape)
    found = network.visual if network.visual is not None else network.aural
    if found is None:
        raise ValueError("a network has at least one branch")
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    backbone = channels_last(found).to(device)
    side, picture = preparation.side, preparation.picture
    sizes = (3, preparation.frames, side, side) if shape.visual else (1, picture, picture)
    clips = torch.rand(TRIED, *sizes, device=device)
    half = precision == "bf16"
    with torch.inference_mode():
        look = _least(lambda: backbone(clips), device)
    if half and device.type == "cpu":
        keep_exact(backbone)
    return _least(lambda: _step(backbone.train(), clips, half), device), look


def clips_of(preparation: Preparation) -> int:
    """Of a performance of middling length."""
    return preparation.count_clips(sum(SECONDS) / 2)


def _step(backbone: nn.Module, clips: torch.Tensor, half: bool) -> None:
    with torch.autocast(clips.device.type, dtype=torch.bfloat16, enabled=half):
        features = backbone(clips)
    features.float().square().mean().backward()


def _least(action: Callable[[], object], device: torch.device) -> float:
    """Seconds a clip: of the processor, or of the clock with a graphics card."""
    clock = time.perf_counter if device.type == "cuda" else time.process_time
    took = []
    for _ in range(TRIES):
        began = clock()
        action()
        if device.type == "cuda":
            torch.cuda.synchronize()
        took.append(clock() - began)
    return min(took) / TRIED
