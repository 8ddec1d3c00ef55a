"""How good predicted ratings are: R², Spearman, within-passage pairs; with cluster bootstrap intervals.

`labels` and `predicted` are [performances, scales]; everything is reported per scale and as the mean over scales.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.benchmarks.percepiano.ratings import Floats, Ratings
from ml.benchmarks.percepiano.splits import Indices, Split
from ml.metrics import resamples, spearman

APART = 0.5  # of a rating point: pairs whose labels are closer are ties, and left out
ROUNDS = 300  # of the bootstrap
OTHERS = 3  # raters at least, beside the one who is judged against their mean
TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Score:
    """Means over scales (with `low` and `high` of 95 per cent), and each scale's own value. NaN: cannot be said."""

    mean: float
    low: float
    high: float
    scales: tuple[float, ...]


@dataclass(frozen=True)
class Scores:
    r2: Score  # against the mean of all that is predicted, folds pooled
    fold_r2: float  # against each fold's own mean, then the mean over folds, as the published figures are counted
    spearman: Score
    pairs: Score
    people: Score  # pairs between people alone, without renderings of the score
    r2_rounds: Floats  # [rounds]: the bootstrap's means, to compare two rows on the same draws


def scores(labels: Floats, predicted: Floats, split: Split, passages: Sequence[str], deadpan: Sequence[bool]) -> Scores:
    draws = resamples(split.clusters, rounds=ROUNDS)
    weights = np.vstack([np.ones(len(labels)), draws])
    r2, rank = (
        np.stack([metric(labels[:, k], predicted[:, k], weights) for k in range(labels.shape[1])], axis=1)
        for metric in (r_squared, spearman)
    )
    everyone = pairs_of(passages)
    people = everyone[~np.asarray(deadpan)[everyone].any(axis=1)]
    return Scores(
        _score(r2),
        fold_r_squared(labels, predicted, [test for _, test in split.folds]),
        _score(rank),
        _score(_agreeing(labels, predicted, everyone, split.clusters, weights)),
        _score(_agreeing(labels, predicted, people, split.clusters, weights)),
        _means(r2[1:]),
    )


def r_squared(labels: Floats, predicted: Floats, weights: Floats) -> Floats:
    """[rounds]: 1 - sum of squared errors / sum of squares about the weighted mean of `labels` itself."""
    mean = (weights @ labels) / weights.sum(axis=1)
    about = weights @ labels**2 - weights.sum(axis=1) * mean**2
    return 1 - (weights @ (labels - predicted) ** 2) / np.where(about > 1e-9, about, np.nan)


def fold_r_squared(labels: Floats, predicted: Floats, tests: Sequence[Indices]) -> float:
    values = []
    for test in tests:
        about = ((labels[test] - labels[test].mean(axis=0)) ** 2).sum(axis=0)
        wrong = ((labels[test] - predicted[test]) ** 2).sum(axis=0)
        values.append(np.mean(1 - wrong / np.where(about > 1e-9, about, np.nan)))
    return float(np.mean(values))


def pairs_of(passages: Sequence[str]) -> Indices:
    """[pairs, 2]: every two performances of one passage."""
    members: dict[str, list[int]] = defaultdict(list)
    for index, passage in enumerate(passages):
        members[passage].append(index)
    pairs = [(a, b) for group in members.values() for place, a in enumerate(group) for b in group[place + 1 :]]
    return np.array(pairs, np.int64).reshape(-1, 2)


def agreement(labels: Floats, predicted: Floats, pairs: Indices) -> tuple[Floats, Floats]:
    """For each pair, whether it counts (labels at least APART) and how right it is: 1, 0, or half for no preference."""
    truth, guess = (values[pairs[:, 0]] - values[pairs[:, 1]] for values in (labels, predicted))
    right = np.where(guess == 0, 0.5, np.sign(truth) == np.sign(guess))
    return (np.abs(truth) >= APART - 1e-9).astype(float), right.astype(float)


def _agreeing(labels: Floats, predicted: Floats, pairs: Indices, clusters: Sequence[str], weights: Floats) -> Floats:
    """[rounds, scales]. A pair inside one cluster stands as often as that cluster; across two, as their product."""
    names = np.asarray(clusters)
    first, second = weights[:, pairs[:, 0]], weights[:, pairs[:, 1]]
    times = np.where(names[pairs[:, 0]] == names[pairs[:, 1]], first, first * second)
    columns = []
    for k in range(labels.shape[1]):
        counts, right = agreement(labels[:, k], predicted[:, k], pairs)
        total = times @ counts
        columns.append((times @ (counts * right)) / np.where(total > 0, total, np.nan))
    return np.stack(columns, axis=1)


