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
from ml.metrics import resamples, spearman, value

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
    spearman: tuple[float, ...]  # of each scale
    pairs: Score
    people: Score  # pairs between people alone, without renderings of the score
    r2_rounds: Floats  # [rounds]: the bootstrap's means, to compare two rows on the same draws


def scores(labels: Floats, predicted: Floats, split: Split, passages: Sequence[str], deadpan: Sequence[bool]) -> Scores:
    draws = Draws.of(split.clusters)
    r2 = r_squared(labels, predicted, draws)
    everyone = pairs_of(passages)
    people = everyone[~np.asarray(deadpan)[everyone].any(axis=1)]
    return Scores(
        _score(r2),
        fold_r_squared(labels, predicted, [test for _, test in split.folds]),
        ranked(labels, predicted),
        _score(_agreeing(labels, predicted, everyone, draws)),
        _score(_agreeing(labels, predicted, people, draws)),
        _means(r2[1:]),
    )


@dataclass(frozen=True)
class Draws:
    """`own[i]`: the cluster of performance i; `times` [1 + rounds, clusters]: how often each is drawn, first once."""

    own: Indices
    times: Floats

    @staticmethod
    def of(clusters: Sequence[str]) -> Draws:
        names, own = np.unique(np.asarray(clusters), return_inverse=True)
        return Draws(own, np.vstack([np.ones(len(names)), resamples(names, rounds=ROUNDS)]))

    def sums(self, values: Floats) -> Floats:
        """[n, ...] summed over every draw: [1 + rounds, ...]."""
        within = np.zeros((self.times.shape[1], *values.shape[1:]))
        np.add.at(within, self.own, values)
        return np.tensordot(self.times, within, axes=1)


def r_squared(labels: Floats, predicted: Floats, draws: Draws) -> Floats:
    """[1 + rounds, scales]: 1 - sum of squared errors / sum of squares about the mean of the labels drawn."""
    labels, predicted = labels - labels.mean(axis=0), predicted - labels.mean(axis=0)
    count = draws.sums(np.ones((len(labels), 1)))
    about = draws.sums(labels**2) - draws.sums(labels) ** 2 / count
    return 1 - draws.sums((labels - predicted) ** 2) / np.where(about > 1e-9, about, np.nan)


def ranked(labels: Floats, predicted: Floats) -> tuple[float, ...]:
    """Spearman's rank correlation for each scale."""
    return tuple(value(spearman, labels[:, k], predicted[:, k]) for k in range(labels.shape[1]))


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


def _agreeing(labels: Floats, predicted: Floats, pairs: Indices, draws: Draws) -> Floats:
    """[1 + rounds, scales]. A pair inside one cluster stands as often as that cluster; across two, as their product."""
    count, right = agreement(labels, predicted, pairs)
    clusters = draws.times.shape[1]
    first, second = draws.own[pairs[:, 0]], draws.own[pairs[:, 1]]
    table = np.zeros((clusters, clusters, 2, labels.shape[1]))
    np.add.at(table, (first, second), np.stack([count, count * right], axis=1))
    inside = table[np.arange(clusters), np.arange(clusters)].copy()
    table[np.arange(clusters), np.arange(clusters)] = 0
    total = np.tensordot(draws.times, inside, axes=1)
    if table.any():
        across = np.tensordot(draws.times, table.transpose(1, 0, 2, 3), axes=1)  # [draws, first cluster, 2, scales]
        total += np.einsum("da,dask->dsk", draws.times, across)
    return total[:, 1] / np.where(total[:, 0] > 0, total[:, 0], np.nan)


def _score(rounds: Floats) -> Score:
    """[1 + rounds, scales], the first row being the performances as they are."""
    first = rounds[0]
    drawn = _means(rounds[1:])
    low, high = np.quantile(drawn, TAILS) if len(drawn) else (float("nan"), float("nan"))
    return Score(float(np.mean(first)), float(low), float(high), tuple(map(float, first)))


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
    spearman: tuple[float, ...]
    pairs: Score
    answers: int
    reliability: tuple[float, ...]


def ceiling(ratings: Ratings) -> Ceiling:
    names = sorted({rater for raters in ratings.raters for rater in raters})
    place = {name: index for index, name in enumerate(names)}
    times = Draws.of(names).times
    values: dict[str, list[Floats]] = defaultdict(list)
    ranks, answers = [], 0
    for scale in range(len(ratings.scales)):
        own, others, who, where = _one_against_others(ratings, scale)
        draws = Draws(np.array([place[name] for name in who]), times)
        line = np.polyval(np.polyfit(own, others, 1), own)
        own, others = own[:, None], others[:, None]
        values["r2"].append(r_squared(others, own, draws))
        values["line"].append(r_squared(others, line[:, None], draws))
        values["pairs"].append(_agreeing(others, own, pairs_of(where), draws))  # of one rater and one passage
        ranks += ranked(others, own)
        answers += len(own)
    made = {name: _score(np.concatenate(found, axis=1)) for name, found in values.items()}
    reliability = tuple(reliability_of(ratings, scale) for scale in range(len(ratings.scales)))
    return Ceiling(made["r2"], made["line"], tuple(ranks), made["pairs"], answers, reliability)


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
