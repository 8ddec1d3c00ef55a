"""How unsure the model is of one recording, in levels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

LEVELS = np.arange(1, 11)


def uncertainty(fused: Sequence[float]) -> float:
    """The standard deviation, in levels, of what the model says: `[10]` probabilities, level 1 first.

    Of picture and sound together alone. That they contradict each other was tried as well, by itself and joined to the
    spread by the law of total variance: labels chosen so taught less (docs/decisions.md has the figures).
    """
    said = np.asarray(fused, dtype=float)
    variance = float(said @ LEVELS**2) - float(said @ LEVELS) ** 2
    return math.sqrt(max(variance, 0.0))
