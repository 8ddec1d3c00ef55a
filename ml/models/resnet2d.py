"""2D residual networks over the picture of a log-mel spectrogram.

Source: He et al., 'Deep Residual Learning for Image Recognition' (CVPR 2016), table 1, from torchvision's blocks; the
first convolution has one channel. At width 64 all other parameters carry the shapes and names of torchvision's
`resnet18`, `resnet34` and `resnet50`.
"""

from __future__ import annotations

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck

BLOCKS_PER_STAGE = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}


class ResNet2D(nn.Module):
    """Mel pictures `[n, 1, height, width]` (normalised) to one vector each `[n, feature_size]`."""

    def __init__(self, depth: int = 18, width: int = 64) -> None:
        super().__init__()
        block = Bottleneck if depth == 50 else BasicBlock
        counts = BLOCKS_PER_STAGE[depth]
        self.channels = width
        self.conv1 = nn.Conv2d(1, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self._stage(block, width, counts[0], stride=1)
        self.layer2 = self._stage(block, 2 * width, counts[1], stride=2)
        self.layer3 = self._stage(block, 4 * width, counts[2], stride=2)
        self.layer4 = self._stage(block, 8 * width, counts[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.feature_size = self.channels
        self.apply(initialise)

    def _stage(self, block: type[BasicBlock] | type[Bottleneck], planes: int, count: int, *, stride: int) -> nn.Module:
        # torchvision's Bottleneck derives its inner width from `base_width / 64`, its BasicBlock admits 64 alone.
        blocks: list[nn.Module] = []
        for index in range(count):
            step = stride if index == 0 else 1
            out = planes * block.expansion
            blocks.append(block(self.channels, planes, step, shortcut(self.channels, out, step)))
            self.channels = out
        return nn.Sequential(*blocks)

    def forward(self, pictures: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(pictures))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        features: Tensor = self.avgpool(x).flatten(1)
        return features


def shortcut(channels: int, planes: int, stride: int) -> nn.Sequential | None:
    if channels == planes and stride == 1:
        return None
    return nn.Sequential(nn.Conv2d(channels, planes, 1, stride=stride, bias=False), nn.BatchNorm2d(planes))


def initialise(module: nn.Module) -> None:
    """He's initialisation for convolutions; batch norms begin as the identity."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.ones_(module.weight)
        nn.init.zeros_(module.bias)
