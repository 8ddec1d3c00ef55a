"""Schools of raters whose true leanings and scatters are known, and PercePiano's real ones: which label is nearest?

`python -m tests.grading.simulated_raters` prints the figures of docs/labels.md.
"""

import csv
import math
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import get_args
from unittest import mock

import numpy as np

from grading.agreement import Marked, Rule, Said, combine, combining, know_raters, precision

DATA = Path(os.environ.get("CLAVIER_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "percepiano"
RULES: Sequence[Rule] = get_args(Rule)
EVERYTHING = 9.0  # a bound that holds nothing back
SEVERITY, SCATTER, CARELESS = 0.6, 0.8, 2.0  # levels, standard deviations
Table = Mapping[object, Sequence[tuple[object, float]]]  # performance → (rater, level)


def school(
    seed: int, *, teachers: int = 8, careless: int = 2, performances: int = 120, each: Sequence[int] = (3,)
) -> tuple[dict[object, float], Table]:
    """True levels, and what so many teachers said of each performance, in whole levels."""
    dice = np.random.default_rng(seed)
    leans = dice.normal(0, SEVERITY, teachers)
    scatters = np.where(np.arange(teachers) < careless, CARELESS, SCATTER)
    true = dict(enumerate(dice.uniform(2, 9, performances)))
    said = {}
    for performance, level in true.items():
        chosen = dice.choice(teachers, dice.choice(each), replace=False)
        marks = level + leans[chosen] + dice.normal(0, scatters[chosen])
        said[performance] = list(zip(chosen.tolist(), np.clip(marks.round(), 1, 10).tolist(), strict=True))
    return true, said


def combined(said: Table, rule: Rule) -> dict[object, float]:
    raters = know_raters(Marked(one, rater, level) for one, marks in said.items() for rater, level in marks)
    return {
        one: combine([Said(*mark) for mark in marks], rule=rule, raters=raters, bound=EVERYTHING).level
        for one, marks in said.items()
    }


def errors(seed: int, **wanted: object) -> dict[Rule, float]:
    """The mean absolute error of each rule to the true level."""
    true, said = school(seed, **wanted)  # type: ignore[arg-type]
    return {
        rule: float(np.mean([abs(level - true[one]) for one, level in combined(said, rule).items()])) for rule in RULES
    }


def percepiano(dimension: str) -> Table:
    said: dict[object, list[tuple[object, float]]] = defaultdict(list)
    with (DATA / "ratings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row[dimension]:
                said[row["performance"]].append((row["rater"], float(row[dimension])))
    return said


def dimensions() -> list[str]:
    with (DATA / "ratings.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))[2:]


def against_others(said: Table, seed: int, each: int = 3) -> dict[Rule, tuple[float, float]]:
    """Labels from `each` raters of one half against the plain mean of the other half: correlation, and the mean
    absolute difference once both are centred (the halves lean differently)."""
    dice = np.random.default_rng(seed)
    raters = sorted({rater for marks in said.values() for rater, _ in marks}, key=str)
    half = set(dice.permutation(raters)[: len(raters) // 2].tolist())
    few, truth = {}, {}
    for one, marks in said.items():
        own = [mark for mark in marks if mark[0] in half]
        others = [level for rater, level in marks if rater not in half]
        if len(own) >= each and len(others) >= 4:
            few[one] = [own[row] for row in dice.choice(len(own), each, replace=False)]
            truth[one] = float(np.mean(others))
    return {rule: _compared(combined(few, rule), truth) for rule in RULES}


def _compared(found: Mapping[object, float], truth: Mapping[object, float]) -> tuple[float, float]:
    a, b = np.array([found[one] for one in truth]), np.array(list(truth.values()))
    return float(np.corrcoef(a, b)[0, 1]), float(np.abs((a - a.mean()) - (b - b.mean())).mean())


def mean_of(rows: Iterable[Mapping[Rule, object]]) -> dict[Rule, object]:
    kept = list(rows)
    return {rule: np.mean([row[rule] for row in kept], axis=0).round(3).tolist() for rule in RULES}


def errors_of_weights(seed: int, recordings: int = 60, features: int = 12) -> tuple[float, float, float]:
    """Of a linear model learned with equal weights, with `precision` and with the bare worth of each label.

    Labels are of one to four raters, a fifth of them careless; what the features do not tell is as large as the error
    of one rater.
    """
    dice = np.random.default_rng(seed)
    truth, seen = dice.normal(0, 0.5, features), dice.normal(size=(recordings, features))
    worth = np.where(dice.random(recordings) < 0.2, (SCATTER / CARELESS) ** 2, 1.0) * dice.choice(
        [1, 1, 2, 4], recordings
    )
    labels = seen @ truth + dice.normal(0, SCATTER, recordings) + dice.normal(0, SCATTER / np.sqrt(worth))
    others = dice.normal(size=(200, features))

    def error(weights: np.ndarray) -> float:
        weighted = seen.T * weights
        found = np.linalg.solve(weighted @ seen + 0.5 * np.eye(features), weighted @ labels)
        return float(np.abs(others @ (found - truth)).mean())

    return error(np.ones(recordings)), error(np.array([precision(one) for one in worth])), error(worth)


def main() -> None:
    schools: list[dict[str, object]] = [
        {},
        {"careless": 0},
        {"each": (2,)},
        {"each": (1, 1, 1, 2), "performances": 300},
        {"teachers": 3, "careless": 1, "each": (2,), "performances": 60},
    ]
    for wanted in schools:
        tell(wanted, mean_of(errors(seed, **wanted) for seed in range(40)))
    for prior in (2.0, 4.0, 8.0, 16.0, math.inf):
        with mock.patch.object(combining, "PRIOR", prior if prior < math.inf else 1e9):
            tell("marks of prior", prior, mean_of(errors(seed) for seed in range(40)))
    for fewest in (1, 2, 3, 5, 10):
        with mock.patch.object(combining, "FEWEST_SHARED", fewest):
            small = {"teachers": 4, "careless": 1, "each": (2,), "performances": 12}
            tell("leanings from", fewest, mean_of(errors(seed, **small) for seed in range(60)))
    tell("weights: equal, precision, worth", np.mean([errors_of_weights(seed) for seed in range(400)], axis=0).round(3))
    if DATA.is_dir():
        rows = [against_others(percepiano(dimension), seed) for dimension in dimensions() for seed in range(3)]
        tell("PercePiano, correlation and difference", mean_of(rows))


def tell(*what: object) -> None:
    sys.stdout.write(" ".join(map(str, what)) + "\n")


if __name__ == "__main__":
    main()