def _score(rounds: Floats) -> Score:
    """[1 + rounds, scales], the first row being the performances as they are."""
    value = rounds[0]
    drawn = _means(rounds[1:])
    low, high = np.quantile(drawn, TAILS) if len(drawn) else (float("nan"), float("nan"))
    return Score(float(np.mean(value)), float(low), float(high), tuple(map(float, value)))


def _means(rounds: Floats) -> Floats:
    """Mean over scales of each draw in which something can be said."""
    return np.array([np.nanmean(values) for values in rounds if not np.isnan(values).all()])


def gain(better: Scores, base: Scores) -> tuple[float, float, float]:
    """How much R² one row adds to another on the same performances: value, low, high (paired draws)."""
    apart = better.r2_rounds - base.r2_rounds
    low, high = np.nanquantile(apart, TAILS) if len(apart) else (float("nan"), float("nan"))
    return better.r2.mean - base.r2.mean, float(low), float(high)


@dataclass(frozen=True)
class Ceiling:
    """One rater against the mean of the others. `r2` takes the answers as they are; `line_r2` the best straight line
    through them for each scale (fitted on themselves, so a little too good); the intervals draw raters.

    `reliability` is ICC(1,k), per scale: the share of the mean rating's variance that is not noise, which no model can
    pass in expectation.
    """

    r2: Score
    line_r2: Score
    spearman: Score
    pairs: Score
    answers: int
    reliability: tuple[float, ...]


def ceiling(ratings: Ratings) -> Ceiling:
    columns = [_one_against_others(ratings, scale) for scale in range(len(ratings.scales))]
    names = sorted({rater for raters in ratings.raters for rater in raters})
    per_rater = np.vstack([np.ones(len(names)), resamples(names, rounds=ROUNDS)])
    weight_of = {name: per_rater[:, place] for place, name in enumerate(names)}
    values: dict[str, list[Floats]] = defaultdict(list)
    for own, others, who, where in columns:
        weights = np.stack([weight_of[name] for name in who], axis=1)
        values["r2"].append(r_squared(others, own, weights))
        values["line"].append(r_squared(others, np.polyval(np.polyfit(own, others, 1), own), weights))
        values["spearman"].append(spearman(others, own, weights))
        pairs = pairs_of(where)  # of one rater and one passage
        counts, right = agreement(others, own, pairs)
        times = weights[:, pairs[:, 0]]
        total = times @ counts
        values["pairs"].append((times @ (counts * right)) / np.where(total > 0, total, np.nan))
    made = {name: _score(np.stack(found, axis=1)) for name, found in values.items()}
    reliability = tuple(reliability_of(ratings, scale) for scale in range(len(ratings.scales)))
    return Ceiling(
        made["r2"], made["line"], made["spearman"], made["pairs"], sum(len(c[0]) for c in columns), reliability
    )


def _one_against_others(ratings: Ratings, scale: int) -> tuple[Floats, Floats, list[str], list[str]]:
    """Each answer, the mean of the others' to the same performance, who gave it, and 'rater passage'."""
    own, others, who, where = [], [], [], []
    for performance, table, raters in zip(ratings.performances, ratings.answers, ratings.raters, strict=True):
        column = table[:, scale]
        given = np.flatnonzero(~np.isnan(column))
        if len(given) <= OTHERS:
            continue
        for index in given:
            own.append(column[index])
            others.append((column[given].sum() - column[index]) / (len(given) - 1))
            who.append(raters[index])
            where.append(f"{raters[index]} {performance.passage}")
    return np.array(own), np.array(others), who, where


def reliability_of(ratings: Ratings, scale: int) -> float:
    """ICC(1,k) by one-way analysis of variance with unequal numbers of raters (Shrout and Fleiss 1979; k: harmonic)."""
    groups = [table[~np.isnan(table[:, scale]), scale] for table in ratings.answers]
    groups = [group for group in groups if len(group) > 1]
    if len(groups) < 2:
        return float("nan")
    sizes = np.array([len(group) for group in groups], float)
    means = np.array([group.mean() for group in groups])
    total = sizes.sum()
    between = (sizes * (means - (sizes * means).sum() / total) ** 2).sum() / (len(groups) - 1)
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (total - len(groups))
    return float(1 - within / between) if between > 0 else float("nan")
