"""Schools of raters whose true leanings and scatters are known, and PercePiano's real ones: which label is nearest?

`python -m tests.grading.simulated_raters` prints the figures of docs/labels.md.
"""

import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import get_args

import numpy as np

from grading.agreement import Marked, Said, combine, know_raters
from grading.agreement.combining import Rule

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
    if DATA.is_dir():
        rows = [against_others(percepiano(dimension), seed) for dimension in dimensions() for seed in range(3)]
        tell("PercePiano, correlation and difference", mean_of(rows))


def tell(*what: object) -> None:
    sys.stdout.write(" ".join(map(str, what)) + "\n")


if __name__ == "__main__":
    main()
