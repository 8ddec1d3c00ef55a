"""Backbones to be trained: each once, by itself, as many at a time as there are cores."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch

from ml import branches
from ml.data.examples import LabelledExample
from ml.models.variants import Variant
from ml.preparation import Preparation
from ml.train import Progress, TrainingConfig

KEY_CHARACTERS = 12
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """A network of one branch and what it learns from; `name` is for people."""

    name: str
    shape: Variant
    preparation: Preparation
    config: TrainingConfig
    examples: tuple[LabelledExample, ...]

    @property
    def key(self) -> str:
        """Another for anything that would make other weights."""
        facts = [dataclasses.asdict(value) for value in (self.shape, self.preparation, self.config)]
        return key_of([*facts, [fact(example) for example in self.examples if example.split != "audit"]])

    def out(self, work: Path) -> Path:
        return work / f"benchmark-{self.shape.name}-{self.key}.safetensors"


def fact(example: LabelledExample) -> list[Any]:
    """What tells a performance from another of the same name."""
    return [example.id, example.level, example.weight, example.split, example.player, dict(example.metadata)]


def key_of(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:KEY_CHARACTERS]


def learn_all(jobs: Iterable[Job], work: Path, *, processes: int, tell: Tell) -> int:
    """Every job's checkpoint at its `out`; returns how many were not there.

    One after the other on a graphics card, which is shared badly.
    """
    missing = list({job.key: job for job in jobs if not job.out(work).exists()}.values())
    tell(f"{len(missing)} backbones to be trained.")
    if torch.cuda.is_available() or processes == 1 or len(missing) < 2:
        for job in missing:
            learn(job, work, tell=tell)
        return len(missing)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for name in pool.map(partial(learn_alone, work=work), dearest_first(missing)):
            tell(f"{name} is done.")
    return len(missing)


def learn(job: Job, work: Path, *, tell: Tell) -> None:
    def said(progress: Progress) -> None:
        tell(f"{job.name}: {progress.line}")

    out = job.out(work)
    start = out.with_name(f"{out.stem}-start.safetensors")
    branches.learn(job.shape, job.preparation, job.config, job.examples, start=start, out=out, on_progress=said)
    start.unlink(missing_ok=True)


def learn_alone(job: Job, work: Path) -> str:
    """The same in a process of its own, on one thread."""
    torch.set_num_threads(1)
    learn(job, work, tell=lambda line: print_line(line))
    return job.name


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def dearest_first(jobs: Sequence[Job]) -> list[Job]:
    """So that no core waits long for the last one."""
    order = ("resnet50-3d", "resnet34-3d", "c3d", "resnet18-3d")
    return sorted(jobs, key=lambda job: order.index(job.shape.name) if job.shape.name in order else len(order))
