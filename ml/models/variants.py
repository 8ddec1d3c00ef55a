"""The rows of the published tables, by name: which backbones, how wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

    from ml.models.fusion import FusionNet

VISUAL = ("c3d", "resnet18-3d", "resnet34-3d", "resnet50-3d")
AURAL = ("resnet18-2d", "resnet34-2d", "resnet50-2d")
PAPER_WIDTH = 64  # channels of the first stage

# The published pairs with their accuracy on PISA in per cent (Zhao, Wang and Cai 2023, as in ml.models.fusion).
PUBLISHED = {
    "c3d+resnet18-2d": 68.70,
    "resnet18-3d+resnet18-2d": 70.80,
    "resnet18-3d+resnet34-2d": 66.39,
    "resnet34-3d+resnet18-2d": 66.81,
    "resnet34-3d+resnet34-2d": 65.97,
    "resnet50-3d+resnet50-2d": 59.45,
    "resnet18-3d+resnet50-2d": 65.55,
    "resnet34-3d+resnet50-2d": 67.02,
    "resnet50-3d+resnet18-2d": 64.50,
    "resnet50-3d+resnet34-2d": 61.34,
}
NAMES = (*PUBLISHED, *VISUAL, *AURAL)

# 'Piano Skills Assessment' itself, by sampling scheme: C3D for the picture, ResNet18-2D for the sound, and both.
PUBLISHED_BY_PISA = {
    "uniform": {"c3d": 73.95, "resnet18-2d": 64.50, "c3d+resnet18-2d": 74.60},
    "contiguous": {"c3d": 65.55, "resnet18-2d": 53.36, "c3d+resnet18-2d": 61.55},
}


class UnknownVariant(ValueError):
    """No network goes by this name."""


@dataclass(frozen=True)
class Variant:
    """A network: `width` counts the first channels of the visual backbone, `aural_width` those of the aural one."""

    name: str
    visual: str | None
    aural: str | None
    width: int = PAPER_WIDTH
    aural_width: int = PAPER_WIDTH

    @property
    def ratio(self) -> str:
        """Visual to aural feature size, such as '1:1' or '8:1'; '' where there is one modality."""
        if self.visual is None or self.aural is None:
            return ""
        visual, aural = feature_size(self.visual, self.width), feature_size(self.aural, self.aural_width)
        return f"{max(1, round(visual / aural))}:{max(1, round(aural / visual))}"


def variant(name: str, *, width: int = PAPER_WIDTH, aural_width: int | None = None) -> Variant:
    """The variant called `name`, such as 'resnet18-3d+resnet18-2d' or 'c3d'.

    Raises UnknownVariant, with the names there are.
    """
    parts = name.split("+")
    visual = next((part for part in parts if part in VISUAL), None)
    aural = next((part for part in parts if part in AURAL), None)
    if name != "+".join(part for part in (visual, aural) if part) or not name:
        raise UnknownVariant(f"There is no network called '{name}'. These can be had: {', '.join(NAMES)}.")
    return Variant(name, visual, aural, width, width if aural_width is None else aural_width)


def feature_size(backbone: str, width: int = PAPER_WIDTH) -> int:
    """Values in one clip's feature vector."""
    if backbone == "c3d":
        return 64 * width
    return width * (32 if backbone.startswith("resnet50") else 8)


def build(shape: Variant) -> FusionNet:
    """A new network with fresh weights; torch's random state decides them."""
    from ml.models.fusion import FusionNet

    return FusionNet(_visual(shape), _aural(shape))


def _visual(shape: Variant) -> nn.Module | None:
    from ml.models.c3d import C3D
    from ml.models.resnet3d import ResNet3D

    if shape.visual is None:
        return None
    return C3D(shape.width) if shape.visual == "c3d" else ResNet3D(_depth(shape.visual), shape.width)


def _aural(shape: Variant) -> nn.Module | None:
    from ml.models.resnet2d import ResNet2D

    return None if shape.aural is None else ResNet2D(_depth(shape.aural), shape.aural_width)


def _depth(backbone: str) -> int:
    return int(backbone.removeprefix("resnet")[:2])
