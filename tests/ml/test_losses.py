import pytest
import torch

from ml.losses import bell, ordinal, pisa
from ml.models.fusion import Prediction


def said(logits: torch.Tensor, score: float = 5.0) -> Prediction:
    return Prediction(logits, torch.full((len(logits),), score))


def test_the_published_loss_is_cross_entropy_and_a_tenth_of_both_distances():
    logits = torch.zeros(1, 10)
    loss = pisa(said(logits, score=5.0), torch.tensor([7.0]), torch.ones(1))
    assert loss.item() == pytest.approx(torch.log(torch.tensor(10.0)).item() + 0.1 * (2 + 4), abs=1e-5)


def test_soft_labels_are_distributions_around_the_label():
    rows = bell(torch.tensor([1.0, 5.5, 10.0]))
    assert torch.allclose(rows.sum(dim=1), torch.ones(3))
    assert rows.argmax(dim=1)[[0, 2]].tolist() == [0, 9]
    assert rows[1, 4].item() == pytest.approx(rows[1, 5].item())


def test_the_ordinal_loss_forgives_a_near_miss_more_than_a_far_one():
    def loss(level: int) -> float:
        logits = torch.full((1, 10), -4.0)
        logits[0, level - 1] = 4.0
        return ordinal(said(logits), torch.tensor([5.0]), torch.ones(1)).item()

    assert loss(5) < loss(6) < loss(8) < loss(10)


@pytest.mark.parametrize("loss", [pisa, ordinal])
def test_an_example_of_weight_zero_does_not_count(loss):
    logits, levels = torch.randn(2, 10), torch.tensor([3.0, 8.0])
    alone = loss(said(logits[:1]), levels[:1], torch.ones(1))
    both = loss(said(logits), levels, torch.tensor([1.0, 0.0]))
    assert both.item() == pytest.approx(alone.item(), abs=1e-6)
