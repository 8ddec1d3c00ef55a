"""PercePiano as released: `ratings.csv` and `midi/`.

Source: Park et al., 'Piano performance evaluation dataset with multilevel perceptual features' (Scientific Reports
14:23002, 2024); repository JonghoKimSNU/PercePiano.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NAME = re.compile(r"(?P<piece>.+)_(?P<bars>\d+)bars_(?P<player>Score2?|\d+)_(?P<segment>\d+)")
WORKS = ("Beethoven_WoO80", "Schubert_D960_mv2", "Schubert_D960_mv3")
LOWEST, HIGHEST = 1.0, 7.0
DEADPAN = "Score"  # the 'performer' of the renderings of the score

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Performance:
    """One segment by one player, with its file."""

    name: str
    piece: str  # as it is named, a variation being a piece
    bars: int
    player: str
    segment: str
    file: Path

    @property
    def passage(self) -> str:
        """The same notes, whoever plays them."""
        return f"{self.piece}_{self.bars}bars_{self.segment}"

    @property
    def work(self) -> str:
        return next(work for work in WORKS if self.piece.startswith(work))

    @property
    def performer(self) -> str:
        """The player's number, the same number in another work taken for the same person; both renderings are one."""
        return DEADPAN if self.player.startswith(DEADPAN) else self.player


@dataclass(frozen=True)
class Ratings:
    """What people said: `answers[i]` is rater × scale (NaN: don't know) of `performances[i]`, a row for each rater."""

    performances: tuple[Performance, ...]
    scales: tuple[str, ...]
    answers: tuple[Floats, ...]
    raters: tuple[tuple[str, ...], ...]
    rows: int
    duplicates: int  # verbatim the same as a row before
    again: int  # a rater's further rating of the same performance: averaged with the first
    left_out: tuple[str, ...]  # what could not be used, in a sentence each

    @property
    def means(self) -> Floats:
        """[performances, scales]: each rater counts once."""
        return np.stack([np.nanmean(rows, axis=0) for rows in self.answers])


def read_ratings(root: Path, *, scales: tuple[str, ...] | None = None, limit: int | None = None) -> Ratings:
    """Everything under `root`, or `limit` whole passages spread over the works; `scales` by name, all by default.

    Raises FileNotFoundError where there is no ratings.csv, ValueError for a scale that is not there or nothing usable.
    """
    with (root / "ratings.csv").open(newline="", encoding="utf-8") as lines:
        head, *rows = list(csv.reader(lines))
    chosen = tuple(scales or head[2:])
    unknown = [scale for scale in chosen if scale not in head[2:]]
    if unknown:
        raise ValueError(f"There is no scale called {', '.join(unknown)}. There are: {', '.join(head[2:])}.")
    columns = [head.index(scale) for scale in chosen]
    left_out: list[str] = []
    said: dict[str, dict[str, list[Floats]]] = defaultdict(lambda: defaultdict(list))
    seen: set[tuple[str, ...]] = set()
    duplicates = again = 0
    empty: list[int] = []
    for number, row in enumerate(rows, start=2):
        if len(row) != len(head):
            left_out.append(f"Line {number} of ratings.csv has {len(row)} values instead of {len(head)}.")
            continue
        if tuple(row) in seen:
            duplicates += 1
            continue
        seen.add(tuple(row))
        try:
            answer = np.array([_answer(row[column]) for column in columns])
        except ValueError as error:
            left_out.append(f"Line {number} of ratings.csv: {error}.")
            continue
        if np.isnan(answer).all():
            empty.append(number)
            continue
        again += bool(said[row[1]][row[0]])
        said[row[1]][row[0]].append(answer)
    if empty:
        left_out.append(f"{len(empty)} lines of ratings.csv answer nothing: {in_ranges(empty)}.")
    performances = _performances(root / "midi", set(said), left_out)
    if limit is not None:
        performances = _few(performances, limit)
    kept, answers, raters = [], [], []
    for performance in performances:
        by_rater = said[performance.name]
        table = np.stack([_mean(rows) for rows in by_rater.values()])
        if np.isnan(table).all(axis=0).any():
            left_out.append(f"{performance.name} has a scale that nobody rated.")
            continue
        kept.append(performance)
        answers.append(table)
        raters.append(tuple(by_rater))
    if not kept:
        raise ValueError(f"{root} holds no rated performance.")
    return Ratings(tuple(kept), chosen, tuple(answers), tuple(raters), len(rows), duplicates, again, tuple(left_out))


def parse_name(name: str, file: Path) -> Performance | None:
    """None where the name is not `<work>_<N>bars_<player>_<segment>` of a known work."""
    found = NAME.fullmatch(name)
    if not found or not found["piece"].startswith(WORKS):
        return None
    return Performance(name, found["piece"], int(found["bars"]), found["player"], found["segment"], file)


def in_ranges(numbers: Sequence[int]) -> str:
    """Rising whole numbers in words: '3, 7 to 9'."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _performances(folder: Path, rated: set[str], left_out: list[str]) -> list[Performance]:
    files = {file.stem: file for file in folder.glob("*.mid")}
    left_out += [f"{name} was rated, but its MIDI file is not there." for name in sorted(rated - set(files))]
    left_out += [f"{name} was rated by nobody." for name in sorted(set(files) - rated)]
    parsed = {name: parse_name(name, files[name]) for name in sorted(rated & set(files))}
    left_out += [f"{name} is not a name of PercePiano." for name, performance in parsed.items() if performance is None]
    return [performance for performance in parsed.values() if performance is not None]


def _few(performances: list[Performance], limit: int) -> list[Performance]:
    """The first passages of each work in turn."""
    by_work: dict[str, list[str]] = defaultdict(list)
    for performance in performances:
        if performance.passage not in by_work[performance.work]:
            by_work[performance.work].append(performance.passage)
    turns = [(place, passage) for passages in by_work.values() for place, passage in enumerate(passages)]
    chosen = {passage for _, passage in sorted(turns)[:limit]}
    return [performance for performance in performances if performance.passage in chosen]


def _answer(text: str) -> float:
    value = float(text) if text.strip() else 0.0
    if value == 0:
        return float("nan")
    if not LOWEST <= value <= HIGHEST:
        raise ValueError(f"{text} is not between 1 and 7")
    return value


def _mean(rows: list[Floats]) -> Floats:
    """One rater's answers to one performance; NaN where there is none at all."""
    table = np.stack(rows)
    count = (~np.isnan(table)).sum(axis=0)
    return np.where(count, np.nansum(table, axis=0) / np.maximum(count, 1), np.nan)
