"""While champions come and go, every grade names the one version that was champion when it was begun."""

import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from itertools import pairwise
from threading import Event
from types import SimpleNamespace

import pytest
from django.db import connection

from grading import engine
from grading.models import Autograde, Job, Performance, Promotion
from grading.services import jobs, performances, registry
from tests import factories
from tests.grading.factories import model_with_file
from tests.races import at_once

GRADERS, CHANGES = 6, 12
PEAK = (0.0, 0.0, 0.0, 0.05, 0.2, 0.5, 0.2, 0.05, 0.0, 0.0)
# What a slow host adds between looking at the clock and what comes next: it makes the gap wide that a lock must close.
SLOW_S = 0.015
NEVER = datetime.max.replace(tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def said(*_args, **_wanted):
    """The model's word, without the model."""
    time.sleep(0.003)
    return SimpleNamespace(
        visual=PEAK, aural=PEAK, fused=PEAK, level=6.0, low=5, high=7, windows=(), device="cpu", seconds=0.0
    )


def slow_clock(execute, sql, params, many, context):
    answer = execute(sql, params, many, context)
    if "clock_timestamp" in sql:
        time.sleep(SLOW_S)
    return answer


def change(versions, done: Event):
    """Promote, go back, promote another, go back, …"""
    try:
        for turn in range(CHANGES):
            if turn % 2:
                registry.roll_back(by=None, reason="Back.")
            else:
                registry.promote(version=versions[1 + turn // 2 % 2], by=None, reason="Try it.")
            time.sleep(0.02)
    finally:
        done.set()


def grade_until(done: Event, player) -> int:
    """Hand in and grade, one recording after the other, for as long as champions change."""
    count = 0
    while not done.is_set():
        performance = factories.performance(player=player, state=Performance.State.PREPARED)
        performances.grade(jobs.queue(kind=Job.Kind.GRADE, performance=performance).pk)
        # Out of the way of the next promotion, which would grade it again.
        Performance.objects.filter(pk=performance.pk).update(may_grade=False)
        count += 1
    return count


def reigns() -> list[tuple[int, datetime, datetime]]:
    """Version, from when and until when, of every promotion; the last has no end."""
    order = list(Promotion.objects.order_by("at", "pk"))
    return [(one.version_id, one.at, after.at) for one, after in pairwise(order)] + [
        (order[-1].version_id, order[-1].at, NEVER)
    ]


def test_every_grade_names_the_version_that_was_champion_at_its_start(house, monkeypatch):
    monkeypatch.setattr(engine, "grade", said)
    versions = [model_with_file() for _ in range(3)]
    registry.promote(version=versions[0], by=None)
    players = [factories.user() for _ in range(GRADERS)]
    done = Event()

    def slowly(act, *args):
        def run():
            with ExitStack() as stack:
                stack.enter_context(connection.execute_wrapper(slow_clock))
                return act(*args)

        return run

    counts = at_once(slowly(change, versions, done), *(slowly(grade_until, done, player) for player in players))
    assert Promotion.objects.count() == 1 + CHANGES
    grades = list(Autograde.objects.by_champions())
    assert len(grades) == sum(counts[1:])
    assert {grade.model_id for grade in grades} == {version.pk for version in versions}
    held = reigns()
    for grade in grades:
        named = [version for version, since, until in held if since <= grade.started_at < until]
        assert named == [grade.model_id]


def test_whoever_promotes_at_once_comes_one_after_the_other(house):
    versions = [model_with_file() for _ in range(3)]
    registry.promote(version=versions[0], by=None)
    seen = []

    def promote(*turns):
        for turn in turns:
            with suppress(registry.RegistryError):  # the other one has just made it champion
                registry.promote(version=versions[turn], by=None, reason="Try it.")

    def look():
        seen.extend(registry.in_force()[0] for _ in range(40))

    at_once(look, lambda: promote(1, 2, 0, 1, 2), lambda: promote(2, 1, 0, 2, 1))
    assert set(seen) <= set(versions)
    order = list(Promotion.objects.order_by("at", "pk"))
    assert [after.previous for after in order[1:]] == [before.version for before in order[:-1]]
