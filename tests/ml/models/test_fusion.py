import pytest
import torch

from ml.losses import of_branches, ordinal
from ml.models.fusion import FusionNet, Predictions
from ml.models.variants import build, variant


@pytest.fixture
def network():
    torch.manual_seed(1)
    return build(variant("resnet18-3d+resnet18-2d", width=4))


def look(network: FusionNet, samples: int = 2, clips: int = 2) -> Predictions:
    torch.manual_seed(2)
    return network(torch.randn(samples, clips, 3, 8, 32, 32), torch.randn(samples, clips, 1, 32, 32))


def test_the_multimodal_loss_gives_the_backbones_no_gradient_at_all(network):
    look(network).fused.logits.square().sum().backward()
    backbones = [*network.visual.parameters(), *network.aural.parameters()]
    assert all(parameter.grad is None for parameter in backbones)
    assert all(parameter.grad is not None for parameter in network.heads.fused.hidden.parameters())


def test_each_modality_teaches_its_own_backbone_only(network):
    look(network).visual.logits.square().sum().backward()
    assert any(parameter.grad.abs().sum() > 0 for parameter in network.visual.parameters())
    assert all(parameter.grad is None for parameter in network.aural.parameters())


def test_a_sample_is_the_linear_average_of_its_clips(network):
    network.eval()
    clips, pictures = torch.randn(1, 3, 3, 8, 32, 32), torch.randn(1, 3, 1, 32, 32)
    with torch.no_grad():
        whole = network(clips, pictures).fused.logits
        backwards = network(clips.flip(1), pictures.flip(1)).fused.logits
        averaged = network.heads(
            network.visual(clips[0]).mean(0, keepdim=True), network.aural(pictures[0]).mean(0, keepdim=True)
        ).fused.logits
    assert torch.allclose(whole, backwards, atol=1e-5)
    assert torch.allclose(whole, averaged, atol=1e-5)


def test_it_learns_one_batch_by_heart(network):
    levels, weights = torch.tensor([2.0, 9.0]), torch.ones(2)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(25):
        optimiser.zero_grad()
        said = look(network)
        of_branches(ordinal, said, levels, weights).backward()
        optimiser.step()
    for branch in said.present.values():
        assert (branch.level - levels).abs().max() < 0.7
