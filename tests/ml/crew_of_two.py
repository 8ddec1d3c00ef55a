"""What each of two processes checks of their crew; the first says 'sound' when all held."""

import sys

import torch
from torch import nn

from ml.crew import assembled

with assembled() as crew:
    assert crew.size == 2
    assert crew.share(range(5)).tolist() == [[0, 1, 2], [3, 4]][crew.rank]
    assert crew.share(range(3), fewest=2).tolist() == [[0, 1, 2], []][crew.rank]
    assert crew.agree(7)
    assert not crew.agree(crew.rank)

    layer = nn.Linear(2, 1)
    if crew.leads:
        layer.weight.grad = torch.tensor([[1.0, 2.0]])
    crew.add_gradients(layer)
    assert layer.weight.grad.tolist() == [[1.0, 2.0]]
    assert layer.bias.grad.tolist() == [0.0]

    # Each process remembers its own half of the clips; together they must remember all of them.
    torch.manual_seed(0)
    clips = torch.randn(2, 1000, 3) * torch.tensor([[[1.0]], [[4.0]]]) + torch.tensor([[[0.0]], [[5.0]]])
    norm = nn.BatchNorm1d(3, momentum=1.0)
    norm(clips[crew.rank])
    crew.merge_statistics(norm)
    assert torch.allclose(norm.running_mean, clips.mean(dim=(0, 1)), atol=1e-3)
    assert torch.allclose(norm.running_var, clips.var(dim=(0, 1)), rtol=2e-3)
    if crew.leads:
        sys.stdout.write("sound\n")
