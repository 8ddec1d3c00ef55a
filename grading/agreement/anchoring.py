"""Whether a teacher who sees the model's level comes closer to it than one who does not: blind against shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .figures import TAIL, Figure, Floats, mean

ROUNDS = 2000  # of the bootstrap


@dataclass(frozen=True)
class Side:
    """Ratings of one kind; `lean` is the teacher minus the model, `apart` the same without its sign, in levels."""

    n: int
    lean: Figure
    apart: Figure


@dataclass(frozen=True)
class Anchoring:
    blind: Side
    shown: Side
    # Levels further from the model when blind; its interval by bootstrap over performances.
    pull: Figure


def anchoring(blind: Sequence[float], shown: Sequence[float]) -> Anchoring:
    """From the differences teacher minus model, one per performance; the same numbers give the same interval."""
    return Anchoring(_side(blind), _side(shown), _pull(np.abs(blind), np.abs(shown)))


def _side(differences: Sequence[float]) -> Side:
    return Side(len(differences), mean(differences), mean([abs(difference) for difference in differences]))


def _pull(blind: Floats, shown: Floats) -> Figure:
    chance = np.random.default_rng(0)
    draws = _means(blind, chance) - _means(shown, chance)
    low, high = np.quantile(draws, [TAIL, 1 - TAIL])
    return Figure(float(blind.mean() - shown.mean()), float(low), float(high))


def _means(values: Floats, chance: np.random.Generator) -> Floats:
    drawn: Floats = values[chance.integers(len(values), size=(ROUNDS, len(values)))].mean(axis=1)
    return drawn
