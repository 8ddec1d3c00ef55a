"""How large a network is and what one sample costs it, without weights or memory: on the meta device."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import torch
from torch import nn

from ml.models.variants import Variant, build

CLIPS = 10  # of a sample
CLIP = (3, 16, 112, 112)  # channels, frames, height, width
PICTURE = (1, 224, 224)  # channels, height, width


@dataclass(frozen=True)
class Size:
    """Parameters of each part, and the work of one sample: 10 clips of 16×112×112 and 10 mel pictures of 224×224."""

    visual: int  # parameters; 0 where the variant lacks the backbone
    aural: int
    heads: int
    flops: int  # of convolutions and linear layers; a multiply-add counts as 2

    @property
    def parameters(self) -> int:
        return self.visual + self.aural + self.heads


def size_of(shape: Variant) -> Size:
    """Count `shape`, in a second and a few megabytes whatever its width."""
    logging.getLogger("torch.utils.flop_counter").setLevel(logging.ERROR)  # it warns of kernels that we do not use
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        network = build(shape).eval()
        clips = None if network.visual is None else torch.zeros(1, CLIPS, *CLIP)
        pictures = None if network.aural is None else torch.zeros(1, CLIPS, *PICTURE)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(clips, pictures)
    return Size(
        visual=parameters_of(network.visual),
        aural=parameters_of(network.aural),
        heads=parameters_of(network.heads),
        flops=int(counter.get_total_flops()),
    )


def parameters_of(module: nn.Module | None) -> int:
    return 0 if module is None else sum(parameter.numel() for parameter in module.parameters())
