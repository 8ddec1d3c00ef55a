"""A school year, week by week, through the services and tasks of the site. What happened is told in a `Told`."""

import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from accounts.models import Consent, User
from accounts.services import consents
from grading.models import Alarm, Dataset, Job, ModelVersion, TrainingRun
from grading.services import calibrations, gate, house, monitoring, registry, rounds, training
from reviews.marks import Marks
from reviews.services import claims, marking
from submissions.models import Submission
from submissions.services import uploads

from . import school
from .clock import Clock
from .people import true_level
from .pool import NEW, OLD, Phone, Size, Take, film

BEGINS = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)  # a Monday
DAYS = 7
MARKED_ON = 4  # Friday
LOOKS = (1, 3, 5)  # days on which the monitor looks; a house looks every day
REASON = "What I hear is not where the model expects it."


@dataclass(frozen=True)
class Plan:
    weeks: int = 36
    weeks_a_month: int = 4
    students: int = 24
    recordings_a_week: int = 10
    marked_a_week: int = 13  # ratings that teachers have time for; what waits longer is marked later
    new_phone: int = 18  # the week from which everybody films with the new phone
    withdrawal: int = 20  # the week in which two students take their consent to training back
    withdrawn: int = 2
    asked: int = 6  # recordings a month that teachers are asked to rate because the model is unsure of them
    audited: int = 8  # recordings a month of the audit part that a second teacher is asked to rate
    epochs: int = 40
    size: Size = field(default_factory=Size)


@dataclass(frozen=True)
class Handed:
    """One recording of the year: what was played, on which phone, when; and its row."""

    submission: Submission
    take: Take
    phone: Phone
    week: int

    @property
    def true_level(self) -> float:
        return true_level(self.take)


@dataclass(frozen=True)
class Trained:
    """A training at the end of a month, what the gate said of it, and whether it became champion."""

    month: int
    version: ModelVersion
    champion: ModelVersion  # that it was compared with
    judgement: gate.Judgement
    promoted: bool


@dataclass
class Told:
    plan: Plan
    school: school.School
    handed: list[Handed] = field(default_factory=list)
    trained: list[Trained] = field(default_factory=list)
    snapshots: list[Dataset] = field(default_factory=list)
    withdrawn: list[User] = field(default_factory=list)
    withdrawn_at: datetime | None = None
    new_phone_at: datetime | None = None

    @property
    def alarms(self) -> list[Alarm]:
        return list(Alarm.objects.order_by("raised_at"))

    @property
    def failed(self) -> list[str]:
        """What workers could not do."""
        return list(Job.objects.filter(state=Job.State.FAILED).values_list("error", flat=True))


