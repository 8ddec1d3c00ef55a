"""What figures must be seen beside: guesses that neither look nor listen, or that look at the wrong recording."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from ml import calibration, features_store, metrics
from ml.data.examples import LabelledExample
from ml.features_store import ClipFeatures
from ml.inference import heads_on
from ml.models.fusion import Heads

Floats = NDArray[np.float64]
SHUFFLES = 8  # orders over which a shuffled control is averaged


def majority(learned: Sequence[LabelledExample], audit: Sequence[LabelledExample]) -> Floats:
    """The level most frequent among the learned performances, for everybody."""
    counts = np.bincount(metrics.to_levels(np.array([example.level for example in learned])))
    return np.full(len(audit), float(counts.argmax()))


def metadata(learned: Sequence[LabelledExample], audit: Sequence[LabelledExample]) -> Floats:
    """The level of the one nearest learned performance by metadata alone, z-scored over the learned ones."""
    names = sorted({name for example in learned for name in example.metadata})
    if not names:
        return majority(learned, audit)
    known = _table(learned, names)
    scale = known.std(axis=0)
    scale[scale < 1e-9] = 1.0
    known, asked = known / scale, _table(audit, names) / scale
    distances = ((asked[:, None, :] - known[None, :, :]) ** 2).sum(axis=2)
    levels = np.array([example.level for example in learned], dtype=float)
    return levels[distances.argmin(axis=1)]


def shuffled(heads: Heads, features: Sequence[ClipFeatures], audit: Sequence[LabelledExample]) -> dict[str, Floats]:
    """The multimodal branch when one modality comes from another performance: `shuffled_visual`, `shuffled_aural`.

    Empty for a network with one modality. Each performance's level is its mean over several orders.
    """
    if heads.fused is None:
        return {}
    pairs = [features_store.averages(row) for row in features]
    dice = np.random.default_rng(0)
    visual, aural = [], []
    for _ in range(SHUFFLES):
        order = _derangement(len(audit), dice)
        visual.append(_levels(heads, [(pairs[other][0], pair[1]) for other, pair in zip(order, pairs, strict=True)]))
        aural.append(_levels(heads, [(pair[0], pairs[other][1]) for other, pair in zip(order, pairs, strict=True)]))
    return {"shuffled_visual": np.concatenate(visual), "shuffled_aural": np.concatenate(aural)}


def _levels(heads: Heads, pairs: list[tuple[torch.Tensor | None, torch.Tensor | None]]) -> Floats:
    rows = heads_on(heads, pairs).best.probabilities.cpu().numpy()
    return np.array([calibration.expected(row) for row in rows])


def _derangement(count: int, dice: np.random.Generator) -> NDArray[np.int64]:
    """An order in which nobody keeps their place: a random cycle."""
    cycle = dice.permutation(count)
    order = np.empty(count, dtype=np.int64)
    order[cycle] = np.roll(cycle, 1)
    return order


def _table(examples: Sequence[LabelledExample], names: Sequence[str]) -> Floats:
    return np.array([[example.metadata.get(name, 0.0) for name in names] for example in examples], dtype=float)
