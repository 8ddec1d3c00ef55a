"""Labelled performances and a checkpoint to begin with → a candidate checkpoint.

'heads' learns from cached clip features in seconds and stays near the weights it began with, so that a handful of
labels is enough; 'whole' learns backbones and heads from the recordings themselves, in one process or in several that
torchrun started. Both can be killed at any moment: the next call with `resume` goes on from the last epoch and ends
with the same weights.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml import calibration, metrics
from ml.checkpoint import Checkpoint, CheckpointError, digest_of, load, read_tensors, save, write_tensors
from ml.crew import present
from ml.data.examples import LabelledExample
from ml.losses import bell

ENOUGH_TO_SELECT = 20  # validation performances; with fewer the last epoch is taken, not the luckiest
FOLDS = 5  # of players, for the residuals of performances that were learned from
Rows = dict[str, NDArray[np.float64]]  # branch → [n, 10] probabilities; 'fused' is always among them

LESS_MEMORY = "Learn in more pieces (accumulate), from fewer clips, or in bf16."
WARM_UP = 0.1  # share of the training during which the learning rate rises


class TrainingError(Exception):
    """The training cannot be done; the message says why."""


@dataclass(frozen=True)
class TrainingConfig:
    """`pull` draws the weights back to where they began (L2-SP, Li et al. 2018); `batch` counts performances.

    No two looks at a performance are alike. Heads see the average of all its clips or of one window of them, half and
    half; the whole network sees clips drawn anywhere in it, their frame, light and loudness moved a little. Against
    levels that are rare among the labels, heads weigh performances by `balance`, and the whole network draws them so.
    """

    depth: Literal["heads", "whole"] = "heads"
    epochs: int = 60
    learning_rate: float = 1e-3
    seed: int = 1
    batch: int = 32
    pull: float = 0.02
    weight_decay: float = 1e-4
    loss: str = "ordinal"
    balance: float = 0.5  # 0: every performance counts alike; 1: every level; between: rare levels a little more
    modality_dropout: float = 0.0  # share of performances whose picture or sound the multimodal head learns without
    # Of 'whole' alone:
    accumulate: int = 1  # pieces that a step is divided into where the memory is small
    clips: int = 3  # drawn from a performance for one step
    precision: Literal["fp32", "bf16"] = "fp32"
    gain_db: float = 2.0
    brightness: float = 0.2
    crop_jitter: bool = True  # the square is cut anywhere from the resized frame, not from its middle
    mirror: bool = False  # left and right change places every other time
    tempo: float = 0.0  # share by which the sound is faster or slower
    transpose: int = 0  # mel bands up or down
    validation_clips: int = 4  # of each performance looked at between epochs


@dataclass(frozen=True)
class Progress:
    """Said after every epoch. `mae` (levels) and `qwk` are of the validation part, None where it is empty."""

    epoch: int  # epochs done
    epochs: int
    loss: float
    mae: float | None
    qwk: float | None
    eta: float  # seconds to go
    line: str  # for a log


@dataclass(frozen=True)
class Outcome:
    """A finished training. `metrics` are of the validation part (empty where there is none)."""

    checkpoint: Path
    digest: str
    best_epoch: int
    epochs: int
    seconds: float
    quantile: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)


class Run(Protocol):
    """One way of learning: what changes, and how an epoch goes."""

    @property
    def trained(self) -> nn.Module: ...

    @property
    def count(self) -> int: ...

    pieces: int
    """Into how many a step is divided: more than asked for where the memory was too small."""

    def loss_of_epoch(self, optimiser: torch.optim.Optimizer, epoch: int) -> float: ...

    def predict(self, examples: Sequence[LabelledExample], *, final: bool = False) -> Rows: ...

    def held_out(self, folds: int) -> list[tuple[LabelledExample, NDArray[np.float64]]]: ...


@contextlib.contextmanager
def memory_in_words() -> Iterator[None]:
    """Where the memory of a GPU ends outside of a step, which could be divided."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise TrainingError(f"The memory of {present().device} is too small for this network. {LESS_MEMORY}") from error


