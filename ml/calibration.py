"""Split-conformal intervals around the expected level.

Source: Lei et al., 'Distribution-Free Predictive Inference for Regression' (JASA 2018), sections 2.2 and 5.2 (locally
weighted). The score of a labelled performance is |expected level - label| in units of the distribution's own spread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

LEVELS = 10
COVERAGE = 0.9
LEAST_SPREAD = 0.5  # levels: however sure the network is, an interval is not measured in less
FEWEST_SCORES = 20  # fewer residuals than this say too little of a 90 % quantile
UNCALIBRATED = 2.5  # spreads: a wide interval for a model that has never been calibrated

Distribution = Sequence[float] | np.ndarray


def expected(probabilities: Distribution) -> float:
    """Ten probabilities to the expected level, 1 to 10."""
    return float(np.dot(probabilities, np.arange(1, LEVELS + 1)))


def spread(probabilities: Distribution) -> float:
    """Standard deviation in levels, at least LEAST_SPREAD."""
    levels = np.arange(1, LEVELS + 1)
    variance = float(np.dot(probabilities, (levels - expected(probabilities)) ** 2))
    return max(LEAST_SPREAD, math.sqrt(max(0.0, variance)))


def score(probabilities: Distribution, level: float) -> float:
    """How far off a prediction was, in its own spreads."""
    return abs(expected(probabilities) - level) / spread(probabilities)


def quantile(scores: Sequence[float] | np.ndarray, coverage: float = COVERAGE) -> float:
    """The ⌈(n+1)·coverage⌉-th smallest score: a new one stays within it with at least this probability.

    Raises ValueError when n is too small for the coverage (9 for 90 %).
    """
    rank = math.ceil((len(scores) + 1) * coverage)
    if rank > len(scores):
        raise ValueError(f"{len(scores)} scores are too few for a coverage of {coverage}")
    return float(np.sort(np.asarray(scores, dtype=float))[rank - 1])


def reach(probabilities: Distribution, quantile: float | None) -> tuple[float, float]:
    """The interval around the expected level, in levels, kept within 1 and 10."""
    half = (UNCALIBRATED if quantile is None else quantile) * spread(probabilities)
    middle = expected(probabilities)
    return max(1.0, middle - half), min(float(LEVELS), middle + half)


def whole_levels(probabilities: Distribution, quantile: float | None) -> tuple[int, int]:
    """The whole levels within `reach`, at least one: a whole label lies in here as often as in the exact interval."""
    low, high = reach(probabilities, quantile)
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if first > last:
        first = last = round(expected(probabilities))
    return first, last
