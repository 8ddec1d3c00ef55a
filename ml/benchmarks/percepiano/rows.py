"""Ways to foresee ratings from fixed descriptions: ridge regression, straight or through a Gaussian kernel.

Strength and width are chosen on inner folds of whole groups inside the training part, never on what is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ml.benchmarks.percepiano.ratings import Floats
from ml.benchmarks.percepiano.splits import Indices, Split, folds

STRENGTHS = tuple(10.0**power for power in (-1, 0, 1, 2, 3, 4))  # of the ridge, on standardised values
KERNEL_STRENGTHS = (0.1, 0.3, 1.0, 3.0)
WIDTHS = (0.5, 2.0)  # of the kernel, times the number of values
INNER = 3  # folds


@dataclass(frozen=True)
class Row:
    """`learn(labels, split, train, test)` gives [test, scales]. `beside`: the row whose R² it is compared with."""

    name: str
    learn: Callable[[Floats, Split, Indices, Indices], Floats]
    beside: str | None = None


def predict(row: Row, labels: Floats, split: Split) -> Floats:
    """[performances, scales]: each foreseen by what was learned without its fold."""
    foreseen = np.full(labels.shape, np.nan)
    for train, test in split.folds:
        foreseen[test] = row.learn(labels, split, train, test)
    return foreseen


def average(labels: Floats, split: Split, train: Indices, test: Indices) -> Floats:
    """The training part's mean, whoever plays."""
    return np.tile(labels[train].mean(axis=0), (len(test), 1))


def one_hot(*columns: Sequence[str]) -> Floats:
    """[n, all values of all columns] of zeros and ones."""
    tables = [np.unique(np.asarray(column), return_inverse=True)[1] for column in columns]
    return np.concatenate([np.eye(places.max() + 1)[places] for places in tables], axis=1)


def ridge(features: Floats, *, kernel: bool = False) -> Callable[[Floats, Split, Indices, Indices], Floats]:
    """Learn from `features` [performances, values], standardised on the training part."""

    def learn(labels: Floats, split: Split, train: Indices, test: Indices) -> Floats:
        grid = [(width, strength) for width in WIDTHS for strength in KERNEL_STRENGTHS] if kernel else None
        choices = grid or [(None, strength) for strength in STRENGTHS]
        groups = [split.groups[index] for index in train]
        inner = folds(groups, INNER, seed=0)
        if len(inner) < 2:
            inner = folds([split.clusters[index] for index in train], INNER, seed=0)
        wrong = np.zeros((len(choices), labels.shape[1]))
        for fit, check in inner:
            errors = _tried(features[train[fit]], labels[train[fit]], features[train[check]], choices)
            wrong += np.stack([((found - labels[train[check]]) ** 2).sum(axis=0) for found in errors])
        best = wrong.argmin(axis=0)
        found = _tried(features[train], labels[train], features[test], choices)
        return np.stack([found[choice][:, scale] for scale, choice in enumerate(best)], axis=1)

    return learn


def _tried(known: Floats, labels: Floats, asked: Floats, choices: Sequence[tuple[float | None, float]]) -> list[Floats]:
    """What each choice of (kernel width or None, strength) foresees for `asked`: [asked, scales] each."""
    mean, spread = known.mean(axis=0), known.std(axis=0)
    keep = spread > 1e-9
    known, asked = (np.clip((part[:, keep] - mean[keep]) / spread[keep], -5, 5) for part in (known, asked))
    middle = labels.mean(axis=0)
    return [middle + _solved(known, labels - middle, asked, *choice) for choice in choices]


def _solved(known: Floats, labels: Floats, asked: Floats, width: float | None, strength: float) -> Floats:
    if width is None:
        inner = known.T @ known
        return asked @ np.linalg.solve(inner + strength * np.eye(len(inner)), known.T @ labels)
    alike = _alike(known, known, width)
    return _alike(asked, known, width) @ np.linalg.solve(alike + strength * np.eye(len(alike)), labels)


def _alike(left: Floats, right: Floats, width: float) -> Floats:
    """[left, right]: exp(-distance² / (2 · width · values))."""
    distance = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.exp(-np.maximum(distance, 0) / (2 * width * max(1, left.shape[1])))