@memory_in_words()
def train(
    examples: Sequence[LabelledExample],
    *,
    start: Path,
    out: Path,
    config: TrainingConfig = TrainingConfig(),
    on_progress: Callable[[Progress], None] = lambda progress: None,
    resume: bool = False,
) -> Outcome:
    """Learn from the 'train' part, select and calibrate on the 'validation' part; the 'audit' part is never looked at.

    Writes the candidate to `out`. The same examples, start and config give the same weights on the same machine.
    Raises TrainingError without anything to learn from, CheckpointError or FeaturesError for unusable files.
    """
    began = time.perf_counter()
    learned = [example for example in examples if example.split == "train"]
    validation = [example for example in examples if example.split == "validation"]
    if not learned:
        raise TrainingError("There is nothing to learn from: no labelled recording belongs to the training part.")
    crew = present()
    if crew.size > 1 and config.depth == "heads":
        raise TrainingError("Heads learn in seconds: train them in one process, without torchrun.")
    first = load(Path(start))
    run = begin(first, learned, config, Path(out).parent)
    state = State.of(run.trained, config)
    mark = resume_path(out)
    key = _key(examples, first, config)
    if resume:
        run.pieces = state.restore(mark, key) or run.pieces
    if not crew.agree(state.epoch):
        raise TrainingError("The processes do not see the same files, so they cannot go on together.")

    while state.epoch < config.epochs:
        epoch_began = time.perf_counter()
        schedule(state.optimiser, config, state.epoch)
        pieces = run.pieces
        loss = run.loss_of_epoch(state.optimiser, state.epoch)
        state.epoch += 1
        measured = measure(validation, run.predict(validation)) if validation else {}
        state.remember(measured, selecting=len(validation) >= ENOUGH_TO_SELECT)
        if crew.leads:
            state.keep(mark, key, run.pieces)
        eta = (time.perf_counter() - epoch_began) * (config.epochs - state.epoch)
        if crew.leads:
            divided = run.pieces if run.pieces > pieces else None
            on_progress(tell(state.epoch, config.epochs, loss, measured, eta, divided))

    run.trained.load_state_dict(state.best)
    run.trained.eval()
    measured = measure(validation, run.predict(validation, final=True)) if validation else {}
    quantile = recalibrate(first, run, validation)
    about = dataclasses.replace(
        first.about,
        quantile=quantile,
        parent=first.digest,
        metrics=measured,
        recipe={
            **dataclasses.asdict(config),
            "learned": len(learned),
            "validation": len(validation),
            "processes": crew.size,
            "pieces": run.pieces,
            "started_from": first.about.recipe.get("started_from") or {"checkpoint": first.digest},
        },
        starter=False,
    )
    if crew.leads:
        save(first.network, about, Path(out))
        mark.unlink(missing_ok=True)
    crew.wait()
    digest = digest_of(Path(out))
    seconds = time.perf_counter() - began
    return Outcome(Path(out), digest, state.best_epoch, config.epochs, seconds, quantile, measured)


def begin(first: Checkpoint, learned: Sequence[LabelledExample], config: TrainingConfig, folder: Path) -> Run:
    from ml.train_heads import HeadsRun
    from ml.train_whole import WholeRun

    if config.depth == "heads":
        return HeadsRun(first, learned, config)
    return WholeRun(first, learned, config, folder / "prepared")


def optimiser_of(trained: nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    """AdamW; for heads in one kernel for all tensors, as most of so small a step is Python otherwise.

    Not for backbones: that kernel takes weights, gradients and moments to lie in memory alike, and moments that were
    read from a file do not lie channels-last.
    """
    return torch.optim.AdamW(
        trained.parameters(),
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        fused=config.depth == "heads",
    )


def schedule(optimiser: torch.optim.Optimizer, config: TrainingConfig, epoch: int) -> None:
    """A short rise, then a cosine down to a fiftieth: the learning rate of one epoch."""
    warm = max(1, round(WARM_UP * config.epochs))
    along = max(0.0, (epoch + 1 - warm) / max(1, config.epochs - warm))
    factor = min(1.0, (epoch + 1) / warm) * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * along)))
    for group in optimiser.param_groups:
        group["lr"] = config.learning_rate * factor


def measure(examples: Sequence[LabelledExample], rows: Rows) -> dict[str, float]:
    """Every metric of the branch whose word counts, and each other branch's error as 'mae_visual', 'mae_aural'."""
    labels = np.array([example.level for example in examples])
    levels = {name: np.array([calibration.expected(row) for row in branch]) for name, branch in rows.items()}
    measured = {name: metrics.value(metric, labels, levels["fused"]) for name, metric in metrics.METRICS.items()}
    others = {
        f"mae_{name}": metrics.value(metrics.mean_absolute_error, labels, levels[name])
        for name in levels
        if name != "fused"
    }
    return measured | others


def recalibrate(first: Checkpoint, run: Run, validation: Sequence[LabelledExample]) -> float | None:
    """The conformal quantile from performances the weights did not learn from; the start's where they are too few."""
    pairs = list(zip(validation, run.predict(validation, final=True)["fused"], strict=True)) if validation else []
    if len(pairs) < calibration.FEWEST_SCORES <= len(pairs) + run.count:
        pairs += run.held_out(FOLDS)
    if len(pairs) < calibration.FEWEST_SCORES:
        return first.about.quantile
    return calibration.quantile([calibration.score(row, example.level) for example, row in pairs])


def tell(
    epoch: int, epochs: int, loss: float, measured: Mapping[str, float], eta: float, divided: int | None = None
) -> Progress:
    """`divided`: into how many pieces each step had to be divided in this epoch, for the first time."""
    mae, qwk = measured.get("mae"), measured.get("qwk")
    line = f"Epoch {epoch} of {epochs}: loss {loss:.3f}"
    if mae is not None and qwk is not None:
        line += f", validation {mae:.2f} levels off on average, weighted kappa {qwk:.2f}"
    if "mae_visual" in measured and "mae_aural" in measured:
        line += f" (picture alone {measured['mae_visual']:.2f} off, sound alone {measured['mae_aural']:.2f})"
    line += "."
    if divided:
        line += f" The memory was too small: from here on each step is done in {divided} pieces."
    return Progress(epoch, epochs, loss, mae, qwk, eta, line)


