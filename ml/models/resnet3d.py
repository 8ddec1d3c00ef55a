"""3D residual networks over short clips of frames.

Source: Tran et al., 'A Closer Look at Spatiotemporal Convolutions for Action Recognition' (CVPR 2018), network R3D;
depths 34 and 50 repeat the block counts of He et al., 'Deep Residual Learning' (CVPR 2016), table 1. At width 64 and
depth 18 the parameters and their names are those of torchvision's `r3d_18`, so that its weights load from a file.
"""

from __future__ import annotations

from torch import Tensor, nn

BLOCKS_PER_STAGE = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}


class ResNet3D(nn.Module):
    """Clips `[n, 3, frames, height, width]` (normalised) to one vector each `[n, feature_size]`.

    `width` is the number of channels of the first stage; the fourth has eight times as many (32 at depth 50).
    """

    def __init__(self, depth: int = 18, width: int = 64) -> None:
        super().__init__()
        block: type[BasicBlock3D] | type[Bottleneck3D] = Bottleneck3D if depth == 50 else BasicBlock3D
        counts = BLOCKS_PER_STAGE[depth]
        self.channels = width
        self.stem = Stem3D(width)
        self.layer1 = self._stage(block, width, counts[0], stride=1)
        self.layer2 = self._stage(block, 2 * width, counts[1], stride=2)
        self.layer3 = self._stage(block, 4 * width, counts[2], stride=2)
        self.layer4 = self._stage(block, 8 * width, counts[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool3d(1)
        self.feature_size = self.channels
        self.apply(initialise)

    def _stage(
        self, block: type[BasicBlock3D] | type[Bottleneck3D], planes: int, count: int, *, stride: int
    ) -> nn.Sequential:
        blocks: list[nn.Module] = []
        for index in range(count):
            blocks.append(block(self.channels, planes, stride if index == 0 else 1))
            self.channels = planes * block.expansion
        return nn.Sequential(*blocks)

    def forward(self, clips: Tensor) -> Tensor:
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.stem(clips)))))
        features: Tensor = self.avgpool(x).flatten(1)
        return features


class Stem3D(nn.Sequential):
    """3×7×7 convolution, halved in space and kept in time."""

    def __init__(self, width: int) -> None:
        super().__init__(
            nn.Conv3d(3, width, (3, 7, 7), stride=(1, 2, 2), padding=(1, 3, 3), bias=False),
            nn.BatchNorm3d(width),
            nn.ReLU(inplace=True),
        )


class BasicBlock3D(nn.Module):
    """Two 3×3×3 convolutions and a shortcut."""

    expansion = 1

    def __init__(self, channels: int, planes: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(convolution(channels, planes, stride), nn.BatchNorm3d(planes), nn.ReLU(inplace=True))
        self.conv2 = nn.Sequential(convolution(planes, planes, 1), nn.BatchNorm3d(planes))
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(channels, planes, stride)

    def forward(self, x: Tensor) -> Tensor:
        left = x if self.downsample is None else self.downsample(x)
        out: Tensor = self.relu(self.conv2(self.conv1(x)) + left)
        return out


class Bottleneck3D(nn.Module):
    """1×1×1, 3×3×3 and 1×1×1 convolutions and a shortcut; the output has four times `planes` channels."""

    expansion = 4

    def __init__(self, channels: int, planes: int, stride: int) -> None:
        super().__init__()
        out = planes * self.expansion
        self.conv1 = nn.Sequential(
            nn.Conv3d(channels, planes, 1, bias=False), nn.BatchNorm3d(planes), nn.ReLU(inplace=True)
        )
        self.conv2 = nn.Sequential(convolution(planes, planes, stride), nn.BatchNorm3d(planes), nn.ReLU(inplace=True))
        self.conv3 = nn.Sequential(nn.Conv3d(planes, out, 1, bias=False), nn.BatchNorm3d(out))
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(channels, out, stride)

    def forward(self, x: Tensor) -> Tensor:
        left = x if self.downsample is None else self.downsample(x)
        out: Tensor = self.relu(self.conv3(self.conv2(self.conv1(x))) + left)
        return out


def convolution(channels: int, planes: int, stride: int) -> nn.Conv3d:
    return nn.Conv3d(channels, planes, 3, stride=stride, padding=1, bias=False)


def shortcut(channels: int, planes: int, stride: int) -> nn.Sequential | None:
    if channels == planes and stride == 1:
        return None
    return nn.Sequential(nn.Conv3d(channels, planes, 1, stride=stride, bias=False), nn.BatchNorm3d(planes))


def initialise(module: nn.Module) -> None:
    """He's initialisation for convolutions; batch norms begin as the identity."""
    if isinstance(module, nn.Conv3d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    elif isinstance(module, nn.BatchNorm3d):
        nn.init.ones_(module.weight)
        nn.init.zeros_(module.bias)
