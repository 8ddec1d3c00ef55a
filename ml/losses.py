"""What the branches are trained on: the published loss, and ours.

Levels are 1 to 10. Every loss takes a branch's prediction of n samples, levels `[n]` (floats: a mean of several ratings
may lie between two levels), weights `[n]` and, where they are known, targets `[n, 10]`: how what the raters said is
spread over the levels. It returns one weighted mean.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from ml.models.fusion import LEVELS, Prediction, Predictions

REGRESSION = 0.1  # weight of L1 + L2 beside the cross-entropy ('Piano Skills Assessment', section 4)
SPREAD = 0.8  # levels: standard deviation of the soft label, about what two teachers differ by
EXPECTATION = 0.3  # weight of the expected level's distance beside the soft cross-entropy


class Loss(Protocol):
    def __call__(
        self, prediction: Prediction, levels: Tensor, weights: Tensor, targets: Tensor | None = None
    ) -> Tensor: ...


def pisa(prediction: Prediction, levels: Tensor, weights: Tensor, targets: Tensor | None = None) -> Tensor:
    """Cross-entropy + 0.1·(L1 + L2) of the regression head. As published, it knows one level only: no targets."""
    entropy = functional.cross_entropy(prediction.logits, levels.round().long() - 1, reduction="none")
    error = prediction.score - levels
    return weighted(entropy + REGRESSION * (error.abs() + error.square()), weights)


def ordinal(prediction: Prediction, levels: Tensor, weights: Tensor, targets: Tensor | None = None) -> Tensor:
    """Cross-entropy with the targets, or a bell around each label, so that a near miss costs little, plus the expected
    level's distance.

    The regression head learns along, at the published weight, so that either reading of the network may be had.
    """
    soft = bell(levels) if targets is None else targets
    entropy = -(soft * prediction.logits.log_softmax(dim=1)).sum(dim=1)
    distance = functional.smooth_l1_loss(prediction.level, levels, reduction="none")
    score = functional.smooth_l1_loss(prediction.score, levels, reduction="none")
    return weighted(entropy + EXPECTATION * distance + REGRESSION * score, weights)


def of_branches(
    loss: Loss, predictions: Predictions, levels: Tensor, weights: Tensor, targets: Tensor | None = None
) -> Tensor:
    """The sum of `loss` over the branches there are. Each branch teaches its own parameters only."""
    return torch.stack([loss(branch, levels, weights, targets) for branch in predictions.present.values()]).sum()


def bell(levels: Tensor, spread: float = SPREAD) -> Tensor:
    """Levels `[n]` to soft labels `[n, 10]`: a normal density at the ten levels, each row summing to one."""
    steps = torch.arange(1, LEVELS + 1, dtype=levels.dtype, device=levels.device)
    return (-0.5 * ((steps - levels[:, None]) / spread).square()).softmax(dim=1)


def weighted(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp_min(1e-8)


LOSSES: dict[str, Loss] = {"pisa": pisa, "ordinal": ordinal}
