"""Trained backbones to judged networks. What has been judged is kept, so that a killed run goes on."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ml import branches, checkpoint, features_store
from ml.benchmarks.recital.jobs import Job, Tell, fact, key_of
from ml.checkpoint import backbone_digest
from ml.data.examples import LabelledExample
from ml.evaluate import evaluate
from ml.inference import Grader, heads_on
from ml.train import TrainingConfig, train

TIMED = 4  # performances whose grading is timed
KEPT = ("performances", "players", "branches", "controls", "coverage", "interval_width", "flags", "examples")


@dataclass(frozen=True)
class Judged:
    """One network on one audit part. `seconds` is what grading a prepared performance takes, `report` the plain values
    of `ml.Report`, of which the branches, controls, flags and examples are kept.
    """

    name: str
    ratio: str
    parameters: int
    seconds: float
    report: dict[str, Any]


def judge_one(name: str, job: Job, examples: Sequence[LabelledExample], work: Path, *, tell: Tell) -> Judged:
    """A network of one branch, as it was trained."""
    path = _result(name, work, [job.key, [fact(example) for example in examples]])
    if (known := _known(path)) is not None:
        return known
    audit = [example for example in examples if example.split == "audit"]
    learned = [example for example in examples if example.split == "train"]  # for the controls, which read no features
    ready = branches.with_features(audit, job.out(work), work, tell)
    return _keep(path, name, job.out(work), [*learned, *ready], work)


def judge_both(
    name: str,
    eyes: Job,
    ears: Job,
    heads: TrainingConfig,
    examples: Sequence[LabelledExample],
    work: Path,
    *,
    tell: Tell,
) -> Judged:
    """Both branches joined: exactly the network of that name, since no gradient passes between its branches. Its three
    heads learn on features that stand still.
    """
    path = _result(name, work, [eyes.key, ears.key, dataclasses.asdict(heads), [fact(example) for example in examples]])
    if (known := _known(path)) is not None:
        return known
    both, final = path.with_suffix(".both.safetensors"), path.with_suffix(".safetensors")
    branches.join(eyes.out(work), ears.out(work), both, seed=heads.seed)
    ready = joined_features(examples, eyes.out(work), ears.out(work), both, work, tell=tell)
    train(ready, start=both, out=final, config=heads, resume=True)
    judged = _keep(path, name, final, ready, work)
    both.unlink()
    final.unlink()
    return judged


def joined_features(
    examples: Sequence[LabelledExample], eyes: Path, ears: Path, both: Path, work: Path, *, tell: Tell
) -> list[LabelledExample]:
    """Clip features of the joined network, from those of its two backbones, which are computed once."""
    digest = backbone_digest(checkpoint.load(both))
    pairs = zip(
        examples,
        branches.with_features(examples, eyes, work, tell),
        branches.with_features(examples, ears, work, tell),
        strict=True,
    )
    ready = []
    for example, seen, heard in pairs:
        path = branches.features_path(work, digest, example)
        if features_store.find(path, backbone=digest) is None:
            features = features_store.read(seen.features)
            aural = features_store.read(heard.features).aural
            features_store.write(dataclasses.replace(features, aural=aural, backbone=digest), path)
        ready.append(dataclasses.replace(example, features=path))
    return ready


def seconds_of(model: Path, examples: Sequence[LabelledExample], work: Path) -> float:
    """What grading one prepared performance takes: seconds of the processor, or of the clock with a graphics card."""
    loaded = checkpoint.load(model)
    grader = Grader(loaded)
    clock = time.perf_counter if torch.cuda.is_available() else time.process_time
    threads, took = torch.get_num_threads(), []
    torch.set_num_threads(1)  # the processor's seconds of waiting threads would count too
    for example in examples[: TIMED + 1]:
        began = clock()
        features = branches.compute(grader, example, work)
        heads_on(grader.network.heads, [features_store.averages(features)])
        took.append(clock() - began)
    torch.set_num_threads(threads)
    return sorted(took[1:] or took)[len(took[1:] or took) // 2]  # the first one warms up


def _keep(path: Path, name: str, model: Path, examples: Sequence[LabelledExample], work: Path) -> Judged:
    loaded = checkpoint.load(model)
    report = evaluate(examples, model=model).to_json()
    judged = Judged(
        name=name,
        ratio=loaded.about.variant.ratio,
        parameters=sum(parameter.numel() for parameter in loaded.network.parameters()),
        seconds=seconds_of(model, [example for example in examples if example.split == "audit"], work),
        report={key: report[key] for key in KEPT},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    half_done = path.with_suffix(".part")
    half_done.write_text(json.dumps(dataclasses.asdict(judged)))
    os.replace(half_done, path)
    return judged


def _result(name: str, work: Path, told: Any) -> Path:
    return work / "benchmark" / f"{name}-{key_of(told)}.json"


def _known(path: Path) -> Judged | None:
    try:
        return Judged(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
