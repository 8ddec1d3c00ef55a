"""Alarms in the database: raised once, kept up to date, closed when it is quiet again, told once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import doctor
from grading import tasks
from grading.drift.budget import Quantity
from grading.drift.simulated import School
from grading.models import Alarm, Promotion
from grading.services import monitoring
from grading.signals import alarm_raised
from tests import factories
from tests.grading.monitored import day, taught
from tests.races import at_once

CALM = School()
CHANGED = School(changed=8)  # on day 56
NEW = "the new phone"


@pytest.fixture
def heard(db):
    """The alarms that strangers were told of."""
    alarms = []

    def hear(alarm, **_signal):
        alarms.append(alarm)

    alarm_raised.connect(hear)
    yield alarms
    alarm_raised.disconnect(hear)


def test_in_an_empty_school_there_is_nothing(heard):
    assert monitoring.examine() == []


def test_a_school_in_which_nothing_changes_is_quiet(heard):
    taught(CALM)
    assert [monitoring.examine(day(number)) for number in (30, 56, 70, 84)] == [[], [], [], []]
    assert not heard


def test_a_new_phone_rings_once_within_two_weeks_and_says_how_far_the_model_is_off(heard):
    taught(CHANGED)
    assert monitoring.examine(day(55)) == []
    open_ones = {alarm.subject: alarm for alarm in monitoring.examine(day(70))}
    phone = open_ones[NEW]
    assert (phone.kind, phone.raised_at, phone.closed_at) == (Alarm.Kind.INPUT, day(70), None)
    numbers = phone.numbers
    assert numbers["quantity"] == Quantity.DEVICE
    assert numbers["players"] > numbers["all_players"] * 0.7
    assert 0 < numbers["recordings"] <= numbers["all_recordings"]
    assert (numbers["before"], numbers["rated"] > 0) == (0, True)
    assert numbers["off"] == pytest.approx(0.8, abs=0.7)
    monitoring.examine(day(71))
    assert [alarm.subject for alarm in heard].count(NEW) == 1
    assert Alarm.objects.filter(subject=NEW).count() == 1


def test_an_open_alarm_keeps_its_numbers_up_to_date(heard):
    taught(CHANGED)
    monitoring.examine(day(66))
    before = Alarm.objects.get(subject=NEW)
    monitoring.examine(day(72))
    after = Alarm.objects.get(subject=NEW)
    assert (after.pk, after.raised_at) == (before.pk, before.raised_at)
    assert after.numbers["recordings"] > before.numbers["recordings"]


def test_it_closes_when_the_new_has_become_usual(heard):
    taught(CHANGED, until=180)
    monitoring.examine(day(70))
    monitoring.examine(day(170))
    assert Alarm.objects.get(subject=NEW).closed_at == day(170)
    assert NEW not in {alarm.subject for alarm in monitoring.examine(day(171))}


def test_it_stays_where_nothing_tells_that_it_is_over(heard):
    """In the holidays nobody records."""
    taught(CHANGED, until=72)
    monitoring.examine(day(70))
    assert NEW in {alarm.subject for alarm in monitoring.examine(day(110))}


def test_a_phone_that_nobody_uses_any_more_is_over(heard):
    Alarm.objects.create(kind="input", subject="gone", numbers={"quantity": "device"}, raised_at=day(40))
    taught(CALM)
    assert monitoring.examine(day(70)) == []


def test_a_new_champion_ends_what_was_said_of_the_one_before(heard):
    version = taught(CALM)
    for kind, quantity in (("residuals", "residuals"), ("coverage", "coverage"), ("grades", "grades")):
        Alarm.objects.create(kind=kind, subject=quantity, numbers={"quantity": quantity}, raised_at=day(60))
    Alarm.objects.create(kind="input", subject="loudness", numbers={"quantity": "loudness"}, raised_at=day(60))
    Promotion.objects.create(version=version, at=day(69))
    monitoring.examine(day(69.5))
    assert set(Alarm.objects.filter(closed_at__isnull=False).values_list("kind", flat=True)) >= {
        "residuals",
        "coverage",
        "grades",
    }


def test_ratings_of_an_earlier_champion_are_none_of_the_present_one(db):
    version = taught(CALM)
    assert len(monitoring.gather(day(70)).rated) > 20
    Promotion.objects.create(version=version, at=day(69))
    assert all(row.at >= monitoring._days(day(69)) for row in monitoring.gather(day(70)).rated)


def test_what_a_former_champion_said_is_no_level_of_the_present_one(db):
    version = taught(CALM)
    assert any(row.level is not None for row in monitoring.gather(day(70)).recorded)
    version.stage = "archived"
    version.save()
    factories.model(champion=True)
    seen = monitoring.gather(day(70))
    assert seen.recorded
    assert all(row.level is None for row in seen.recorded)
    assert not seen.rated


def test_recordings_that_were_measured_before_there_were_measures_are_no_trouble(db):
    taught(CALM)
    for performance in list(monitoring.Performance.objects.all()[:40]):
        performance.facts = {"frame_rate": 30.0}
        performance.save(update_fields=("facts",))
    assert monitoring.examine(day(70)) == []


def test_it_looks_in_a_few_queries_however_much_there_is(db, django_assert_max_num_queries):
    taught(School(students=4))
    with CaptureQueriesContext(
        connection,
    ) as few:
        monitoring.gather(day(80))
    taught(School(students=14), version=factories.model(), seed=2)
    with CaptureQueriesContext(connection) as many:
        monitoring.gather(day(80))
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_two_workers_raise_it_once(transactional_db):
    taught(CHANGED)
    heard = []

    def hear(alarm, **_signal):
        heard.append(alarm.subject)

    alarm_raised.connect(hear)
    try:
        at_once(lambda: monitoring.examine(day(70)), lambda: monitoring.examine(day(70)))
    finally:
        alarm_raised.disconnect(hear)
    assert heard.count(NEW) == 1
    assert Alarm.objects.filter(subject=NEW).count() == 1


def test_who_has_seen_it_first_stays(cast):
    alarm = Alarm.objects.create(kind="input", subject="loudness", numbers={"quantity": "loudness"})
    other = factories.user(is_staff=True)
    seen = monitoring.see(alarm=alarm, by=cast.admin)
    assert seen.seen_by == cast.admin
    assert timezone.now() - seen.seen_at < timedelta(minutes=1)
    assert monitoring.see(alarm=alarm, by=other).seen_by == cast.admin


def test_the_doctor_speaks_of_it_while_it_is_open(db):
    def said():
        return [finding for finding in doctor.examine() if finding.name == "alarm"]

    assert said() == []
    alarm = Alarm.objects.create(kind="input", subject="a new phone", numbers={"quantity": "device"})
    assert [finding.well for finding in said()] == [False]
    assert "a new phone" in said()[0].sentence
    alarm.closed_at = timezone.now()
    alarm.save()
    assert said() == []


def test_the_task_looks(db, monkeypatch):
    looked = []
    monkeypatch.setattr(monitoring, "examine", lambda: looked.append(True))
    tasks.watch()
    assert looked == [True]
