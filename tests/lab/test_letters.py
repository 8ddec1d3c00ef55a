"""What admins are written: an alarm once, and the week once."""

from datetime import datetime, timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from accounts import mail
from accounts.models import Letter
from accounts.services import letters as post_office
from grading.drift.simulated import School
from grading.models import Alarm
from grading.services import monitoring
from lab import tasks
from lab.letters import send_week
from lab.week import week_of
from tests import factories
from tests.grading.monitored import day, taught
from tests.races import at_once

ZONE = timezone.get_default_timezone()
MONDAY = datetime(2031, 9, 8, 7, 30, tzinfo=ZONE)


def written(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("pk"))


@pytest.fixture
def recorded(cast, champion):
    """Eleven recordings of the week before that Monday, six of them rated blind."""
    for number in range(11):
        performance = factories.performance(player=cast.student)
        grade = factories.autograde(performance, model=champion)
        at = MONDAY - timedelta(days=1 + number / 4)
        type(performance).objects.filter(pk=performance.pk).update(created_at=at)
        type(grade).objects.filter(pk=grade.pk).update(created_at=at)
        if number < 6:
            rating = factories.rating(performance, rater=cast.teacher, level=7 + number % 2, autograde=grade)
            type(rating).objects.filter(pk=rating.pk).update(created_at=at + timedelta(hours=1))
    return cast


class TestAlarms:
    def test_every_admin_is_written_once_and_nobody_else(self, cast):
        other = factories.user(is_staff=True)
        factories.user(is_staff=True, is_active=False)
        taught(School(changed=8))
        monitoring.examine(day(70))
        monitoring.examine(day(71))
        readers = [letter.user for letter in written("alarm") if letter.about["title"].endswith("the new phone")]
        assert sorted(readers, key=lambda user: user.pk) == [cast.admin, other]

    def test_it_says_what_has_moved_and_what_to_do(self, cast):
        taught(School(changed=8))
        monitoring.examine(day(66))
        post_office.send_due()
        message = next(sent for sent in outbox.outbox if "the new phone" in sent.body)
        assert message.to == [cast.admin.email]
        assert "recordings of the last two weeks come from it" in message.body
        assert "What to do:" in message.body
        assert "/lab/watch/" in message.body

    def test_it_is_written_in_its_reader_s_language(self, cast):
        cast.admin.language = "es"
        cast.admin.save()
        taught(School(changed=8))
        monitoring.examine(day(66))
        post_office.send_due()
        assert 'lang="es"' in outbox.outbox[0].alternatives[0][0]

    def test_who_does_not_want_it_is_not_written(self, cast):
        post_office.silence(user=cast.admin, kind=Letter.Kind.ALARM)
        taught(School(changed=8))
        assert monitoring.examine(day(70))
        assert written("alarm") == []

    def test_an_alarm_that_cannot_be_told_is_not_raised(self, cast, monkeypatch):
        taught(School(changed=8))
        monkeypatch.setattr("lab.letters.letters.post", _broken)
        with pytest.raises(RuntimeError):
            monitoring.examine(day(70))
        assert not Alarm.objects.exists()


def _broken(**_fields):
    raise RuntimeError("the disk is full")


