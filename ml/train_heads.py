"""Learning heads from cached clip features: seconds on a CPU, steady with a handful of labels."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ml import features_store
from ml.checkpoint import Checkpoint, backbone_digest
from ml.data.examples import LabelledExample
from ml.features_store import ClipFeatures
from ml.inference import heads_on, rows_of
from ml.losses import LOSSES, of_branches
from ml.models.fusion import Heads, Predictions
from ml.preparation import Preparation
from ml.train import (
    Rows,
    TrainingConfig,
    anchor_of,
    levels_of,
    optimiser_of,
    rarity_of,
    schedule,
    targets_of,
    weights_of,
)

Average = tuple[Tensor | None, Tensor | None]  # visual and aural, [1, size] each

FEWEST_STEPS = 4  # of an epoch, however few the examples
ENOUGH_HELD_OUT = 150  # performances: a 90 % quantile of so many residuals is steady
WHOLE_SHARE = 0.5  # of the looks at a performance that take all its clips; the others take one window


@dataclass(frozen=True)
class Looks:
    """Every way of looking at n performances, averaged beforehand: all clips of one, then each of its windows.

    A third of the clip features' own size, and a step picks rows instead of averaging clips.
    """

    visual: Tensor  # [looks, visual_size]
    aural: Tensor  # [looks, aural_size]
    first: NDArray[np.int64]  # [n]: the row of all clips of each performance; its windows follow
    windows: NDArray[np.int64]  # [n]: how many they are

    def draw(self, rows: NDArray[np.int64], dice: np.random.Generator) -> tuple[Tensor | None, Tensor | None]:
        """One look at each performance of `rows`: all of it or one window, visual `[rows, size]` and aural likewise."""
        windowed = dice.random(len(rows)) >= WHOLE_SHARE
        picked = torch.from_numpy(self.first[rows] + windowed * (1 + dice.integers(self.windows[rows])))
        return tuple(part[picked] if part.shape[1] else None for part in (self.visual, self.aural))  # type: ignore[return-value]


def looks_of(performances: Iterable[ClipFeatures], preparation: Preparation) -> Looks:
    """Read one performance after the other and keep its averages only."""
    visual, aural, counts = [], [], []
    for features in performances:
        windows = preparation.windows(len(features))
        spans = [range(len(features)), *windows]
        visual.append(means(features.visual, spans))
        aural.append(means(features.aural, spans))
        counts.append(len(windows))
    windowed = np.array(counts)
    first = np.concatenate([[0], np.cumsum(windowed + 1)[:-1]])
    return Looks(torch.cat(visual), torch.cat(aural), first, windowed)


def means(values: Tensor, spans: Sequence[range]) -> Tensor:
    """Averages `[spans, size]` of `values` `[clips, size]` over each span of clips."""
    sums = functional.pad(values.double().cumsum(dim=0), (0, 0, 1, 0))
    starts, stops = (torch.tensor([getattr(span, end) for span in spans]) for end in ("start", "stop"))
    return ((sums[stops] - sums[starts]) / (stops - starts)[:, None]).float()


class HeadsRun:
    """Heads that begin at the checkpoint's and are pulled back towards them."""

    def __init__(self, first: Checkpoint, learned: Sequence[LabelledExample], config: TrainingConfig) -> None:
        self.first, self.learned, self.config = first, list(learned), config
        self.backbone = backbone_digest(first)
        self.trained: Heads = first.network.heads
        self.anchor = anchor_of(self.trained)
        self.known: dict[str, Average] = {}
        self.looks = looks_of((self._remembered(example) for example in self.learned), first.about.preparation)
        self.rows = np.arange(len(self.learned))  # of `looks`, that are learned from
        self.levels, self.weights = levels_of(self.learned), self._weights(self.learned)
        self.targets = targets_of(self.learned)
        self.pieces = 1

    @property
    def count(self) -> int:
        """How many performances are learned from."""
        return len(self.learned)

    def loss_of_epoch(self, optimiser: torch.optim.Optimizer, epoch: int) -> float:
        self.trained.train()
        dice = np.random.default_rng((self.config.seed, epoch))
        luck = np.random.default_rng((self.config.seed, epoch, 1))  # apart: the same looks, with dropout or without
        count, batch = len(self.learned), self.config.batch
        steps = max(FEWEST_STEPS, -(-count // batch))
        order = np.concatenate([dice.permutation(count) for _ in range(-(-steps * batch // count))])
        losses = []
        for step in range(steps):
            rows = order[step * batch : (step + 1) * batch]
            visual, aural = self.looks.draw(self.rows[rows], dice)
            said = self._predict(visual, aural, luck)
            known = self.levels[rows], self.weights[rows], self.targets[rows]
            loss = of_branches(LOSSES[self.config.loss], said, *known)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._pull()
            optimiser.step()
            losses.append(float(loss.detach()))
        self.trained.eval()
        return float(np.mean(losses))

    def predict(self, examples: Sequence[LabelledExample], *, final: bool = False) -> Rows:
        """`[n, 10]` probabilities per branch from the averages over all clips, as in grading."""
        pairs = [self._average(example) for example in examples]
        return rows_of(heads_on(self.trained, pairs))

    def held_out(self, folds: int) -> list[tuple[LabelledExample, NDArray[np.float64]]]:
        """Learned performances as heads see them that never met their player: new heads are trained per fold.

        All of them where they are few; of many, the folds that make up enough.
        """
        players = sorted({example.player for example in self.learned})
        pairs: list[tuple[LabelledExample, NDArray[np.float64]]] = []
        for fold in range(min(folds, len(players))):
            if len(pairs) >= ENOUGH_HELD_OUT:
                break
            away = set(players[fold::folds])
            others = [example for example in self.learned if example.player not in away]
            apart = [example for example in self.learned if example.player in away]
            if others:
                pairs += list(zip(apart, self._without(others).predict(apart)["fused"], strict=True))
        return pairs

    def _without(self, others: Sequence[LabelledExample]) -> HeadsRun:
        run = copy.copy(self)
        run.trained = copy.deepcopy(self.trained)
        for parameter, anchor in zip(run.trained.parameters(), self.anchor, strict=True):
            parameter.data.copy_(anchor)
        run.learned = list(others)
        kept = {example.id for example in others}
        run.rows = np.array([row for row, example in enumerate(self.learned) if example.id in kept])
        run.levels, run.weights, run.targets = levels_of(others), self._weights(others), targets_of(others)
        optimiser = optimiser_of(run.trained, self.config)
        for epoch in range(self.config.epochs):
            schedule(optimiser, self.config, epoch)
            run.loss_of_epoch(optimiser, epoch)
        return run

    def _weights(self, examples: Sequence[LabelledExample]) -> Tensor:
        """`[n]`, one on average: a step sees most of the examples, so that rare levels need not be drawn more often."""
        weights = weights_of(examples) * rarity_of(examples, self.config.balance)
        return torch.tensor(weights / weights.mean(), dtype=torch.float32)

    def _predict(self, visual: Tensor | None, aural: Tensor | None, dice: np.random.Generator) -> Predictions:
        """All branches; now and then the multimodal one without picture or without sound, never without both."""
        predictions: Predictions = self.trained(visual, aural)
        share = self.config.modality_dropout
        if not share or self.trained.fused is None or visual is None or aural is None:
            return predictions
        drawn = torch.from_numpy(dice.random((len(visual), 1)))
        no_picture, no_sound = drawn < share / 2, drawn >= 1 - share / 2
        fused = self.trained.fused(
            torch.cat([visual.masked_fill(no_picture, 0.0), aural.masked_fill(no_sound, 0.0)], dim=1)
        )
        return dataclasses.replace(predictions, fused=fused)

    def _pull(self) -> None:
        """Add the gradient of `pull` times the squared distance from where the weights began."""
        parameters = list(self.trained.parameters())
        gradients = [parameter.grad for parameter in parameters]
        if self.config.pull:
            with torch.no_grad():
                torch._foreach_add_(gradients, torch._foreach_sub(parameters, self.anchor), alpha=2 * self.config.pull)

    def _average(self, example: LabelledExample) -> Average:
        if example.id not in self.known:
            self._remembered(example)
        return self.known[example.id]

    def _remembered(self, example: LabelledExample) -> ClipFeatures:
        features = features_store.read(example.features, backbone=self.backbone)
        self.known[example.id] = features_store.averages(features)
        return features
