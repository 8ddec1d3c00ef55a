"""Severity-adjusted labels beat raw ones: themselves, and as what the model learns from."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grading import agreement
from grading.agreement.combining import Rule

from ..bench import Film, Model, apart, labelled, learned, with_target
from ..figures import Claim, mean, table
from ..house import STARTER
from ..people import TAUGHT_BY, TEACHERS

PARTS = (0.55, 0.15)  # of the players: learned from, selected on; the others judge
TWICE = 0.35  # of the recordings are heard by two: every fourth by lot, and those of the audit rounds
BOUND = 2.0  # levels; raters further apart teach nothing (LabelRule.disagreement)


@dataclass(frozen=True)
class Rated:
    """What a film was given: by the place of each teacher among TEACHERS."""

    film: Film
    marks: tuple[tuple[int, int], ...]


def rate(films: Sequence[Film], dice: random.Random, *, twice: float = TWICE) -> list[Rated]:
    """Each film by one teacher of its course, a share of them by two; a player stays in one course."""
    course_of = {player: dice.randrange(len(TAUGHT_BY)) for player in sorted({film.take.player for film in films})}
    rated = []
    for film in films:
        raters = dice.sample(TAUGHT_BY[course_of[film.take.player]], 2 if dice.random() < twice else 1)
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


def models(films: Sequence[Film], folder: Path, dice: random.Random, *, epochs: int) -> dict[str, float]:
    """Error against the true level of players never met, after learning from raw and from weighted labels."""
    learning, choosing, others = apart(films, dice, *PARTS)
    rated = rate(learning + choosing, dice)
    part_of = dict.fromkeys((film.name for film in learning), "train")
    raw = [labelled(row.film, row.marks[0][1], split=part_of.get(row.film.name, "validation")) for row in rated]
    weighted = [
        with_target(
            labelled(row.film, label.level, split=part_of.get(row.film.name, "validation"), weight=_weight(label)),
            label.target,
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
    runs = [models(films, folder, random.Random(f"{seed} models {run}"), epochs=epochs) for run in range(trainings)]
    gain = mean([row["raw"] - row["weighted"] for row in labels])
    over_mean = mean([row["mean"] - row["weighted"] for row in labels])
    better = mean([row["raw"] - row["weighted"] for row in runs])
    rows = [
        ("label, root mean square from the truth", *(mean([row[rule] for row in labels]) for rule in RULES)),
        (
            "model that learned from it, mean distance from the truth",
            mean([row["raw"] for row in runs]),
            "",
            mean([row["weighted"] for row in runs]),
        ),
    ]
    return Claim(
        "Severity-adjusted labels beat raw ones",
        gain.low > 0 and better.low > 0,
        (
            *table(("levels", "raw (one rating)", "plain mean", "severity-adjusted"), rows),
            "",
            f"- Labels: {draws} draws of the ratings of {len(films)} films, {TWICE:.0%} by two teachers. Raw minus "
            f"adjusted {gain.signed()}, plain mean minus adjusted {over_mean.signed()}.",
            f"- Models: {trainings} trainings of each kind, on {sum(PARTS):.0%} of the players, judged on the others. "
            f"Raw minus adjusted {better.signed()}. The starter: {mean([row['starter'] for row in runs])}.",
        ),
    )


RULES = ("raw", "mean", "weighted")
