"""What the school decides for all its courses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import tasks
from core.models import Event, School
from grading.models import Job, Result
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/school/"


def test_an_admin_decides_how_long_recordings_are_kept_whole(cast, client_of):
    admin = client_of(cast.admin)
    assert b"is kept whole" in admin.get(PAGE).content or b"are kept whole" in admin.get(PAGE).content
    answer = admin.post(PAGE, {"keep_days": "30", "consent_age": "14"})
    assert answer.url == PAGE
    assert (School.current().keep_days, School.current().consent_age) == (30, 14)
    assert School.objects.count() == 1
    event = Event.objects.get(kind="school_changed")
    assert (event.actor, event.before["keep_days"], event.after["keep_days"]) == (cast.admin, None, 30)


def test_saying_the_same_again_is_no_act(cast, client_of):
    for _ in range(2):
        client_of(cast.admin).post(PAGE, {"keep_days": "30", "consent_age": "14"})
    assert Event.objects.filter(kind="school_changed").count() == 1


@pytest.mark.parametrize("days", ["0", "-1", "many", "40000"])
def test_days_that_make_no_sense_change_nothing(cast, client_of, days):
    answer = client_of(cast.admin).post(PAGE, {"keep_days": days, "consent_age": "16"})
    assert answer.status_code == 200
    assert not School.objects.exists()


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_for_everybody_else_the_page_is_not_there(cast, client_of, who):
    assert client_of(getattr(cast, who)).get(PAGE).status_code == 404


def test_without_days_everything_is_kept_and_with_days_the_old_ones_are_reduced(cast, doorbells):
    performance = factories.submission(student=cast.student, assignment=cast.assignment).performance
    factories.result(performance, rater=cast.teacher)
    Result.objects.update(released_at=timezone.now() - timedelta(days=31))
    tasks.keep_less()
    assert not Job.objects.filter(kind="reduce").exists()
    School.objects.create(keep_days=30)
    tasks.keep_less()
    tasks.keep_less()
    assert Job.objects.filter(kind="reduce").count() == 1


def test_what_an_appeal_or_an_anchor_or_the_class_needs_is_kept_whole(cast):
    from grading.services import reduction
    from reviews.models import Anchor
    from submissions.models import Appeal

    submissions = [factories.submission(student=cast.student, assignment=cast.assignment) for _ in range(4)]
    for submission in submissions:
        factories.result(submission.performance, rater=cast.teacher)
    Result.objects.update(released_at=timezone.now() - timedelta(days=31))
    appealed, anchored, shown, plain = submissions
    Appeal.objects.create(submission=appealed, reason="Please listen again.")
    Anchor.objects.create(performance=anchored.performance, rubric=cast.rubric, level=7)
    type(shown).objects.filter(pk=shown.pk).update(shown_at=timezone.now())
    assert set(reduction.due(30)) == {plain.performance}
    # 31 days ago is within forty: its student may still appeal.
    type(cast.course).objects.update(appeal_days=40)
    assert set(reduction.due(30)) == set()


def test_of_two_admins_who_decide_for_the_first_time_there_is_one_row(db):
    first, second = School.current(), School.current()
    first.keep_days, second.keep_days = 30, 60
    first.save()
    second.save()
    assert [school.keep_days for school in School.objects.all()] == [60]
