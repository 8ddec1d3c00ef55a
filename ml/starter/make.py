"""`python -m ml starter --out ml/starter`: render, train end to end, judge on the unseen, write weights and card."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from ml import checkpoint
from ml.branches import join, learn, with_features
from ml.data.examples import LabelledExample, Split
from ml.evaluate import evaluate
from ml.models.variants import variant
from ml.preparation import Preparation
from ml.report import Report
from ml.starter.card import card
from ml.starter.recitals import plan, rendered, sounded
from ml.train import Progress, TrainingConfig, train

VARIANT = variant("resnet18-3d+resnet18-2d", width=16, aural_width=24)
PREPARATION = Preparation(resize=(120, 120))
# No gradient passes between the branches, so each is trained by itself: looking is dear and needs mirrored pictures,
# listening is cheap and needs many performances, transposed, lest it know the pieces by heart.
EYES = TrainingConfig(
    depth="whole",
    epochs=24,
    learning_rate=2e-3,
    batch=10,
    clips=2,
    weight_decay=0.02,
    precision="bf16",
    pull=0.0,
    mirror=True,
)
EARS = dataclasses.replace(EYES, epochs=14, batch=16, clips=3, mirror=False, tempo=0.13, transpose=5, loss="pisa")
# Then all three heads, on features that no longer move.
HEADS = TrainingConfig(depth="heads", epochs=40, learning_rate=5e-4, batch=64, weight_decay=0.02, pull=0.0)
SOUND_SEED = 500  # of the performances that are only heard, beside the others'

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """Performances in each part."""

    train: int = 400
    validation: int = 90
    audit: int = 120
    heard: int = 1500  # more to learn from, without a picture

    @classmethod
    def of(cls, performances: int) -> Size:
        """The same proportions around so many performances to learn from."""
        full = cls()
        share = performances / full.train
        rest = (max(20, round(count * share)) for count in (full.validation, full.audit, full.heard))
        return cls(performances, *rest)


def make(
    out: Path,
    work: Path,
    *,
    size: Size = Size(),
    seed: int = 1,
    epochs: int | None = None,
    threads: int = 2,
    tell: Tell = lambda line: None,
) -> Report:
    """Write model.safetensors, CARD.md and report.json into the folder `out`; everything else lives in `work`.

    `epochs` shortens both trainings, for a trial. Killed and called again, it goes on where it was.
    """
    torch.set_num_threads(threads)
    began = time.perf_counter()
    examples = perform(work, size, seed=seed, processes=threads, tell=tell)
    heard = listen(work, size, seed=seed, processes=threads, tell=tell)
    eyes = branch("resnet18-3d", EYES, examples, work, seed=seed, epochs=epochs, tell=tell)
    ears = branch("resnet18-2d", EARS, [*examples, *heard], work, seed=seed, epochs=epochs, tell=tell)
    both, final = work / "both.safetensors", work / "final.safetensors"
    join(eyes, ears, both, seed=seed)
    examples = with_features(examples, both, work, tell)
    train(examples, start=both, out=final, config=dataclasses.replace(HEADS, seed=seed), on_progress=_teller(tell))
    report = evaluate(examples, model=final)
    publish(final, report, out, size=size, seed=seed, minutes=(time.perf_counter() - began) / 60)
    return report


def branch(
    name: str,
    config: TrainingConfig,
    examples: Sequence[LabelledExample],
    work: Path,
    *,
    seed: int,
    epochs: int | None,
    tell: Tell,
) -> Path:
    """One backbone and its head, trained from fresh weights; found again when it has been done."""
    start, done = work / f"{name}-start.safetensors", work / f"{name}.safetensors"
    if not done.exists():
        tell(f"Training {name}.")
    shape = variant(name, width=VARIANT.width, aural_width=VARIANT.aural_width)
    config = dataclasses.replace(config, epochs=epochs or config.epochs, seed=seed)
    return learn(shape, PREPARATION, config, examples, start=start, out=done, on_progress=_teller(tell))


def judge(model: Path, work: Path, *, against: Path | None = None, seed: int = 1, threads: int = 2) -> Report:
    """Any checkpoint of this preparation on the performances the starter model is audited on."""
    torch.set_num_threads(threads)
    size = Size(train=0, validation=0, heard=0)
    examples = perform(work, size, seed=seed, processes=threads, tell=lambda line: None)
    return evaluate(with_features(examples, model, work, lambda line: None), model=model, against=against)


def perform(work: Path, size: Size, *, seed: int, processes: int, tell: Tell) -> list[LabelledExample]:
    """All three parts, rendered."""
    parts: tuple[Split, ...] = ("train", "validation", "audit")
    planned = [performance for part in parts for performance in plan(part, getattr(size, part), seed=seed)]

    def said(done: int, count: int) -> None:
        if done % 20 == 0 or done == count:
            tell(f"{done} of {count} performances rendered.")

    return rendered(planned, work / "recitals", processes=processes, tell=said)


def listen(work: Path, size: Size, *, seed: int, processes: int, tell: Tell) -> list[LabelledExample]:
    """Performances of the training part that are only heard."""
    planned = plan("train", size.heard, seed=SOUND_SEED + seed)
    examples = sounded(planned, work / "sounds", processes=processes, tell=lambda done, count: None)
    tell(f"{len(examples)} more performances to be heard.")
    return examples


def publish(model: Path, report: Report, out: Path, *, size: Size, seed: int, minutes: float) -> None:
    """Weights, report and card of a finished training, marked as a starter's."""
    loaded = checkpoint.load(model)
    stages = {"eyes": EYES, "ears": EARS, "heads": HEADS}
    recipe = {**{name: dataclasses.asdict(config) for name, config in stages.items()}, "seed": seed}
    figures = {name: value.value for name, value in vars(report.branches["fused"]).items()}
    about = dataclasses.replace(loaded.about, starter=True, parent=None, metrics=figures, recipe=recipe)
    out.mkdir(parents=True, exist_ok=True)
    digest = checkpoint.save(loaded.network, about, out / "model.safetensors")
    (out / "report.json").write_text(json.dumps(report.to_json(), indent=1) + "\n")
    weight = (out / "model.safetensors").stat().st_size
    (out / "CARD.md").write_text(card(report, about, digest, weight=weight, size=vars(size), minutes=minutes))


def _teller(tell: Tell) -> Callable[[Progress], None]:
    return lambda progress: tell(f"{progress.line} About {progress.eta / 60:.0f} minutes to go.")
