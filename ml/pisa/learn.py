"""One row in one protocol: learn by the PISA recipe, then say of every tested sample what each branch thinks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml import pretrained
from ml.checkpoint import About, save
from ml.controls import SHUFFLES
from ml.data.pisa import Sample
from ml.evaluate import expected
from ml.fast import channels_last
from ml.inference import heads_on, rows_of
from ml.losses import LOSSES, of_branches
from ml.metrics import mean_absolute_error, value
from ml.models.fusion import FusionNet
from ml.models.variants import Variant, build
from ml.pisa.media import Store, batches, preparation_for
from ml.pisa.splits import Split

Floats = NDArray[np.float64]
Rows = dict[str, Floats]  # branch → [n, 10] probabilities; 'fused' is always among them
Pair = tuple[Tensor | None, Tensor | None]  # averaged features of one sample: visual, aural


@dataclass(frozen=True)
class Recipe:
    """As PISA's authors trained; `ml.pisa` says what of it is known and what was chosen."""

    epochs: int = 100
    batch: int = 4  # samples
    learning_rate: float = 1e-4
    weight_decay: float = 0.0
    loss: str = "pisa"
    seed: int = 1
    visual: pretrained.Visual = None
    aural: pretrained.Aural = None


@dataclass(frozen=True)
class Learned:
    """What a row came to. `rows` and `shuffled` are of the tested samples, the latter with rounds one after another."""

    rows: Rows
    shuffled: Rows
    epoch: int  # that counts
    started_from: dict[str, str]
    seconds: float
    checkpoint: Path
    validation_mae: list[float] = field(default_factory=list)  # by epoch; empty in the papers' protocol


def learn(
    shape: Variant,
    parts: Split,
    store: Store,
    recipe: Recipe,
    out: Path,
    tell: Callable[[str], None] = lambda line: None,
) -> Learned:
    """Train `shape` on `parts`, write its checkpoint to `out` and judge the tested samples.

    The same arguments give the same weights on the same machine. Raises PretrainedError.
    """
    began = time.perf_counter()
    torch.manual_seed(recipe.seed)
    network = build(shape)
    started = pretrained.start_from(
        network,
        shape,
        visual=recipe.visual if shape.visual else None,
        aural=recipe.aural if shape.aural else None,
    )
    run = Run(network, shape, store, recipe)
    errors: list[float] = []
    best = None
    for epoch in range(recipe.epochs):
        line = f"Epoch {epoch + 1} of {recipe.epochs}: loss {run.epoch(parts.train, epoch):.3f}"
        if parts.validation:
            levels = expected(run.rows(run.averages(parts.validation))["fused"])
            errors.append(value(mean_absolute_error, labels_of(parts.validation), levels))
            line += f", validation {errors[-1]:.2f} levels off"
            if errors[-1] == min(errors) and errors.count(errors[-1]) == 1:
                best = {name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()}
        tell(line)
    if best is not None:
        network.load_state_dict(best)
    chosen = 1 + int(np.argmin(errors)) if errors else recipe.epochs
    averages = run.averages(parts.test)
    rows = run.rows(averages)
    about = About(
        variant=shape,
        preparation=run.preparation,
        recipe={
            "data": "PISA",
            "protocol": parts.name,
            "epochs": recipe.epochs,
            "epoch": chosen,
            "batch": recipe.batch,
            "learning_rate": recipe.learning_rate,
            "loss": recipe.loss,
            "seed": recipe.seed,
            "learned": len(parts.train),
            "started_from": started,
        },
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    save(network, about, out)
    shuffled = run.shuffled(averages, parts.test)
    return Learned(rows, shuffled, chosen, started, time.perf_counter() - began, out, errors)


class Run:
    """A network on its device, with the samples it learns from."""

    def __init__(self, network: FusionNet, shape: Variant, store: Store, recipe: Recipe) -> None:
        self.device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
        self.network = network.to(self.device)
        if self.device.type == "cuda":  # as in ml.train_whole: on a CPU it crashes in 32 bits
            for backbone in filter(None, (network.visual, network.aural)):
                channels_last(backbone)
        self.store, self.recipe = store, recipe
        self.preparation = preparation_for(shape.visual, store.preparation)
        self.senses = {"sees": shape.visual is not None, "hears": shape.aural is not None}
        self.optimiser = torch.optim.Adam(
            network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )

    def epoch(self, samples: Sequence[Sample], number: int) -> float:
        """Once through the samples in a new order; the mean loss."""
        self.network.train()
        order = np.random.default_rng((self.recipe.seed, number)).permutation(len(samples))
        groups = [
            [samples[place] for place in order[begin : begin + self.recipe.batch]]
            for begin in range(0, len(order), self.recipe.batch)
        ]
        losses = []
        for group, clips, pictures in batches(groups, self.store, self.preparation, **self.senses):
            levels = torch.tensor([sample.level for sample in group], dtype=torch.float32, device=self.device)
            predictions = self.network(self._there(clips), self._there(pictures))
            loss = of_branches(LOSSES[self.recipe.loss], predictions, levels, torch.ones_like(levels))
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()
            losses.append(float(loss.detach()))
        self.network.eval()
        return float(np.mean(losses))

    @torch.inference_mode()
    def averages(self, samples: Sequence[Sample]) -> list[Pair]:
        """Each sample's clip features, averaged."""
        self.network.eval()
        found: list[Pair] = []
        for _, clips, pictures in batches(
            [[sample] for sample in samples], self.store, self.preparation, **self.senses
        ):
            found.append((self._average(self.network.visual, clips), self._average(self.network.aural, pictures)))
        return found

    def rows(self, averages: list[Pair]) -> Rows:
        return rows_of(heads_on(self.network.heads, averages))

    def shuffled(self, averages: list[Pair], samples: Sequence[Sample]) -> Rows:
        """The multimodal branch when one modality comes from another performance; empty where there is one modality.

        `shuffled_visual`, `shuffled_aural`: `[rounds · n, 10]`.
        """
        if self.network.heads.fused is None or len({sample.performance for sample in samples}) < 2:
            return {}
        dice = np.random.default_rng(0)
        visual, aural = [], []
        for _ in range(SHUFFLES):
            others = strangers(samples, dice)
            visual.append(
                self.rows([(averages[o][0], own[1]) for o, own in zip(others, averages, strict=True)])["fused"]
            )
            aural.append(
                self.rows([(own[0], averages[o][1]) for o, own in zip(others, averages, strict=True)])["fused"]
            )
        return {"shuffled_visual": np.concatenate(visual), "shuffled_aural": np.concatenate(aural)}

    def _average(self, backbone: torch.nn.Module | None, inputs: Tensor | None) -> Tensor | None:
        if backbone is None or inputs is None:
            return None
        features: Tensor = backbone(inputs[0].to(self.device))
        return features.float().mean(dim=0, keepdim=True)

    def _there(self, tensor: Tensor | None) -> Tensor | None:
        return None if tensor is None else tensor.to(self.device, non_blocking=True)


def strangers(samples: Sequence[Sample], dice: np.random.Generator) -> list[int]:
    """For every sample the place of one of another performance, drawn at random."""
    performances = np.array([sample.performance for sample in samples])
    return [int(dice.choice(np.flatnonzero(performances != own))) for own in performances]


def labels_of(samples: Sequence[Sample]) -> Floats:
    return np.array([sample.level for sample in samples], dtype=float)
