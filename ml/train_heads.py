"""Learning heads from cached clip features: seconds on a CPU, steady with a handful of labels."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml import features_store
from ml.checkpoint import Checkpoint, backbone_digest
from ml.data.examples import LabelledExample
from ml.features_store import ClipFeatures
from ml.inference import heads_on, rows_of
from ml.losses import LOSSES, of_branches
from ml.models.fusion import Heads, Predictions
from ml.train import Rows, TrainingConfig, anchor_of, distance, levels_of, schedule, weights_of

FEWEST_STEPS = 4  # of an epoch, however few the examples
WHOLE_SHARE = 0.5  # of the looks at a performance that take all its clips; the others take one window


class HeadsRun:
    """Heads that begin at the checkpoint's and are pulled back towards them."""

    def __init__(self, first: Checkpoint, learned: Sequence[LabelledExample], config: TrainingConfig) -> None:
        self.first, self.learned, self.config = first, list(learned), config
        self.backbone = backbone_digest(first)
        self.trained: Heads = first.network.heads
        self.anchor = anchor_of(self.trained)
        self.known: dict[str, ClipFeatures] = {}
        self.clip_features = [self._features(example) for example in self.learned]
        self.levels, self.weights = levels_of(self.learned), weights_of(self.learned)

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
            visual, aural = features_store.stacked([self._look(self.clip_features[row], dice) for row in rows])
            loss = of_branches(
                LOSSES[self.config.loss], self._predict(visual, aural, luck), self.levels[rows], self.weights[rows]
            )
            optimiser.zero_grad()
            (loss + self.config.pull * distance(self.trained, self.anchor)).backward()
            optimiser.step()
            losses.append(float(loss.detach()))
        self.trained.eval()
        return float(np.mean(losses))

    def predict(self, examples: Sequence[LabelledExample], *, final: bool = False) -> Rows:
        """`[n, 10]` probabilities per branch from the averages over all clips, as in grading."""
        pairs = [features_store.averages(self._features(example)) for example in examples]
        return rows_of(heads_on(self.trained, pairs))

    def held_out(self, folds: int) -> list[tuple[LabelledExample, NDArray[np.float64]]]:
        """Each learned performance as heads see it that never met its player: new heads are trained per fold."""
        players = sorted({example.player for example in self.learned})
        pairs = []
        for fold in range(min(folds, len(players))):
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
        run.clip_features = [self._features(example) for example in others]
        run.levels, run.weights = levels_of(others), weights_of(others)
        optimiser = torch.optim.AdamW(
            run.trained.parameters(), lr=self.config.learning_rate, weight_decay=self.config.weight_decay
        )
        for epoch in range(self.config.epochs):
            schedule(optimiser, self.config, epoch)
            run.loss_of_epoch(optimiser, epoch)
        return run

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

    def _features(self, example: LabelledExample) -> ClipFeatures:
        if example.id not in self.known:
            self.known[example.id] = features_store.read(example.features, backbone=self.backbone)
        return self.known[example.id]

    def _look(self, features: ClipFeatures, dice: np.random.Generator) -> tuple[Tensor | None, Tensor | None]:
        windows = self.first.about.preparation.windows(len(features))
        if dice.random() < WHOLE_SHARE:
            return features_store.averages(features)
        return features_store.averages(features, windows[int(dice.integers(len(windows)))])
