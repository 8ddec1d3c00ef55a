"""The drift alarm rings within two weeks of the new phone, and not before."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from grading.drift.rows import Recorded
from grading.drift.watch import look

from .. import people
from ..bench import LEVELS, Film, Model
from ..figures import Claim, mean, share, table
from ..house import STARTER
from ..people import students
from ..pool import NEW, OLD, Phone, Take
from ..year import LOOKS, Plan, Told

WITHIN = 14.0  # days
INPUT = "input"


@dataclass(frozen=True)
class Heard:
    """Days from the new phone to the first alarm about what comes in; all alarms before it, by name."""

    days: float | None
    before: tuple[str, ...]
    others: tuple[str, ...] = ()


def heard(told: Told) -> Heard:
    """In a year that was lived through the services."""
    came = told.new_phone_at
    assert came is not None
    before = [alarm for alarm in told.alarms if alarm.raised_at < came]
    after = [alarm for alarm in told.alarms if alarm.raised_at >= came]
    first = next((alarm for alarm in after if alarm.kind == INPUT), None)
    return Heard(
        days=None if first is None else (first.raised_at - came) / timedelta(days=1),
        before=tuple(f"{alarm.kind}: {alarm.subject}" for alarm in before),
        others=tuple(dict.fromkeys(f"{alarm.kind}: {alarm.subject}" for alarm in after)),
    )


def listened(films: Mapping[tuple[Take, Phone], Film], said: Mapping[str, float], plan: Plan, seed: str) -> Heard:
    """The same year as a stream of what was measured of each recording: no house, only the monitor's statistics."""
    dice = random.Random(seed)
    present = students(plan.students, plan.size, dice)
    rows: list[Recorded] = []
    before: list[str] = []
    for week in range(plan.new_phone + 3):
        phone = OLD if week < plan.new_phone else NEW
        for at in sorted(7 * week + 4 * dice.random() for _ in range(plan.recordings_a_week)):
            rows += _played(present, week / plan.weeks, phone, at, films, said, dice)
        for day in LOOKS:
            now = 7.0 * week + day + 1
            rung = [found for found in look([row for row in rows if row.at <= now], [], now=now) if found.rings]
            if rung and week >= plan.new_phone:
                return Heard(now - 7 * plan.new_phone, tuple(before))
            before += [str(found.quantity) for found in rung]
    return Heard(None, tuple(before))


def _played(
    present: Sequence[people.Student],
    share_of_year: float,
    phone: Phone,
    at: float,
    films: Mapping[tuple[Take, Phone], Film],
    said: Mapping[str, float],
    dice: random.Random,
) -> list[Recorded]:
    fewest = min(len(student.played) for student in present)
    student = dice.choice([student for student in present if len(student.played) == fewest])
    take = student.plays(share_of_year, phone, dice)
    if take is None:
        return []
    film = films[take, phone]
    facts = film.facts
    return [
        Recorded(
            at, film.player, take.piece, facts.device, facts.duration, facts.loudness, facts.brightness, said[film.name]
        )
    ]


def claim(films: Sequence[Film], plan: Plan, seed: int, *, streams: int, years: Sequence[Heard]) -> Claim:
    by_take = {(film.take, film.phone): film for film in films}
    levels = (Model(STARTER).says(films)["fused"] @ LEVELS).tolist()
    said = {film.name: level for film, level in zip(films, levels, strict=True)}
    told = [listened(by_take, said, plan, f"{seed} alarms {stream}") for stream in range(streams)]
    rows = [_row("through the services", years), _row("the monitor's statistics alone", told)]
    false = sum(bool(one.before) for one in told)
    rung = [one.days is not None and one.days <= WITHIN for one in (*years, *told)]
    names = sorted({name for one in (*years, *told) for name in one.before})
    others = sorted({name for one in years for name in one.others})
    return Claim(
        "The drift alarm rings within two weeks of the new phone and not before",
        all(rung) and not any(one.before for one in years) and share(false, len(told)).low <= 0.05,
        (
            *table(("years", "repetitions", "rang within 14 days", "after days", "rang before"), rows),
            "",
            f"- What rang before: {', '.join(names) or 'nothing'}. One year in twenty with a false alarm is promised.",
            f"- What rang after, through the services: {', '.join(others) or 'nothing'}.",
        ),
    )


def _row(name: str, rows: Sequence[Heard]) -> tuple[object, ...]:
    days = [one.days for one in rows if one.days is not None]
    in_time = sum(day <= WITHIN for day in days)
    before = sum(bool(one.before) for one in rows)
    return (name, len(rows), share(in_time, len(rows)), mean(days) if days else "-", share(before, len(rows)))
