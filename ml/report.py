"""The report of one evaluation: every figure with its interval, beside its controls, and what it means in words."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import calibration, metrics
from ml.breakdown import Bin, Group
from ml.data.examples import LabelledExample
from ml.metrics import Estimate

Floats = NDArray[np.float64]
DIGITS = 5  # of a stored probability
NAMES = {
    "majority": "always saying the most frequent level",
    "metadata": "the nearest recording by its metadata alone",
    "shuffled_visual": "the model with the picture of another recording",
    "shuffled_aural": "the model with the sound of another recording",
}


@dataclass(frozen=True)
class Outcome:
    """One judge's figures over all audited performances; errors in levels, shares and correlations from 0 to 1."""

    exact: Estimate
    within_one: Estimate
    mae: Estimate
    qwk: Estimate
    spearman: Estimate

    @classmethod
    def of(cls, audit: Sequence[LabelledExample], labels: Floats, levels: Floats) -> Outcome:
        """`levels` holds one level per performance, or several rounds of them one after the other."""
        rounds = len(levels) // len(labels)
        truth, players = np.tile(labels, rounds), [example.player for example in audit] * rounds
        return cls(
            **{name: metrics.estimate(metric, truth, levels, players) for name, metric in metrics.METRICS.items()}
        )


@dataclass(frozen=True)
class Difference:
    """Candidate minus champion on the same performances; NaN bounds where there are too few players."""

    candidate: float
    champion: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """The candidate's multimodal branch beside the champion's."""

    exact: Difference
    within_one: Difference
    mae: Difference
    qwk: Difference
    spearman: Difference

    @classmethod
    def of(cls, audit: Sequence[LabelledExample], labels: Floats, levels: Floats, others: Floats) -> Comparison:
        players = [example.player for example in audit]

        def beside(metric: metrics.Metric) -> Difference:
            gap = metrics.difference(metric, labels, levels, others, players)
            return Difference(
                metrics.value(metric, labels, levels),
                metrics.value(metric, labels, others),
                gap.value,
                gap.low,
                gap.high,
            )

        return cls(**{name: beside(metric) for name, metric in metrics.METRICS.items()})


def margin(audit: Sequence[LabelledExample], labels: Floats, levels: Floats, others: Floats) -> Estimate:
    """Mean error of `levels` minus that of `others`, paired; `others` may hold several rounds one after the other."""
    rounds = len(others) // len(labels)
    truth, players = np.tile(labels, rounds), [example.player for example in audit] * rounds
    return metrics.difference(metrics.mean_absolute_error, truth, np.tile(levels, rounds), others, players)


@dataclass(frozen=True)
class Example:
    """One audited performance: its label, what each branch expected, the interval in whole levels, and the distribution
    over the ten. `champion` is what the model that it was judged beside expected. The gate is asked of these alone.
    """

    id: str
    player: str
    piece: str
    level: float
    visual: float
    aural: float
    fused: float
    low: int
    high: int
    probabilities: tuple[float, ...] = ()
    champion: float | None = None
    groups: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        example: LabelledExample,
        levels: Mapping[str, float],
        bounds: tuple[int, int],
        probabilities: Floats,
        champion: float | None,
    ) -> Example:
        fused = float(levels["fused"])
        return cls(
            example.id,
            example.player,
            example.piece,
            example.level,
            float(levels.get("visual", fused)),
            float(levels.get("aural", fused)),
            fused,
            *bounds,
            tuple(round(float(share), DIGITS) for share in probabilities),
            champion,
            dict(example.groups),
        )


@dataclass(frozen=True)
class Point:
    """What heads reach that learned from `players` players; `mae` in levels, both with intervals over audited players.

    Averaged over `draws` choices of players; `performances` is their mean number.
    """

    players: int
    performances: float
    draws: int
    mae: Estimate
    qwk: Estimate


@dataclass(frozen=True)
class Report:
    """`coverage` is the share of labels inside their intervals (`promised` was aimed at), `interval_width` their mean
    number of levels. `margins` are the model's mean error minus that of each control and other branch, paired, in
    levels: below zero where the model is closer. An evaluation without enough audited performances has neither branches
    nor controls.
    """

    performances: int
    players: int
    branches: Mapping[str, Outcome]
    controls: Mapping[str, Outcome]
    calibration_error: float
    coverage: float
    interval_width: float
    comparison: Comparison | None
    examples: Sequence[Example]
    counts: Mapping[str, Mapping[str, int]]  # part → performances, players
    flags: tuple[str, ...]
    promised: float = calibration.COVERAGE
    margins: Mapping[str, Estimate] = field(default_factory=dict)
    reliability: Sequence[Bin] = ()
    groups: Mapping[str, Sequence[Group]] = field(default_factory=dict)  # level, piece, player, and the examples' own
    learning: Sequence[Point] = ()  # from no players to all; empty where it was not asked for
    against: str = ""  # SHA-256 of the model it was compared with

    @classmethod
    def empty(cls, examples: Sequence[LabelledExample]) -> Report:
        audited = [example for example in examples if example.split == "audit"]
        nan = float("nan")
        sentence = "The audit part holds too few recordings, so nothing can be said of how good this model is."
        return cls(
            len(audited), len({example.player for example in audited}), {}, {}, nan, nan, nan, None, (),
            cls.counted(examples), (sentence,),
        )  # fmt: skip

    @staticmethod
    def counted(examples: Sequence[LabelledExample]) -> dict[str, dict[str, int]]:
        parts = Counter(example.split for example in examples)
        players = {part: {example.player for example in examples if example.split == part} for part in parts}
        return {part: {"performances": count, "players": len(players[part])} for part, count in parts.items()}

    def with_flags(self, sentences: Sequence[str]) -> Report:
        return dataclasses.replace(self, flags=tuple(sentences))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a database or a file; what is not a number becomes null."""
        return plain(dataclasses.asdict(self))  # type: ignore[no-any-return]


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
