"""Fewer bits and folded norms are faster, and say the same."""

import copy

import pytest
import torch
from torch import nn

from ml.fast import EightBits, channels_last, fused, in_eight_bits
from ml.models.variants import build, variant

needs_the_operator = pytest.mark.skipif(
    not hasattr(torch.ops.onednn, "qconv_prepack"), reason="this torch does not multiply in eight bits"
)


@pytest.mark.parametrize("name", ["resnet18-3d+resnet18-2d", "resnet50-3d+resnet50-2d", "c3d+resnet34-2d"])
def test_folded_norms_leave_the_numbers_as_they_were(name):
    torch.manual_seed(3)
    network = build(variant(name, width=4)).train()
    inputs = {"visual": torch.randn(2, 3, 16, 112, 112), "aural": torch.randn(2, 1, 64, 64)}
    for branch, given in inputs.items():
        backbone = getattr(network, branch)
        with torch.no_grad():
            backbone(given)  # running statistics that are not the identity's
            plain = backbone.eval()(given)
            folded = fused(copy.deepcopy(backbone))
            assert torch.allclose(folded(given), plain, atol=1e-4, rtol=1e-3)
        norms = torch.nn.BatchNorm2d | torch.nn.BatchNorm3d
        assert not [module for module in folded.modules() if isinstance(module, norms)]


@needs_the_operator
@pytest.mark.parametrize(("stride", "bias"), [(1, True), (2, False)])
@torch.inference_mode()
def test_a_convolution_in_eight_bits_is_the_same_but_for_rounding(stride, bias):
    torch.manual_seed(3)
    exact = channels_last(nn.Conv3d(16, 32, 3, stride=stride, padding=1, bias=bias))
    for size in (1e-3, 1.0, 1e3):  # whatever the range of its input
        given = size * torch.randn(1, 16, 8, 14, 14).relu().to(memory_format=torch.channels_last_3d)
        wanted = exact(given)
        told = EightBits(exact)(given.bfloat16()).float()
        bias_alone = 0 if exact.bias is None else exact.bias.view(1, -1, 1, 1, 1)
        assert (told - wanted).norm() < 0.02 * (wanted - bias_alone).norm() + 0.004 * wanted.norm()


@needs_the_operator
@torch.inference_mode()
def test_nothing_but_zeros_gives_the_bias():
    exact = channels_last(nn.Conv3d(16, 8, 3, padding=1))
    nothing = torch.zeros(1, 16, 4, 8, 8, dtype=torch.bfloat16).to(memory_format=torch.channels_last_3d)
    assert torch.allclose(EightBits(exact)(nothing).float(), exact(nothing.float()), atol=0.01)


@needs_the_operator
@pytest.mark.parametrize(("name", "count"), [("resnet18-3d", 16), ("resnet34-3d", 32), ("resnet50-3d", 16), ("c3d", 7)])
@torch.inference_mode()
def test_a_backbone_in_eight_bits_sees_the_same(name, count):
    torch.manual_seed(3)
    backbone = build(variant(name, width=8)).visual.eval()
    clips = torch.rand(1, 3, 16, 112, 112)
    fewer = channels_last(in_eight_bits(fused(copy.deepcopy(backbone))).to(torch.bfloat16))
    assert sum(isinstance(module, EightBits) for module in fewer.modules()) == count
    alike = torch.cosine_similarity(fewer(clips.bfloat16()).float(), backbone(clips))
    assert alike > 0.999
