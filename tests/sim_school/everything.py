"""Years and repetitions, one after the other, and the claims about them. Import only after the house is built."""

import random
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from grading.models import PlayerPart
from grading.services import calibrations

from . import attacks, bench, house, people, year
from .bench import Film, Looker, Model
from .claims import alarms, asking, consent, gate, intervals, labels, months
from .figures import Claim
from .house import STARTER
from .year import Plan, Told

if TYPE_CHECKING:
    from .__main__ import Asked

HEAD = """# A simulated school

Written by `make sim-school`; docs/sim-school.md says what is simulated, what is real, and what the figures mean.
Intervals are 95 %; the number after the semicolon is how many recordings, repetitions or players they are of.
"""


@dataclass
class Years:
    """What is kept of each year once its rows are gone."""

    graded: list[list[months.Graded]] = field(default_factory=list)
    champions: list[list[int]] = field(default_factory=list)
    heard: list[alarms.Heard] = field(default_factory=list)
    gone: list[consent.Gone] = field(default_factory=list)
    refused: list[gate.Judged] = field(default_factory=list)
    honest: list[gate.Judged] = field(default_factory=list)
    live: list[tuple[int, int]] = field(default_factory=list)  # blind ratings, and how many were held
    failed: list[str] = field(default_factory=list)
    pairs: list[gate.Pair] = field(default_factory=list)  # of the last year
    unmet: set[int] = field(default_factory=set)  # players that these models have not learned from

    def keep(self, told: Told, number: int, looker: Looker, asked: "Asked") -> None:
        others = [
            looker.at(take, phone)
            for take in people.the_others(list(told.school.students.values()), told.plan.size)
            for phone in (bench.OLD, bench.NEW)
        ]
        self.graded.append(months.graded(told, looker, number))
        self.champions.append([row.month + 1 for row in told.trained if row.promoted])
        self.heard.append(alarms.heard(told))
        self.gone.append(consent.gone(told))
        self.honest += gate.honest(told, others)
        words = [word for word in calibrations.shown() if word.autograde.calibration_id is not None]
        self.live.append((len(words), sum(word.held for word in words)))
        false = attacks.attacks(told, others, random.Random(f"{asked.seed} attacks {number}"))
        self.refused += gate.refused(false, others)
        self.failed += told.failed
        learned = set(PlayerPart.objects.filter(part="train").values_list("player", flat=True))
        school = told.school.students.items()
        self.unmet = {film.take.player for film in others} | {
            student.player for user, student in school if user.pk not in learned
        }
        newest, champion = told.trained[-1].version, _copy(false[0].champion.path, asked.folder)
        self.pairs = [
            gate.Pair("honest", _copy(newest.path, asked.folder), Model(STARTER)),
            *(gate.Pair(row.name, _copy(row.version.path, asked.folder), champion) for row in false),
        ]

    def sentence(self) -> str:
        """How the last year went, for whoever waits."""
        off = [row.off for row in self.graded[-1]]
        said = ", ".join(f"{row.name}: {row.state}" for row in (*self.honest, *self.refused))
        return (
            f"{len(off)} recordings, {sum(off) / len(off):.2f} levels off; new champions after months "
            f"{self.champions[-1]}; {self.heard[-1]}; {self.gone[-1]}; live {self.live[-1]}; {said}"
        )


def _copy(path: Path, folder: Path) -> Model:
    """Read before the house is emptied; the copy is kept, for whoever wants to look at it."""
    return Model(Path(shutil.copy(path, folder / path.name)))


def told(asked: "Asked", plan: Plan | None = None) -> tuple[str, bool]:
    torch.set_num_threads(1)
    plan, looker, years = plan or Plan(epochs=asked.epochs), Looker(asked.cache), Years()
    for number in range(asked.years):
        _say(f"year {number + 1} of {asked.years}")
        dice = random.Random(f"{asked.seed} year {number}")
        house.empty()
        with house.at_work(asked.cache, dice):
            year.live(
                plan,
                asked.cache / "films",
                dice,
                tell=_say,
                at_the_end=lambda told, number=number: years.keep(told, number, looker, asked),  # type: ignore[misc]
            )
        _say(years.sentence())
    _say("repetitions")
    found = _claims(asked, plan, years, bench.films(asked.cache, plan.size))
    broken = f"\nJobs that failed in {asked.years} years: {', '.join(years.failed) or 'none'}.\n"
    text = "\n".join([HEAD, *(claim.text for claim in found)]) + broken
    return text, all(claim.holds for claim in found) and not years.failed


def _claims(asked: "Asked", plan: Plan, years: Years, films: list[Film]) -> list[Claim]:
    last = years.pairs[0].candidate
    unmet = [film for film in films if film.take.player in years.unmet]
    repeated: list[Callable[[], Claim]] = [
        lambda: months.claim(years.graded, years.champions),
        lambda: labels.claim(
            films, asked.folder, asked.seed, draws=asked.draws, trainings=asked.trainings, epochs=asked.epochs
        ),
        lambda: asking.claim(films, asked.folder, asked.seed, repetitions=asked.askings, epochs=asked.epochs),
        lambda: intervals.claim(unmet, last, asked.seed, count=asked.draws, live=years.live),
        lambda: gate.claim(years.refused, years.honest, unmet, years.pairs, asked.seed, count=asked.audits),
        lambda: alarms.claim(films, plan, asked.seed, streams=asked.streams, years=years.heard),
        lambda: consent.claim(years.gone),
    ]
    found = []
    for each in repeated:
        found.append(each())
        _say(f"{found[-1].title}: {'holds' if found[-1].holds else 'DOES NOT HOLD'}")
    return found


def _say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {line}\n")
    sys.stderr.flush()
