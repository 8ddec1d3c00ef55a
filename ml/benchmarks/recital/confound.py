"""Whether the level can be told from the recording instead of the playing, seen from the learned part alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml import controls, metrics
from ml.data.examples import LabelledExample
from ml.metrics import Estimate

SLIGHT = 0.1  # weighted kappa. Of 400 fair sets of 120, the interval of 32 lay above 0 and that of 7 above this


def telltale(learned: Sequence[LabelledExample]) -> Estimate:
    """Weighted kappa of the nearest other player's recording by metadata alone, among the learned performances.

    It needs no audit part, and so finds a confounded training part even where the audit is fair. Raises ValueError for
    performances of one player.
    """
    players = sorted({example.player for example in learned})
    if len(players) < 2:
        raise ValueError("Recordings of one player cannot show whether metadata tell the level of another's.")
    own, levels = [], []
    for player in players:
        asked = [example for example in learned if example.player == player]
        own += asked
        levels.append(controls.metadata([example for example in learned if example.player != player], asked))
    labels = np.array([example.level for example in own])
    return metrics.estimate(
        metrics.quadratic_weighted_kappa, labels, np.concatenate(levels), [example.player for example in own]
    )


def flag(told: Estimate) -> str | None:
    """What a careful reader would say of it; nothing where metadata tell nothing."""
    if not told.low > SLIGHT:
        return None
    return (
        f"Within the training part metadata alone reach a weighted kappa of {told.value:.2f} on players they have not "
        "met: whatever learns from it may learn the camera instead of the playing."
    )
