"""Where a model errs: by level, by piece, by player, by what else recordings share, and by how sure it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import metrics
from ml.data.examples import LabelledExample
from ml.metrics import Estimate

Floats = NDArray[np.float64]
FEWEST = 5  # players in a group (recordings of one player); with fewer a bootstrap interval would only look exact


@dataclass(frozen=True)
class Bin:
    """Performances about whose most likely level the model was between `low` and `high` sure, and how often it was
    right.
    """

    low: float
    high: float
    performances: int
    sure: float  # mean probability of the most likely level
    right: Estimate  # share whose most likely level is the label


@dataclass(frozen=True)
class Group:
    """Audited performances that share a level, a piece, a player, a course or a device. Bounds are NaN where there are
    fewer than FEWEST players (performances, for one player).
    """

    name: str
    performances: int
    players: int
    mae: Estimate  # levels off
    bias: float  # levels; above 0 where the model is kinder than the labels


def reliability(labels: Floats, probabilities: Floats, players: Sequence[str]) -> tuple[Bin, ...]:
    """The diagram of Guo et al. 2017, figure 1: bins that hold anything, from unsure to sure.

    Its gaps, weighted by how many performances lie in each bin, are `metrics.expected_calibration_error`.
    """
    sure, right = metrics.sureness(labels, probabilities)
    place, names = metrics.bin_of(sure), np.asarray(players)
    return tuple(
        Bin(
            low=int(b) / metrics.BINS,
            high=(int(b) + 1) / metrics.BINS,
            performances=int((place == b).sum()),
            sure=float(sure[place == b].mean()),
            right=metrics.share(right[place == b], names[place == b].tolist()),
        )
        for b in np.unique(place)
    )


def groups(audit: Sequence[LabelledExample], labels: Floats, levels: Floats) -> dict[str, tuple[Group, ...]]:
    """`level` from low to high, `piece`, `player` and what the examples' own groups name from the largest error to the
    smallest; a recording of which such a group is not known stands in none of its kind.

    The bootstrap draws players; within one player it draws recordings.
    """

    def by(key: Callable[[LabelledExample], str | None], unit: Callable[[LabelledExample], str]) -> list[Group]:
        rows: dict[str, list[int]] = {}
        for row, example in enumerate(audit):
            if (name := key(example)) is not None:
                rows.setdefault(name, []).append(row)
        return [_group(name, [audit[row] for row in own], labels[own], levels[own], unit) for name, own in rows.items()]

    def level(example: LabelledExample) -> str:
        return str(metrics.to_levels(np.array([example.level]))[0])

    def own(kind: str) -> Callable[[LabelledExample], str | None]:
        return lambda example: example.groups.get(kind)

    found = {
        "level": tuple(sorted(by(level, _player), key=lambda group: int(group.name))),
        "piece": tuple(sorted(by(lambda example: example.piece, _player), key=_worst_first)),
        "player": tuple(sorted(by(_player, lambda example: example.id), key=_worst_first)),
    }
    kinds = sorted({kind for example in audit for kind in example.groups})
    return found | {kind: tuple(sorted(by(own(kind), _player), key=_worst_first)) for kind in kinds}


def _group(
    name: str,
    examples: Sequence[LabelledExample],
    labels: Floats,
    levels: Floats,
    unit: Callable[[LabelledExample], str],
) -> Group:
    units = [unit(example) for example in examples]
    if len(set(units)) < FEWEST:
        value = metrics.value(metrics.mean_absolute_error, labels, levels)
        mae = Estimate(value, float("nan"), float("nan"))
    else:
        mae = metrics.estimate(metrics.mean_absolute_error, labels, levels, units)
    players = len({example.player for example in examples})
    return Group(name, len(examples), players, mae, float(np.mean(levels - labels)))


def _player(example: LabelledExample) -> str:
    return example.player


def _worst_first(group: Group) -> tuple[float, str]:
    return -group.mae.value, group.name
