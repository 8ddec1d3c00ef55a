"""Backbones that look and listen as fast as the processor can: folded norms, 16 bits, 8 bits, the right layout.

`python -m ml benchmark grade` measures what it saves, and how little it changes.
"""

from __future__ import annotations

import copy
import itertools

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

COLOURS = 3
LEVELS = 255  # of an 8-bit activation above zero
STEPS = 127  # of an 8-bit weight on each side of zero


def fast(backbone: nn.Module, device: torch.device) -> nn.Module:
    """A copy for evaluation on `device`, in fewer bits where the processor multiplies in them."""
    copied = fused(copy.deepcopy(backbone))
    if device.type == "cuda":
        return channels_last(copied.to(torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32))
    if not torch.cpu._is_avx512_bf16_supported():
        return channels_last(copied)
    return channels_last(in_eight_bits(copied).to(torch.bfloat16))


def fused(module: nn.Module) -> nn.Module:
    """Each batch norm folded into the convolution before it, in place; in evaluation the numbers stay the same."""
    children = list(module.named_children())
    for (name, layer), (after, norm) in itertools.pairwise(children):
        if isinstance(layer, nn.Conv2d | nn.Conv3d) and isinstance(norm, nn.BatchNorm2d | nn.BatchNorm3d):
            setattr(module, name, fuse_conv_bn_eval(layer, norm))
            setattr(module, after, nn.Identity())
    for _, child in children:
        fused(child)
    return module


def channels_last(backbone: nn.Module) -> nn.Module:
    """The memory layout in which convolutions are fastest, on a CPU as on CUDA."""
    volumes = any(isinstance(module, nn.Conv3d) for module in backbone.modules())
    return backbone.to(memory_format=torch.channels_last_3d if volumes else torch.channels_last)


def in_eight_bits(module: nn.Module) -> nn.Module:
    """Each 3×3×3 convolution that follows a ReLU (all but one that sees the frames themselves) replaced, in place."""
    for name, child in list(module.named_children()):
        if isinstance(child, nn.Conv3d) and child.kernel_size == (3, 3, 3) and child.in_channels > COLOURS:
            setattr(module, name, EightBits(child))
        else:
            in_eight_bits(child)
    return module


class EightBits(nn.Module):
    """A 3D convolution of values that are never negative: bfloat16 in and out, multiplied in 8 bits between.

    A scale per output channel for the weights; for the input one per call, from its largest value, so nothing has to
    be calibrated beforehand. Source: Jacob et al., 'Quantization and Training of Neural Networks' (CVPR 2018).
    """

    def __init__(self, convolution: nn.Conv3d) -> None:
        super().__init__()
        self.geometry = [list(sizes) for sizes in (convolution.stride, convolution.padding, convolution.dilation)]
        self.groups = convolution.groups
        weights = convolution.weight.detach()
        self.scales = weights.abs().amax(dim=(1, 2, 3, 4)).clamp_min(torch.finfo(torch.float32).tiny) / STEPS
        self.zeros = torch.zeros(len(weights), dtype=torch.int8)
        self.bias = None if convolution.bias is None else convolution.bias.detach()
        whole = (weights / self.scales.view(-1, 1, 1, 1, 1)).round().to(torch.int8)
        self.weights = torch.ops.onednn.qconv_prepack(whole, self.scales, 1.0, 0, *self.geometry, self.groups, None)

    def forward(self, x: Tensor) -> Tensor:
        """`[n, channels, frames, height, width]` in and out."""
        scale = max(float(x.permute(0, 2, 3, 4, 1).reshape(-1).max()), 1e-6) / LEVELS
        # By way of int16: straight to eight bits without a sign is several times slower.
        whole = (x * (1 / scale)).round_().to(torch.int16).to(torch.uint8)
        given = (whole, scale, 0, self.weights, self.scales, self.zeros, self.bias, *self.geometry, self.groups)
        out: Tensor = torch.ops.onednn.qconv_pointwise(*given, 1.0, 0, torch.bfloat16, "none", [], "")
        return out