def live(
    plan: Plan,
    films: Path,
    dice: random.Random,
    *,
    tell: Callable[[str], None] = lambda line: None,
    at_the_end: Callable[[Told], None] = lambda told: None,
) -> Told:
    """One year; `at_the_end` is called in its last hour. Call it in `house.at_work`, on an empty house."""
    with Clock(BEGINS) as clock:
        told = Told(plan, school.found(plan.students, plan.size, dice))
        for week in range(plan.weeks):
            _week(told, week, clock, films, dice)
            if (week + 1) % plan.weeks_a_month == 0:
                _end_of_month(told, week // plan.weeks_a_month)
                tell(f"month {(week + 1) // plan.weeks_a_month}: {len(told.handed)} recordings; {_news(told)}")
        at_the_end(told)
    return told


def _week(told: Told, week: int, clock: Clock, films: Path, dice: random.Random) -> None:
    monday = BEGINS + timedelta(weeks=week)
    phone = OLD if week < told.plan.new_phone else NEW
    if week == told.plan.new_phone:
        told.new_phone_at = monday
    moments = sorted(monday + timedelta(days=4 * dice.random()) for _ in range(told.plan.recordings_a_week))
    for day in range(DAYS):
        midnight = monday + timedelta(days=day + 1)
        while moments and moments[0] < midnight:
            clock.move_to(moments.pop(0))
            _alive()
            _hand_in(told, week, phone, films, dice)
        clock.move_to(midnight)
        _alive()
        if day == MARKED_ON:
            _mark(told, dice)
            if week == told.plan.withdrawal:
                _withdraw(told, dice)
        if day in LOOKS:
            monitoring.examine()


def _alive() -> None:
    """The workers' heartbeats, which say to the services that somebody works."""
    for queue in house.QUEUES:
        house.beat(name=f"{queue}@simulated", queue=queue)


def _hand_in(told: Told, week: int, phone: Phone, films: Path, dice: random.Random) -> None:
    """A student who has played least so far hands in; workers prepare and grade it at once."""
    fewest = min(len(student.played) for student in told.school.students.values())
    user = dice.choice([user for user, each in told.school.students.items() if len(each.played) == fewest])
    take = told.school.students[user].plays(week / told.plan.weeks, phone, dice)
    if take is None:
        return
    path = film(take, phone, films)
    with path.open("rb") as file:
        submission = uploads.take(
            user=user,
            assignment=told.school.assignments[user.pk, take.piece],
            name=path.name,
            size=path.stat().st_size,
            read=file.read,
        )
    told.handed.append(Handed(submission, take, phone, week))


def _mark(told: Told, dice: random.Random) -> None:
    """Teachers take what the queue gives them, in turns, until it gives nothing more or the week is over.

    What they are asked to rate, because the model is unsure of it or because it checks the model, the queue gives too.
    """
    takes = {each.submission.pk: each.take for each in told.handed}
    idle: set[User] = set()
    given = 0
    while len(idle) < len(told.school.teachers) and given < told.plan.marked_a_week:
        teacher = dice.choice([each for each in told.school.teachers if each not in idle])
        turn = claims.next_for(teacher=teacher)
        if turn is None:
            idle.add(teacher)
            continue
        _rate(told, teacher, turn.submission, takes[turn.submission.pk], dice)
        given += 1


def _rate(told: Told, teacher: User, submission: Submission, take: Take, dice: random.Random) -> None:
    submission = Submission.objects.get(pk=submission.pk)
    before = marking.latest(submission=submission, teacher=teacher)
    level = told.school.teachers[teacher].rates(true_level(take), dice)
    marking.release(
        submission=submission,
        teacher=teacher,
        marks=Marks(level=level, reason=REASON),
        autograde=submission.performance.autograde,
        seen=before.pk if before else None,
    )


def _withdraw(told: Told, dice: random.Random) -> None:
    """Some whose recordings stand in the newest snapshot take their consent to training back."""
    newest = told.snapshots[-1]
    players = sorted({row.performance.player_id for row in newest.examples.select_related("performance")})
    told.withdrawn = list(User.objects.filter(pk__in=dice.sample(players, told.plan.withdrawn)))
    for user in told.withdrawn:
        consents.withdraw(user=user, purpose=Consent.Purpose.TRAINING)
    told.withdrawn_at = Consent.objects.latest("at").at


def _end_of_month(told: Told, month: int) -> None:
    """An admin who does what the lab proposes: ask, train, promote what passes, set the intervals anew."""
    _alive()
    admin = told.school.admin
    run = training.start(by=admin, config={"epochs": told.plan.epochs})
    told.snapshots.append(run.dataset)
    version = _candidate(run)
    if version is not None:
        champion = registry.champion()
        assert champion is not None
        judgement = gate.judge(version)
        promoted = judgement.state == "passes"
        if promoted:
            registry.promote(version=version, by=admin, reason="It passes.")
        told.trained.append(Trained(month, version, champion, judgement, promoted))
    calibrations.consider()
    with contextlib.suppress(rounds.NothingToAsk):
        rounds.ask(by=admin, size=told.plan.asked, seed=month)
    with contextlib.suppress(rounds.NothingToAsk):
        rounds.ask_audit(by=admin, size=told.plan.audited, seed=month)


def _news(told: Told) -> str:
    newest = told.trained[-1] if told.trained else None
    if newest is None:
        return "nothing was trained"
    return f"{newest.version} {newest.judgement.state} beside {newest.champion}: {newest.judgement.sentence}"


def _candidate(run: TrainingRun) -> ModelVersion | None:
    return ModelVersion.objects.filter(run=run).first()


def months(told: Told) -> Iterator[tuple[int, list[Handed]]]:
    """What was handed in, month by month."""
    for month in range(told.plan.weeks // told.plan.weeks_a_month):
        yield month, [each for each in told.handed if each.week // told.plan.weeks_a_month == month]
