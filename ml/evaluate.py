"""Labelled performances and a checkpoint → the report of how good it is, with its controls."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import breakdown, calibration, controls, features_store, metrics
from ml.checkpoint import Checkpoint, backbone_digest, load
from ml.data.examples import LabelledExample
from ml.features_store import ClipFeatures, FeaturesError
from ml.flags import flags
from ml.inference import Grader, heads_on, rows_of
from ml.learning_curve import learning_curve
from ml.report import Comparison, Example, Outcome, Report, margin

Floats = NDArray[np.float64]
FEWEST_AUDITED = 2  # performances; with fewer no figure means anything


def evaluate(
    examples: Sequence[LabelledExample], *, model: Path, against: Path | None = None, start: Path | None = None
) -> Report:
    """Judge `model` on the 'audit' part, beside its controls and, where given, paired with the model `against`.

    The controls learn from the 'train' part. With `start`, the model whose heads `model` was trained from, the report
    has a learning curve, for which heads are trained anew within `learning_curve.SECONDS`. Raises CheckpointError or
    FeaturesError for unusable files; clip features of another model are computed anew where the example names its
    proxy.
    """
    audit = [example for example in examples if example.split == "audit"]
    learned = [example for example in examples if example.split == "train"]
    if len(audit) < FEWEST_AUDITED:
        return Report.empty(examples)
    candidate = load(Path(model))
    features = features_of(audit, candidate)
    labels = np.array([example.level for example in audit])
    branches = probabilities(candidate, features)
    fused = branches["fused"]
    levels = {name: expected(rows) for name, rows in branches.items()}
    others = controls.shuffled(candidate.network.heads, features, audit)
    if learned:  # there is no most frequent level, and no nearest recording, among none
        guesses = {"majority": controls.majority(learned, audit), "metadata": controls.metadata(learned, audit)}
        others = guesses | others
    comparison, trouble, rival, theirs = None, [], "", None
    if against is not None:
        try:
            champion = load(Path(against))
            theirs = levels_by(champion, audit)
            comparison, rival = Comparison.of(audit, labels, levels["fused"], theirs), champion.digest
        except FeaturesError:
            trouble.append("The two models look at recordings differently, so they could not be compared here.")
    players = [example.player for example in audit]
    report = Report(
        performances=len(audit),
        players=len(set(players)),
        branches={name: Outcome.of(audit, labels, values) for name, values in levels.items()},
        controls={name: Outcome.of(audit, labels, values) for name, values in others.items()},
        calibration_error=metrics.expected_calibration_error(labels, fused),
        coverage=coverage(labels, fused, candidate.about.quantile),
        interval_width=width(fused, candidate.about.quantile),
        comparison=comparison,
        examples=[
            Example.of(
                example,
                {name: values[row] for name, values in levels.items()},
                bounds,
                fused[row],
                None if theirs is None else float(theirs[row]),
            )
            for row, (example, bounds) in enumerate(zip(audit, intervals(fused, candidate.about.quantile), strict=True))
        ],
        counts=Report.counted(examples),
        flags=(),
        margins={
            name: margin(audit, labels, levels["fused"], values)
            for name, values in (others | levels).items()
            if name != "fused"
        },
        reliability=breakdown.reliability(labels, fused, players),
        groups=breakdown.groups(audit, labels, levels["fused"]),
        learning=()
        if start is None
        else learning_curve(examples, features, start=load(Path(start)), candidate=candidate),
        against=rival,
    )
    return report.with_flags([*trouble, *flags(report)])


def levels_by(checkpoint: Checkpoint, examples: Sequence[LabelledExample]) -> Floats:
    """`[n]` expected levels. Raises FeaturesError."""
    return expected(probabilities(checkpoint, features_of(examples, checkpoint))["fused"])


def features_of(examples: Sequence[LabelledExample], checkpoint: Checkpoint) -> list[ClipFeatures]:
    """Clip features of this checkpoint's backbones: those at hand, or computed from the proxy."""
    backbone = backbone_digest(checkpoint)
    grader: Grader | None = None
    rows = []
    for example in examples:
        found = features_store.find(example.features, backbone=backbone)
        if found is None and example.proxy is not None:
            grader = grader or Grader(checkpoint)
            path = grader.features(
                example.proxy,
                example.crop,
                duration=example.duration,
                cache=example.features.parent,
                media_digest=example.id,
            )
            found = features_store.read(path, backbone=backbone)
        rows.append(features_store.read(example.features, backbone=backbone) if found is None else found)
    return rows


def probabilities(checkpoint: Checkpoint, features: Sequence[ClipFeatures]) -> dict[str, Floats]:
    """`[n, 10]` for each branch there is; 'fused' is always among them."""
    return rows_of(heads_on(checkpoint.network.heads, [features_store.averages(row) for row in features]))


def expected(rows: Floats) -> Floats:
    return np.array([calibration.expected(row) for row in rows])


def intervals(rows: Floats, quantile: float | None) -> list[tuple[int, int]]:
    return [calibration.whole_levels(row, quantile) for row in rows]


def coverage(labels: Floats, rows: Floats, quantile: float | None) -> float:
    """Share of performances whose whole level lies in the interval; 0.9 was promised."""
    whole = metrics.to_levels(labels)
    return float(
        np.mean([low <= level <= high for level, (low, high) in zip(whole, intervals(rows, quantile), strict=True)])
    )


def width(rows: Floats, quantile: float | None) -> float:
    """Mean number of levels in an interval."""
    return float(np.mean([high - low + 1 for low, high in intervals(rows, quantile)]))
