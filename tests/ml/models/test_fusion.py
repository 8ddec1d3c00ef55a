import pytest
import torch

from ml.losses import of_branches, ordinal, pisa
from ml.models.fusion import FusionNet, Predictions
from ml.models.variants import build, variant

PAIRS = ["c3d+resnet18-2d", "resnet18-3d+resnet18-2d", "resnet18-3d+resnet50-2d", "resnet50-3d+resnet34-2d"]
LEVELS, WEIGHTS = torch.tensor([2.0, 9.0]), torch.tensor([1.0, 2.0])


@pytest.fixture(params=PAIRS)
def pair(request):
    torch.manual_seed(1)
    return build(variant(request.param, width=4))


@pytest.fixture
def network():
    torch.manual_seed(1)
    return build(variant("resnet18-3d+resnet18-2d", width=4))


def inputs(network: FusionNet, samples: int = 2, clips: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(2)
    flattens = not hasattr(network.visual, "avgpool")  # C3D takes one size of clip only
    frames, side = (16, 112) if flattens else (8, 32)
    return torch.randn(samples, clips, 3, frames, side, side), torch.randn(samples, clips, 1, 32, 32)


def look(network: FusionNet) -> Predictions:
    return network(*inputs(network))


@pytest.mark.parametrize("loss", [pisa, ordinal])
def test_the_multimodal_loss_gives_no_backbone_any_gradient_and_its_own_head_all(pair, loss):
    loss(look(pair).fused, LEVELS, WEIGHTS).backward()
    backbones = [*pair.visual.parameters(), *pair.aural.parameters()]
    assert all(parameter.grad is None for parameter in backbones)
    assert all(parameter.grad.abs().sum() > 0 for parameter in pair.heads.fused.parameters())


@pytest.mark.parametrize("branch", ["visual", "aural", "fused"])
def test_a_branchs_loss_reaches_its_own_head_and_backbone_and_nothing_else(pair, branch):
    pisa(look(pair).present[branch], LEVELS, WEIGHTS).backward()
    own = (f"heads.{branch}.",) if branch == "fused" else (f"heads.{branch}.", f"{branch}.")
    for name, parameter in pair.named_parameters():
        if name.startswith(own):
            assert parameter.grad is not None, name
        else:
            assert parameter.grad is None, name
    moved = {name for name, parameter in pair.named_parameters() if parameter.grad is not None and parameter.grad.any()}
    assert {f"heads.{branch}.{part}.weight" for part in ("hidden", "levels", "score")} <= moved
    firsts = {"visual": ("stem.0.weight", "group1.0.weight"), "aural": ("conv1.weight",), "fused": ()}[branch]
    assert not firsts or any(f"{branch}.{first}" in moved for first in firsts)


def test_the_backbones_learn_from_their_own_branch_as_if_there_were_no_other(network):
    """The gradients of all three losses together are, in each backbone, those of its own branch alone."""
    of_branches(pisa, look(network), LEVELS, WEIGHTS).backward()
    together = {name: parameter.grad.clone() for name, parameter in network.named_parameters()}
    for branch in ("visual", "aural"):
        network.zero_grad()
        pisa(look(network).present[branch], LEVELS, WEIGHTS).backward()
        for name, parameter in network.named_parameters():
            if name.startswith(f"{branch}."):
                assert torch.allclose(parameter.grad, together[name], rtol=1e-4, atol=1e-6), name


def test_the_multimodal_branch_hears_and_sees(network):
    """It answers to either modality: neither half of what it reads is constant."""
    network.eval()
    clips, pictures = inputs(network)
    with torch.no_grad():
        plain = network(clips, pictures).fused.logits
        assert not torch.allclose(plain, network(clips * 2, pictures).fused.logits, atol=1e-4)
        assert not torch.allclose(plain, network(clips, pictures * 2).fused.logits, atol=1e-4)


def test_one_modality_does_not_touch_the_others_branch(network):
    network.eval()
    clips, pictures = inputs(network)
    with torch.no_grad():
        plain, changed = network(clips, pictures), network(clips * 2, pictures)
        assert torch.equal(plain.aural.logits, changed.aural.logits)
        assert not torch.allclose(plain.visual.logits, changed.visual.logits, atol=1e-4)


def test_the_order_of_the_clips_says_nothing(pair):
    pair.eval()
    clips, pictures = inputs(pair, samples=1, clips=5)
    dice = torch.Generator().manual_seed(4)
    with torch.no_grad():
        plain = pair(clips, pictures)
        for _ in range(3):
            seen, heard = (torch.randperm(5, generator=dice) for _ in range(2))
            mixed = pair(clips[:, seen], pictures[:, heard])
            for branch, said in plain.present.items():
                assert torch.allclose(said.logits, mixed.present[branch].logits, atol=1e-5)
                assert torch.allclose(said.score, mixed.present[branch].score, atol=1e-5)


def test_a_sample_is_the_linear_average_of_its_clips(pair):
    pair.eval()
    clips, pictures = inputs(pair, samples=2, clips=3)
    with torch.no_grad():
        whole = pair(clips, pictures)
        visual, aural = (
            torch.stack([backbone(sample).sum(0) / 3 for sample in sight])
            for backbone, sight in ((pair.visual, clips), (pair.aural, pictures))
        )
        averaged = pair.heads(visual, aural)
    for branch, said in whole.present.items():
        assert torch.allclose(said.logits, averaged.present[branch].logits, atol=1e-5)
    with torch.no_grad():
        twice = pair(torch.cat([clips, clips], dim=1), torch.cat([pictures, pictures], dim=1))
    assert torch.allclose(whole.fused.logits, twice.fused.logits, atol=1e-5)


def test_samples_of_one_batch_do_not_mix(network):
    network.eval()
    clips, pictures = inputs(network)
    with torch.no_grad():
        both = network(clips, pictures).fused.logits
        alone = torch.cat([network(clips[row : row + 1], pictures[row : row + 1]).fused.logits for row in range(2)])
    assert torch.allclose(both, alone, atol=1e-5)


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


def test_the_branch_whose_word_counts_is_the_multimodal_one_where_there_is_one(network):
    network.eval()
    said = look(network)
    assert said.best is said.fused
    assert set(said.present) == {"visual", "aural", "fused"}
    silent = network(inputs(network)[0], None)
    assert silent.best is silent.visual
    assert set(silent.present) == {"visual"}


def test_a_level_is_the_expectation_over_one_to_ten(network):
    network.eval()
    said = look(network).fused
    by_hand = [sum(level * row[level - 1] for level in range(1, 11)) for row in said.probabilities.tolist()]
    assert said.level.tolist() == pytest.approx(by_hand, abs=1e-4)
