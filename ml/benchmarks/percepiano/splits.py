"""Who must not stand on both sides: groups of performances, and folds made of whole groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.benchmarks.percepiano.midi import Playing
from ml.benchmarks.percepiano.ratings import DEADPAN, Performance

FOLDS = 4
RUN = 6  # notes in a row, by onset and pitch, that make two passages comparable
SHARED = 0.5  # of the shorter passage's runs: then both hold the same music

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """`groups[i]` is what performance i belongs to; `clusters[i]` what the bootstrap draws."""

    name: str
    groups: tuple[str, ...]
    clusters: tuple[str, ...]
    folds: tuple[tuple[Indices, Indices], ...]  # train, test


def splits(performances: Sequence[Performance], playings: Sequence[Playing], *, seed: int) -> dict[str, Split]:
    """All splits by name. Works are too few to draw from, so there the bootstrap draws passages."""
    passages = tuple(performance.passage for performance in performances)
    performers = tuple(performance.performer for performance in performances)
    works = tuple(performance.work for performance in performances)
    music = same_music(performances, playings)
    plans = {
        "leave-passage-out": (passages, passages),
        "leave-music-out": (music, music),
        "leave-performer-out": (performers, performers),
        "leave-work-out": (works, passages),
    }
    return {
        name: Split(name, groups, clusters, folds(groups, FOLDS, seed=seed))
        for name, (groups, clusters) in plans.items()
    }


def folds(groups: Sequence[str], count: int, *, seed: int) -> tuple[tuple[Indices, Indices], ...]:
    """(train, test) for each fold; whole groups, dealt so that folds are about equally large; at most one per group."""
    names, own, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    count = min(count, len(names))
    load, place = np.zeros(count), np.zeros(len(names), int)
    order = np.random.default_rng(seed).permutation(len(names))
    for name in sorted(order, key=lambda name: -sizes[name]):
        place[name] = int(load.argmin())
        load[place[name]] += sizes[name]
    where = place[own]
    return tuple((np.flatnonzero(where != fold), np.flatnonzero(where == fold)) for fold in range(count))


def same_music(performances: Sequence[Performance], playings: Sequence[Playing]) -> tuple[str, ...]:
    """Groups of passages that hold the same notes: 16 bars over their own 8, and the returns of a rondo's theme.

    Judged on the rendering of each passage's score (its first performance where there is none).
    """
    shown: dict[str, Playing] = {}
    for performance, playing in zip(performances, playings, strict=True):
        if performance.passage not in shown or performance.player == DEADPAN:
            shown[performance.passage] = playing
    runs = {passage: _runs(playing) for passage, playing in shown.items()}
    head = {passage: passage for passage in runs}

    def first(passage: str) -> str:
        while head[passage] != passage:
            passage = head[passage]
        return passage

    holders: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for passage in sorted(runs):
        common: dict[str, int] = defaultdict(int)
        for run in runs[passage]:
            for other in holders[run]:
                common[other] += 1
            holders[run].append(passage)
        for other, count in common.items():
            if count >= SHARED * min(len(runs[passage]), len(runs[other])):
                head[first(passage)] = first(other)
    return tuple(first(performance.passage) for performance in performances)


def _runs(playing: Playing) -> set[tuple[int, ...]]:
    pitches = [note.pitch for note in sorted(playing.notes, key=lambda note: (round(note.onset, 2), note.pitch))]
    return {tuple(pitches[at : at + RUN]) for at in range(max(1, len(pitches) - RUN + 1))}
