"""The audio-visual fusion network: two backbones, linear averaging over clips, three branches.

Source: Zhao, Wang and Cai, 'A ResNet-Based Audio-Visual Fusion Model for Piano Skill Evaluation' (Applied Sciences
2023, 13(13), 7431); heads and losses after Parmar, Reddy and Morris, 'Piano Skills Assessment' (MMSP 2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

LEVELS = 10  # skill levels 1 to 10; index 0 is level 1
HIDDEN = 128  # values between an averaged feature and its prediction


@dataclass(frozen=True)
class Prediction:
    """What one branch says of n samples."""

    logits: Tensor  # [n, 10]
    score: Tensor  # [n]: the regression head's level, 1 to 10

    @property
    def probabilities(self) -> Tensor:
        """`[n, 10]`, each row sums to one."""
        return self.logits.float().softmax(dim=1)

    @property
    def level(self) -> Tensor:
        """Expected level `[n]`, 1 to 10."""
        return expected_level(self.probabilities)


@dataclass(frozen=True)
class Predictions:
    """Visual, aural and multimodal branch; None where the variant lacks the modality."""

    visual: Prediction | None
    aural: Prediction | None
    fused: Prediction | None

    @property
    def best(self) -> Prediction:
        """The branch whose word counts: the multimodal one, or the only one there is."""
        chosen = self.fused or self.visual or self.aural
        if chosen is None:
            raise ValueError("a network has at least one branch")
        return chosen

    @property
    def present(self) -> dict[str, Prediction]:
        named = {"visual": self.visual, "aural": self.aural, "fused": self.fused}
        return {name: prediction for name, prediction in named.items() if prediction is not None}


class Head(nn.Module):
    """Averaged features `[n, size]` to 128 values, then ten logits and one score."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(size, HIDDEN)
        self.levels = nn.Linear(HIDDEN, LEVELS)
        self.score = nn.Linear(HIDDEN, 1)
        nn.init.constant_(self.score.bias, (1 + LEVELS) / 2)

    def forward(self, features: Tensor) -> Prediction:
        hidden = self.hidden(features).relu()
        return Prediction(self.levels(hidden), self.score(hidden).squeeze(1))


class Heads(nn.Module):
    """Averaged features of both modalities to the predictions of all branches.

    The multimodal head reads both averages through `detach`: its loss never reaches a backbone.
    """

    def __init__(self, visual_size: int | None, aural_size: int | None) -> None:
        super().__init__()
        self.visual = None if visual_size is None else Head(visual_size)
        self.aural = None if aural_size is None else Head(aural_size)
        both = visual_size is not None and aural_size is not None
        self.fused = Head(visual_size + aural_size) if both else None  # type: ignore[operator]

    def forward(self, visual: Tensor | None, aural: Tensor | None) -> Predictions:
        """`visual` `[n, visual_size]` and `aural` `[n, aural_size]` are averages over the clips of a sample."""
        fused = None
        if self.fused is not None and visual is not None and aural is not None:
            fused = self.fused(torch.cat([visual.detach(), aural.detach()], dim=1))
        return Predictions(
            visual=None if self.visual is None or visual is None else self.visual(visual),
            aural=None if self.aural is None or aural is None else self.aural(aural),
            fused=fused,
        )


class FusionNet(nn.Module):
    """Clips and mel pictures of n samples, k clips each, to predictions.

    Either backbone may be absent; a backbone tells its `feature_size`.
    """

    def __init__(self, visual: nn.Module | None, aural: nn.Module | None) -> None:
        super().__init__()
        self.visual = visual
        self.aural = aural
        self.heads = Heads(_size(visual), _size(aural))

    def forward(self, clips: Tensor | None, pictures: Tensor | None) -> Predictions:
        """`clips` `[n, k, 3, frames, height, width]`, `pictures` `[n, k, 1, height, width]`, both normalised."""
        return self.heads(self._average(self.visual, clips), self._average(self.aural, pictures))

    def _average(self, backbone: nn.Module | None, inputs: Tensor | None) -> Tensor | None:
        if backbone is None or inputs is None:
            return None
        return average(backbone(inputs.flatten(0, 1)).unflatten(0, inputs.shape[:2]))


def average(features: Tensor) -> Tensor:
    """Linear averaging of clip features `[n, k, size]` to `[n, size]`: the score of a performance is additive."""
    return features.float().mean(dim=1)


def expected_level(probabilities: Tensor) -> Tensor:
    """`[n, 10]` to `[n]`, levels 1 to 10."""
    levels = torch.arange(1, LEVELS + 1, dtype=probabilities.dtype, device=probabilities.device)
    return probabilities @ levels


def _size(backbone: nn.Module | None) -> int | None:
    return None if backbone is None else int(backbone.feature_size)  # type: ignore[arg-type]