def weights_of(examples: Sequence[LabelledExample]) -> NDArray[np.float64]:
    """`[n]`: how much each example counts by itself, one on average."""
    weights = np.array([example.weight for example in examples], dtype=np.float64)
    if weights.sum() <= 0:
        raise TrainingError("There is nothing to learn from: every labelled recording has the weight 0.")
    return weights / weights.mean()


def rarity_of(examples: Sequence[LabelledExample], balance: float) -> NDArray[np.float64]:
    """`[n]`: how much more an example counts because its level is rare, one on average.

    A level's examples count as their number to the power of -`balance`: at 1/2 a level that is four times as frequent
    counts twice as much in all, as in repeat factor sampling (Gupta, Dollár and Girshick 2019, equation 1).
    """
    levels = metrics.to_levels(np.array([example.level for example in examples]))
    rarity = np.bincount(levels, minlength=metrics.LEVELS + 1)[levels] ** -float(balance)
    return rarity / rarity.mean()


def anchor_of(module: nn.Module) -> list[Tensor]:
    """Where the weights began."""
    return [parameter.detach().clone() for parameter in module.parameters()]


def distance(module: nn.Module, anchor: Sequence[Tensor]) -> Tensor:
    """Squared distance of all weights from where they began."""
    pairs = zip(module.parameters(), anchor, strict=True)
    return torch.stack([(parameter - start).square().sum() for parameter, start in pairs]).sum()


def levels_of(examples: Sequence[LabelledExample]) -> Tensor:
    return torch.tensor([example.level for example in examples], dtype=torch.float32)


def targets_of(examples: Sequence[LabelledExample]) -> Tensor:
    """`[n, 10]`: what the raters of each example said, spread over the levels; a bell where only the level is known."""
    targets = bell(levels_of(examples))
    for row, example in enumerate(examples):
        if example.target is not None:
            targets[row] = torch.tensor(example.target)
    return targets


def resume_path(out: Path) -> Path:
    return Path(out).with_name(f".{Path(out).name}.resume")


def _key(examples: Sequence[LabelledExample], first: Checkpoint, config: TrainingConfig) -> str:
    """What must be the same for a training to be gone on with."""
    told = [[e.id, e.level, e.target, e.weight, e.split] for e in examples]
    text = json.dumps([told, first.digest, dataclasses.asdict(config)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class State:
    """Where a training stands: weights, optimiser, and the best epoch so far."""

    trained: nn.Module
    optimiser: torch.optim.Optimizer
    best: dict[str, Tensor]
    epoch: int = 0
    best_epoch: int = 0
    best_mae: float = math.inf

    @classmethod
    def of(cls, trained: nn.Module, config: TrainingConfig) -> State:
        return cls(trained, optimiser_of(trained, config), _copy(trained))

    def remember(self, measured: Mapping[str, float], *, selecting: bool) -> None:
        mae = measured.get("mae", math.inf)
        if not selecting or mae < self.best_mae:
            self.best, self.best_epoch, self.best_mae = _copy(self.trained), self.epoch, mae

    def keep(self, path: Path, key: str, pieces: int) -> None:
        tensors = {f"now.{name}": tensor.cpu().contiguous() for name, tensor in self.trained.state_dict().items()}
        tensors |= {f"best.{name}": tensor.cpu().contiguous() for name, tensor in self.best.items()}
        for index, slots in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{index}.{name}": value.cpu().contiguous() for name, value in slots.items()}
        numbers = {"epoch": self.epoch, "best_epoch": self.best_epoch, "best_mae": self.best_mae}
        numbers |= {"key": key, "pieces": pieces}
        write_tensors(tensors, {"state": json.dumps(numbers)}, path, lasting=False)

    def restore(self, path: Path, key: str) -> int | None:
        """Go on from `path` when it is there, sound, and of the same training; begin anew otherwise.

        Into how many pieces its steps were divided, where it goes on.
        """
        try:
            tensors, metadata = read_tensors(path)
            numbers = json.loads(metadata["state"])
        except (CheckpointError, KeyError, ValueError):
            return None
        if numbers.pop("key") != key:
            return None
        self.trained.load_state_dict(_part(tensors, "now."))
        slots: dict[int, dict[str, Any]] = {}
        for name, value in _part(tensors, "optimiser.").items():
            index, slot = name.split(".", 1)
            slots.setdefault(int(index), {})[slot] = value
        self.optimiser.load_state_dict({**self.optimiser.state_dict(), "state": slots})
        self.best = _part(tensors, "best.")
        self.epoch, self.best_epoch, self.best_mae = (numbers[name] for name in ("epoch", "best_epoch", "best_mae"))
        return int(numbers["pieces"])


def _copy(module: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