class TestWeek:
    def test_it_is_told_on_monday_morning_and_once(self, recorded):
        assert send_week(MONDAY - timedelta(days=1)) == 0
        assert send_week(MONDAY.replace(hour=6, minute=59)) == 0
        assert send_week(MONDAY) == 1
        assert send_week(MONDAY) == 0
        assert send_week(MONDAY + timedelta(days=2)) == 0
        assert [letter.user for letter in written("weekly")] == [recorded.admin]

    def test_it_is_not_told_again_once_it_was_sent(self, recorded):
        send_week(MONDAY)
        post_office.send_due()
        assert send_week(MONDAY + timedelta(hours=1)) == 0
        assert len(outbox.outbox) == 1

    def test_a_house_that_was_asleep_tells_of_the_last_week_alone(self, recorded):
        assert send_week(MONDAY + timedelta(days=3)) == 1
        assert send_week(MONDAY + timedelta(days=24)) == 0, "nothing came in the week before"
        assert [letter.about["week"] for letter in written("weekly")] == ["2031-W37"]

    def test_the_next_week_is_told_on_the_next_monday(self, recorded):
        send_week(MONDAY)
        performance = factories.performance(player=recorded.student)
        type(performance).objects.filter(pk=performance.pk).update(created_at=MONDAY + timedelta(days=3))
        assert send_week(MONDAY + timedelta(days=7)) == 1

    def test_nothing_is_written_of_a_week_in_which_there_was_nothing(self, cast, champion):
        assert send_week(MONDAY) == 0

    def test_a_week_with_an_open_alarm_is_told(self, cast, champion):
        Alarm.objects.create(
            kind="input", subject="loudness", numbers={"quantity": "loudness", "by": 5, "low": 4, "high": 6}
        )
        assert send_week(MONDAY) == 1
        assert written("weekly")[0].about["alarms"] == ["Recordings are louder"]

    def test_who_does_not_want_it_gets_none(self, recorded):
        post_office.silence(user=recorded.admin, kind=Letter.Kind.WEEKLY)
        assert send_week(MONDAY) == 0
        assert written("weekly") == []

    def test_it_tells_the_numbers_of_the_week(self, recorded, champion):
        week = week_of(MONDAY.replace(hour=0, minute=0))
        assert (week.recordings, week.graded, week.rated, week.blind) == (11, 11, 6, 6)
        assert week.off.value == pytest.approx(1.37)
        assert (week.held, week.tried) == (3, 6)
        told = week.told()
        assert told["came"] == (
            "11 recordings came. The model graded 11. "
            "Teachers gave 6 ratings, 6 of them without having seen the model's word."
        )
        assert told["off"].startswith("From these the model was 1.4 levels away on average (most likely 0.8 to 1.9)")
        assert told["held"] == (
            "Of the 6 blind ratings of the last four weeks its intervals held 3 (50 %); they promise 90 %."
        )

    def test_it_tells_what_waits(self, recorded, champion):
        candidate = factories.model(number=champion.number + 1)
        shadow = factories.model(number=champion.number + 2, shadow_since=timezone.now())
        assert week_of(MONDAY).told()["waits"] == [
            f"{shadow} waits for a decision.",
            f"{shadow} grades along, unseen by students.",
        ]
        assert candidate.number < shadow.number

    def test_it_names_no_person_and_no_recording(self, recorded):
        for person, name in ((recorded.student, "Clara Wieck"), (recorded.teacher, "Friedrich Wieck")):
            person.name = name
            person.save()
        send_week(MONDAY)
        message = mail.message(written("weekly")[0])
        for person in (recorded.student, recorded.teacher):
            assert person.name not in message.body
            assert person.email not in message.body
        assert "Minuet" not in message.body

    def test_a_week_without_blind_ratings_says_so(self, cast, champion):
        performance = factories.performance(player=cast.student)
        type(performance).objects.filter(pk=performance.pk).update(created_at=MONDAY - timedelta(days=1))
        told = week_of(MONDAY).told()
        assert "Too few" in told["off"]
        assert "No blind rating" in told["held"]

    def test_the_task_asks_for_it(self, db, monkeypatch):
        asked = []
        monkeypatch.setattr("lab.letters.send_week", lambda: asked.append(True))
        tasks.tell_of_the_week()
        assert asked == [True]


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_monday_morning_write_it_once(transactional_db):
    admin, student = factories.user(is_staff=True), factories.user()
    performance = factories.performance(player=student)
    type(performance).objects.filter(pk=performance.pk).update(created_at=MONDAY - timedelta(days=1))
    assert sum(at_once(lambda: send_week(MONDAY), lambda: send_week(MONDAY))) == 1
    assert [letter.user for letter in written("weekly")] == [admin]
