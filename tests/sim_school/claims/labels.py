"""Severity-adjusted labels beat raw ones: themselves, and as what the model learns from."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grading import agreement
from grading.agreement.combining import Rule

from ..bench import Film, Model, apart, labelled, learned
from ..figures import Claim, mean, table
from ..house import STARTER
from ..people import TAUGHT_BY, TEACHERS

LABELS = 120  # of a term
PARTS = (0.55, 0.15)  # of the players: learned from, selected on; the others judge
TWICE = 0.35  # of the recordings are heard by two: every fourth by lot, and those of the audit rounds
BOUND = 2.0  # levels; raters further apart teach nothing (LabelRule.disagreement)


@dataclass(frozen=True)
class Rated:
    """What a film was given: by the place of each teacher among TEACHERS."""

    film: Film
    marks: tuple[tuple[int, int], ...]


def rate(films: Sequence[Film], dice: random.Random, *, twice: float = TWICE, own: bool = False) -> list[Rated]:
    """Each film by one teacher of its course, a share of them by two; a player stays in one course.

    With `own` the first is always the player's own teacher; otherwise whoever is free.
    """
    players = sorted({film.take.player for film in films})
    course_of = {player: dice.choice(TAUGHT_BY) for player in players}
    own_teacher = {player: dice.choice(course_of[player]) for player in players}
    rated = []
    for film in films:
        raters = dice.sample(course_of[film.take.player], len(course_of[film.take.player]))
        if own:
            raters.sort(key=lambda place, film=film: place != own_teacher[film.take.player])  # type: ignore[misc]
        raters = raters[: 2 if dice.random() < twice else 1]
        rated.append(Rated(film, tuple((place, TEACHERS[place].rates(film.true_level, dice)) for place in raters)))
    return rated


def combined(rated: Sequence[Rated], rule: Rule) -> list[tuple[Rated, agreement.Combined]]:
    """Labels by the rule of the site, without what is held back."""
    marks = [agreement.Marked(row.film.name, place, level) for row in rated for place, level in row.marks]
    raters = agreement.know_raters(marks)
    found = [
        (row, agreement.combine([agreement.Said(*mark) for mark in row.marks], rule=rule, raters=raters, bound=BOUND))
        for row in rated
    ]
    return [(row, label) for row, label in found if not label.apart]


def error_of_labels(rated: Sequence[Rated]) -> dict[str, float]:
    """Root mean square distance of the labels from the true level; 'raw' is what the first rater gave."""
    errors = {"raw": _rms([row.marks[0][1] - row.film.true_level for row in rated])}
    for rule in ("mean", "weighted"):
        errors[rule] = _rms([label.level - row.film.true_level for row, label in combined(rated, rule)])
    return errors


def _weight(label: agreement.Combined) -> float:
    return agreement.precision(label.worth)


def _rms(values: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def models(films: Sequence[Film], folder: Path, dice: random.Random, *, epochs: int, own: bool) -> dict[str, float]:
    """Error against the true level of players never met, after learning from raw and from weighted labels."""
    learning, choosing, others = apart(films, dice, *PARTS)
    learning = dice.sample(learning, min(LABELS, len(learning)))
    rated = rate([*learning, *choosing], dice, own=own)
    part_of = dict.fromkeys((film.name for film in choosing), "validation")
    raw = [labelled(row.film, row.marks[0][1], split=part_of.get(row.film.name, "train")) for row in rated]
    weighted = [
        labelled(
            row.film,
            label.level,
            target=label.target,
            weight=agreement.precision(label.worth),
            split=part_of.get(row.film.name, "train"),
        )
        for row, label in combined(rated, "weighted")
    ]
    return {
        "raw": learned(raw, folder, epochs=epochs).error(others),
        "weighted": learned(weighted, folder, epochs=epochs).error(others),
        "starter": Model(STARTER).error(others),
    }


def claim(films: Sequence[Film], folder: Path, seed: int, *, draws: int, trainings: int, epochs: int) -> Claim:
    labels = [error_of_labels(rate(films, random.Random(f"{seed} labels {draw}"))) for draw in range(draws)]
    gain = mean([row["raw"] - row["weighted"] for row in labels])
    over_mean = mean([row["mean"] - row["weighted"] for row in labels])
    rows: list[Sequence[object]] = [("labels", *(mean([row[rule] for row in labels]) for rule in RULES), gain.signed())]
    better: list[float] = []
    for name, own in (("model, each student has a teacher", True), ("model, whoever is free rates", False)):
        runs = [
            models(films, folder, random.Random(f"{seed} models {own} {run}"), epochs=epochs, own=own)
            for run in range(trainings)
        ]
        gains = [row["raw"] - row["weighted"] for row in runs]
        better += gains
        raw, weighted = (mean([row[kind] for row in runs]) for kind in ("raw", "weighted"))
        rows.append((name, raw, "", weighted, mean(gains).signed()))
    both = mean(better)
    return Claim(
        "Severity-adjusted labels beat raw ones",
        gain.low > 0 and both.low > 0,
        (
            *table(
                ("levels from the truth", "raw (one rating)", "plain mean", "severity-adjusted", "raw − adjusted"), rows
            ),
            "",
            f"- Labels (root mean square): {draws} draws of the ratings of {len(films)} films, {TWICE:.0%} by two "
            f"teachers. Plain mean minus adjusted {over_mean.signed()}.",
            f"- Models (mean distance): {trainings} trainings of each kind, from {LABELS} labels of {PARTS[0]:.0%} of "
            f"the players, judged on players never met. Raw minus adjusted in both kinds of school: {both.signed()}.",
        ),
    )


RULES = ("raw", "mean", "weighted")
