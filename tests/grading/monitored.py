"""A simulated school year (grading/drift/simulated.py) as rows of the database."""

import itertools
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from accounts.models import User
from grading.drift.rows import Rated, Recorded
from grading.drift.simulated import School, year
from grading.models import Autograde, ModelVersion, Performance, Promotion, Rating
from tests import factories

START = datetime(2031, 9, 1, tzinfo=UTC)  # a Monday: the first day of the school year
_numbers = itertools.count(1)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def taught(
    school: School, *, version: ModelVersion | None = None, since: float = -28, until: float = 84, seed: int = 1
) -> ModelVersion:
    """What is recorded, graded and rated from one day to the other, by a champion that was in use before it all."""
    version = version or factories.model(champion=True)
    Promotion.objects.create(version=version, at=day(-400))
    recorded, rated = year(school, np.random.default_rng(seed))
    rows = [row for row in recorded if since <= row.at < until]
    blind = {(row.at, row.player): row for row in rated}
    performances = _performances(rows)
    grades = [
        _grade(performance, version, row, blind.get((row.at, row.player)))
        for performance, row in zip(performances, rows, strict=True)
    ]
    _keep(Autograde, grades, [row.at for row in rows])
    for performance, grade in zip(performances, grades, strict=True):
        performance.autograde = grade
    Performance.objects.bulk_update(performances, ("autograde",))
    rater = factories.user()
    told = [(grade, blind[row.at, row.player]) for grade, row in zip(grades, rows, strict=True) if _is_in(row, blind)]
    ratings = [
        Rating(
            performance=grade.performance,
            rater=rater,
            level=_teacher(grade.level, said),
            autograde=grade,
            autograde_visible=False,
        )
        for grade, said in told
    ]
    _keep(Rating, ratings, [said.at + 0.5 for _grade, said in told])
    return version


def _is_in(row: Recorded, blind: dict[tuple[float, Hashable], Rated]) -> bool:
    return (row.at, row.player) in blind


def _performances(rows: list[Recorded]) -> list[Performance]:
    names = list(dict.fromkeys(row.player for row in rows))
    made = User.objects.bulk_create(User(email=f"simulated{next(_numbers)}@example.org") for _ in names)
    players = dict(zip(names, made, strict=True))
    performances = [
        Performance(
            player=players[row.player],
            piece=row.piece,
            state=Performance.State.GRADED,
            duration=row.seconds,
            crop=factories.CROP,
            facts={"device": row.device, "loudness": row.loudness, "brightness": row.brightness},
        )
        for row in rows
    ]
    _keep(Performance, performances, [row.at for row in rows])
    return performances


def _grade(performance: Performance, version: ModelVersion, row: Recorded, said: Rated | None) -> Autograde:
    """With an interval of three levels, which holds the teacher's or does not, as the simulation has it."""
    level = row.level or 5.0
    teacher = _teacher(level, said) if said else round(level)
    low = min(8, max(1, teacher - 1))
    if said and not said.held:
        low = teacher + 1 if teacher < 6 else teacher - 4
    return Autograde(
        performance=performance,
        model=version,
        crop=factories.CROP,
        crop_digest=f"{next(_numbers):064x}",
        visual=[0.1] * 10,
        aural=[0.1] * 10,
        fused=[0.1] * 10,
        level=level,
        low=low,
        high=low + 2,
        device="cpu",
        seconds=1.0,
    )


def _teacher(level: float, said: Rated) -> int:
    return min(10, max(1, round(level + said.off)))


def _keep(model: type[Any], rows: list[Any], days: list[float]) -> None:
    """Written now, and dated then."""
    model.objects.bulk_create(rows)
    for row, at in zip(rows, days, strict=True):
        row.created_at = day(at)
    model.objects.bulk_update(rows, ("created_at",))
