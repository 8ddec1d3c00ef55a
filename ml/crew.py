"""Several processes that train one network together, as `torchrun` starts them; or one alone.

Gradients are added by hand and not by DistributedDataParallel: every process computes its share of one weighted mean,
so that performances that do not divide evenly count as they would in one process, a process without a share of the
last step stands by, and a process whose memory is short may halve its pieces without a word to the others.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ml.media.cage import die_with_parent

PATIENCE = timedelta(hours=6)  # one process may prepare long recordings while the others wait


@dataclass(frozen=True)
class Crew:
    """Who of how many this process is; the first leads: it alone writes and speaks."""

    rank: int = 0
    size: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def share(self, rows: Sequence[int] | NDArray[np.int64], fewest: int = 1) -> NDArray[np.int64]:
        """This process's part of `rows`, in their order: every part has `fewest` at least, or there are fewer parts."""
        parts = split(rows, self.size, fewest)
        return parts[self.rank] if self.rank < len(parts) else np.zeros(0, dtype=np.int64)

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Each tensor becomes its sum over all processes, in place and the same in each."""
        if self.size == 1:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        dist.all_reduce(flat)
        for tensor, part in zip(tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))

    def add_gradients(self, module: nn.Module) -> None:
        """The gradients of all processes; one that had no share gives zeros."""
        if self.size == 1:
            return
        for parameter in module.parameters():
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        self.add([parameter.grad for parameter in module.parameters() if parameter.grad is not None])

    def merge_statistics(self, module: nn.Module) -> None:
        """The running mean and variance of every batch norm become those of all processes' clips together.

        Within a step each process normalises by its own clips, as is usual; the law of total variance merges what
        they remember, so that one network is judged and saved.
        """
        norms = [norm for norm in module.modules() if isinstance(norm, _BatchNorm) and norm.track_running_stats]
        if self.size == 1 or not norms:
            return
        means = [norm.running_mean for norm in norms if norm.running_mean is not None]
        variances = [norm.running_var for norm in norms if norm.running_var is not None]
        squares = [variance + mean.square() for mean, variance in zip(means, variances, strict=True)]
        self.add([*means, *squares])
        for mean, square, variance in zip(means, squares, variances, strict=True):
            mean.div_(self.size)
            variance.copy_((square / self.size - mean.square()).clamp_min(0))

    def wait(self) -> None:
        """Until all processes have come here."""
        self.add([torch.zeros(1, device=self.device)])

    def agree(self, number: int) -> bool:
        """Whether every process holds the same number."""
        held = torch.zeros(self.size, dtype=torch.int64, device=self.device)
        held[self.rank] = number
        self.add([held])
        return bool((held == number).all())


def split(rows: Sequence[int] | NDArray[np.int64], parts: int, fewest: int = 1) -> list[NDArray[np.int64]]:
    """`rows` in at most `parts` parts of nearly one length, each of `fewest` rows where there are so many."""
    rows = np.asarray(rows, dtype=np.int64)
    return np.array_split(rows, max(1, min(parts, len(rows) // max(1, fewest))))


def present() -> Crew:
    """The crew that `assembled` has brought together; this process alone where none was."""
    device = torch.device("cuda", torch.cuda.current_device()) if torch.cuda.is_available() else torch.device("cpu")
    if not (dist.is_available() and dist.is_initialized()):
        return Crew(device=device)
    return Crew(dist.get_rank(), dist.get_world_size(), device)


@contextlib.contextmanager
def assembled() -> Iterator[Crew]:
    """Join the processes that torchrun started (WORLD_SIZE and its like say so): nccl on GPUs, gloo on CPUs.

    On Linux a process ends with the torchrun that started it, however that ended.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield present()
        return
    die_with_parent()
    gpu = torch.cuda.is_available()
    if gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if gpu else "gloo", timeout=PATIENCE)
    try:
        yield present()
    finally:
        dist.destroy_process_group()
