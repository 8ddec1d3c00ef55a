"""How often it rings without cause, and how soon with: `python -m grading.drift.simulate` prints docs/monitoring.md's
tables. A simulated school year of daily looks takes some three seconds.
"""

from __future__ import annotations

import argparse
import math
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from .budget import Quantity, rings_below
from .rows import Finding, Rated, Recorded
from .simulated import TERM, WEEKS, School, year
from .watch import look
from .windows import BEFORE, EARLIER, RECENT


@dataclass(frozen=True)
class Rung:
    """The least chance at which each quantity was seen, and the first day on which each rang."""

    least: dict[Quantity, float]
    first: dict[Quantity, float]


def watched(school: School, random: np.random.Generator, *, days: Sequence[float]) -> Rung:
    least, first = dict.fromkeys(Quantity, 1.0), dict[Quantity, float]()
    for day, found in _daily(*year(school, random), days):
        least[found.quantity] = min(least[found.quantity], found.chance)
        if found.rings:
            first.setdefault(found.quantity, day)
    return Rung(least, first)


def _daily(recorded: list[Recorded], rated: list[Rated], days: Sequence[float]) -> Iterator[tuple[float, Finding]]:
    """A look each morning at what has come until then. The champion was promoted when the simulation begins."""
    for day in days:
        seen = _between(recorded, day - RECENT - BEFORE, day), _between(rated, day - EARLIER, day)
        yield from ((day, found) for found in look(*seen, now=day))


def _between(rows: list[Any], since: float, until: float) -> list[Any]:
    return rows[bisect_left(rows, since, key=lambda row: row.at) : bisect_left(rows, until, key=lambda row: row.at)]


def calm(years: int, *, students: int, seed: int) -> Iterator[str]:
    """School years in which nothing changes but half of the students, at the term."""
    days = [float(day) for day in range(WEEKS * 7)]
    all_rung = [
        watched(School(students=students), np.random.default_rng([seed, number]), days=days) for number in range(years)
    ]
    yield f"{years} years of {students} students in which nothing changes"
    yield f"{'':22}{'rings below':>12}{'least chance of 1 in 20 years':>32}{'years that rang':>18}"
    for quantity in Quantity:
        low = np.quantile([rung.least[quantity] for rung in all_rung], 0.05)
        rang = sum(quantity in rung.first for rung in all_rung)
        yield f"{quantity:22}{rings_below(quantity):12.1e}{low:32.1e}{rang:18}"
    yield f"{'any of them':22}{'':44}{sum(bool(rung.first) for rung in all_rung):18}"


def change(years: int, *, students: int, share: float, seed: int) -> Iterator[str]:
    """School years in which that share of the students gets the same new phone in the middle of a term."""
    week = TERM // 2
    days = [float(day) for day in range(7 * week - 28, 7 * week + 57)]
    school = School(students=students, changed=week, share=share)
    all_rung = [watched(school, np.random.default_rng([seed, number]), days=days) for number in range(years)]
    yield f"{years} years of {students} students, of whom {share:.0%} change their phone"
    yield f"{'':22}{'before':>8}{'in 14 days':>12}{'in 56 days':>12}{'median day':>12}"
    for name, firsts in (
        ("any of them", [min(rung.first.values(), default=math.inf) - 7 * week for rung in all_rung]),
        *((each, [rung.first.get(each, math.inf) - 7 * week for rung in all_rung]) for each in Quantity),
    ):
        early, soon, ever = (sum(first <= limit for first in firsts) for limit in (0, 14, 56))
        yield f"{name:22}{early:8}{soon - early:12}{ever - early:12}{np.median(firsts):12.0f}"


def main() -> None:
    asked = argparse.ArgumentParser(description="how often it rings without cause, and how soon with")
    asked.add_argument("--years", type=int, default=200, help="without a change; a fifth as many with each change")
    asked.add_argument("--students", type=int, default=14)
    asked.add_argument("--seed", type=int, default=7)
    given = asked.parse_args()
    said = [calm(given.years, students=given.students, seed=given.seed)]
    for share in (1.0, 0.5):
        said.append(change(max(1, given.years // 5), students=given.students, share=share, seed=given.seed + 1))
    for line in chain.from_iterable(said):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
