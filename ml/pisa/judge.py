"""Figures over the tested samples, with intervals that draw whole performances again: their samples err together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import metrics
from ml.data.pisa import Pisa, Sample
from ml.evaluate import expected
from ml.metrics import Estimate
from ml.pisa import shortcut
from ml.pisa.learn import Learned, labels_of
from ml.pisa.splits import Split
from ml.report import Outcome

Floats = NDArray[np.float64]


def outcome(samples: Sequence[Sample], likely: Floats, mean: Floats) -> Outcome:
    """Exact and ±1 accuracy read the most `likely` level, as the papers do; the others the expected one, `mean`.

    Both hold one level per sample, or several rounds of them one after the other.
    """
    rounds = len(likely) // len(samples)
    labels, clusters = np.tile(labels_of(samples), rounds), clusters_of(samples) * rounds
    read = {"exact": likely, "within_one": likely}
    return Outcome(
        **{
            name: metrics.estimate(metric, labels, read.get(name, mean), clusters)
            for name, metric in metrics.METRICS.items()
        }
    )


def outcome_of_rows(samples: Sequence[Sample], rows: Floats) -> Outcome:
    """From `[n, 10]` or `[rounds · n, 10]` probabilities."""
    return outcome(samples, likeliest(rows), expected(rows))


@dataclass(frozen=True)
class Row:
    """A variant in one protocol: every branch ('fused' is the one that counts), its shuffled controls, and its start.

    `lead` is its exact accuracy minus that of the nearest camera, on the same samples. `trouble` says why there are
    no figures.
    """

    variant: str
    ratio: str
    published: Mapping[str, float]  # paper → accuracy in per cent
    branches: Mapping[str, Outcome]
    shuffled: Mapping[str, Outcome]
    lead: Estimate | None
    epoch: int
    seconds: float
    started_from: Mapping[str, str]
    checkpoint: str
    trouble: str = ""


@dataclass(frozen=True)
class Protocol:
    """One protocol: how much was used, the controls that neither look nor listen, and the rows."""

    name: str
    train: int
    validation: int
    test: int
    performances: int  # tested
    controls: Mapping[str, Outcome]
    rows: tuple[Row, ...]


def controls(pisa: Pisa, parts: Split) -> dict[str, Outcome]:
    """Majority, crop box and frame rate, crop box alone."""
    return {name: outcome(parts.test, levels, levels) for name, levels in shortcut.guesses(pisa, parts).items()}


def judged(pisa: Pisa, parts: Split, learned: Learned) -> tuple[dict[str, Outcome], dict[str, Outcome], Estimate]:
    """Branches, shuffled controls, and the lead over the nearest camera."""
    camera = shortcut.guesses(pisa, parts)["metadata"]
    lead = metrics.difference(
        metrics.exact, labels_of(parts.test), likeliest(learned.rows["fused"]), camera, clusters_of(parts.test)
    )
    return (
        {name: outcome_of_rows(parts.test, rows) for name, rows in learned.rows.items()},
        {name: outcome_of_rows(parts.test, rows) for name, rows in learned.shuffled.items()},
        lead,
    )


def likeliest(rows: Floats) -> Floats:
    """`[n, 10]` to `[n]`, levels 1 to 10."""
    return rows.argmax(axis=1) + 1.0


def clusters_of(samples: Sequence[Sample]) -> list[str]:
    return [str(sample.performance) for sample in samples]
