"""Bland & Altman, The Lancet 327:307 (1986): how far two judges differ, and within what bounds nearly always."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .figures import Figure, mean, t_quantile

SPREAD = 1.96  # standard deviations that hold 95 of 100 differences; the paper rounds to 2


@dataclass(frozen=True)
class Limits:
    """The mean difference, and the limits of agreement around it, each with its interval."""

    bias: Figure
    lower: Figure
    upper: Figure


def limits_of_agreement(differences: Sequence[float], *, spread: float = SPREAD) -> Limits:
    """Of at least two differences. The standard error of a limit is √(3 s² / n), as in the paper."""
    n, bias = len(differences), mean(differences)
    deviation = float(np.std(differences, ddof=1))
    half = t_quantile(n - 1) * math.sqrt(3 / n) * deviation

    def limit(value: float) -> Figure:
        return Figure(value, value - half, value + half)

    return Limits(bias, limit(bias.value - spread * deviation), limit(bias.value + spread * deviation))
