import math

import pytest
import torch

from ml.losses import EXPECTATION, REGRESSION, SPREAD, bell, of_branches, ordinal, pisa
from ml.models.fusion import Prediction, Predictions


def said(logits: torch.Tensor, score: float = 5.0) -> Prediction:
    return Prediction(logits, torch.full((len(logits),), score))


def entropy_by_hand(logits: list[float], level: int) -> float:
    return math.log(sum(math.exp(value) for value in logits)) - logits[level - 1]


def smooth_l1_by_hand(gap: float) -> float:
    return 0.5 * gap**2 if abs(gap) < 1 else abs(gap) - 0.5


LOGITS = [[0.3, -1.0, 2.0, 0.1, 0.0, -0.5, 1.1, 0.7, -2.0, 0.4], [1.5, 0.2, -0.3, 0.8, 2.1, -1.2, 0.0, 0.6, 0.9, -0.7]]


@pytest.mark.parametrize("level", range(1, 11))
def test_the_published_loss_is_cross_entropy_and_a_tenth_of_both_distances(level):
    """Each term has a value of its own here, so that none can be missing, doubled or stand for another."""
    score = level + 3.0  # L1 = 3, L2 = 9
    loss = pisa(said(torch.tensor(LOGITS[:1]), score), torch.tensor([float(level)]), torch.ones(1))
    assert loss.item() == pytest.approx(entropy_by_hand(LOGITS[0], level) + 0.1 * 3 + 0.1 * 9, abs=1e-5)


def test_the_published_loss_counts_a_distance_either_way_and_a_perfect_score_not_at_all():
    levels, logits = torch.tensor([4.0]), torch.tensor(LOGITS[:1])
    above, below, right = (pisa(said(logits, score), levels, torch.ones(1)).item() for score in (4.5, 3.5, 4.0))
    assert above == pytest.approx(below)
    assert above - right == pytest.approx(0.1 * (0.5 + 0.25), abs=1e-5)


@pytest.mark.parametrize("loss", [pisa, ordinal])
def test_a_loss_is_the_mean_in_which_each_example_counts_as_its_weight_says(loss):
    logits, levels, weights = torch.tensor(LOGITS), torch.tensor([3.0, 8.0]), torch.tensor([1.0, 3.0])
    alone = [loss(said(logits[row : row + 1]), levels[row : row + 1], torch.ones(1)).item() for row in range(2)]
    assert loss(said(logits), levels, weights).item() == pytest.approx((alone[0] + 3 * alone[1]) / 4, abs=1e-5)
    assert loss(said(logits), levels, 10 * weights).item() == pytest.approx((alone[0] + 3 * alone[1]) / 4, abs=1e-5)


def test_the_ordinal_loss_by_hand():
    """Soft cross-entropy, 0.3 of the expected level's distance and 0.1 of the score's, both smooth beyond one level."""
    level, score, logits = 6.5, 8.0, LOGITS[0]
    total = sum(math.exp(value) for value in logits)
    bells = [math.exp(-0.5 * ((step - level) / 0.8) ** 2) for step in range(1, 11)]
    soft = -sum(
        share / sum(bells) * math.log(math.exp(value) / total) for share, value in zip(bells, logits, strict=True)
    )
    expected = sum(step * math.exp(value) / total for step, value in enumerate(logits, start=1))
    by_hand = soft + 0.3 * smooth_l1_by_hand(expected - level) + 0.1 * smooth_l1_by_hand(score - level)
    loss = ordinal(said(torch.tensor([logits]), score), torch.tensor([level]), torch.ones(1))
    assert loss.item() == pytest.approx(by_hand, abs=1e-5)
    assert (EXPECTATION, REGRESSION, SPREAD) == (0.3, 0.1, 0.8)


def test_a_target_stands_for_the_bell_and_leaves_the_distances_as_they_are():
    level, logits, target = 6.5, LOGITS[0], [0.0, 0.0, 0.0, 0.25, 0.25, 0.0, 0.0, 0.0, 0.5, 0.0]
    known = torch.tensor([level]), torch.ones(1)
    by_bell = ordinal(said(torch.tensor([logits])), *known)
    by_target = ordinal(said(torch.tensor([logits])), *known, torch.tensor([target]))
    soft = torch.tensor([target]) - bell(torch.tensor([level]))
    gap = -sum(float(share) * (-entropy_by_hand(logits, step)) for step, share in enumerate(soft[0], start=1))
    assert (by_target - by_bell).item() == pytest.approx(gap, abs=1e-5)


def test_the_published_loss_knows_no_target():
    known = said(torch.tensor(LOGITS)), torch.tensor([3.0, 8.0]), torch.ones(2)
    assert pisa(*known, torch.full((2, 10), 0.1)) == pisa(*known)


def test_all_branches_count_alike_and_those_that_are_lacking_not_at_all():
    levels, weights = torch.tensor([3.0, 8.0]), torch.ones(2)
    branches = {
        name: said(torch.tensor(LOGITS) * turn, turn) for turn, name in enumerate(("visual", "aural", "fused"), 1)
    }
    alone = {name: pisa(branch, levels, weights).item() for name, branch in branches.items()}
    assert len(set(alone.values())) == 3
    assert of_branches(pisa, Predictions(**branches), levels, weights).item() == pytest.approx(sum(alone.values()))
    only = Predictions(visual=None, aural=branches["aural"], fused=None)
    assert of_branches(pisa, only, levels, weights).item() == pytest.approx(alone["aural"])


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


@pytest.mark.parametrize("loss", [pisa, ordinal])
def test_the_regression_head_and_the_levels_both_learn(loss):
    logits, score = torch.tensor(LOGITS, requires_grad=True), torch.tensor([5.0, 5.0], requires_grad=True)
    loss(Prediction(logits, score), torch.tensor([3.0, 8.0]), torch.ones(2)).backward()
    assert logits.grad.abs().sum() > 0
    assert score.grad[0] > 0 > score.grad[1]
