"""C3D: eight 3×3×3 convolutions over a short clip of frames.

Source: Tran et al., 'Learning Spatiotemporal Features with 3D Convolutional Networks' (ICCV 2015), figure 3, up to the
first fully connected layer ('fc6', 4096 values), as 'Piano Skills Assessment' (MMSP 2021) uses it.
"""

from __future__ import annotations

import itertools

from torch import Tensor, nn

PAPER_WIDTH = 64  # channels of the first convolution
FLAT_POSITIONS = 4 * 4  # what the fifth pooling leaves of 16 frames of 112×112


class C3D(nn.Module):
    """Clips `[n, 3, 16, 112, 112]` (normalised) to one vector each `[n, feature_size]`: 4096 at width 64."""

    def __init__(self, width: int = PAPER_WIDTH) -> None:
        super().__init__()
        w = width
        self.feature_size = PAPER_WIDTH * width
        self.group1 = group((3, w), pool=(1, 2, 2))
        self.group2 = group((w, 2 * w), pool=(2, 2, 2))
        self.group3 = group((2 * w, 4 * w, 4 * w), pool=(2, 2, 2))
        self.group4 = group((4 * w, 8 * w, 8 * w), pool=(2, 2, 2))
        self.group5 = group((8 * w, 8 * w, 8 * w), pool=(2, 2, 2), padding=(0, 1, 1))
        self.fc6 = nn.Sequential(nn.Linear(8 * w * FLAT_POSITIONS, self.feature_size), nn.ReLU(inplace=True))
        self.apply(initialise)

    def forward(self, clips: Tensor) -> Tensor:
        x = self.group5(self.group4(self.group3(self.group2(self.group1(clips)))))
        features: Tensor = self.fc6(x.flatten(1))
        return features


def group(
    channels: tuple[int, ...], *, pool: tuple[int, int, int], padding: tuple[int, int, int] = (0, 0, 0)
) -> nn.Sequential:
    """Convolutions through `channels`, each followed by ReLU, then max pooling."""
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(channels):
        layers += [nn.Conv3d(before, after, 3, padding=1), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.MaxPool3d(pool, stride=pool, padding=padding))


def initialise(module: nn.Module) -> None:
    """He's initialisation: without norms, smaller weights would let the values fade out on their way through."""
    if isinstance(module, nn.Conv3d | nn.Linear):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.zeros_(module.bias)
