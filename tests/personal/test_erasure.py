"""A person is erased, after which a strange word that stood in all their rows stands nowhere: no row, no file."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from accounts.services import erasure
from core import personal
from core.models import Event
from courses.models import Enrolment
from grading.models import (
    Performance,
    Rating,
)
from reviews.models import Marking
from tests import factories
from tests.personal.strange import in_files, in_the_database, strange_words

pytestmark = pytest.mark.django_db


def test_the_two_of_these_tests_have_something_in_every_table(student, teacher):
    """Else nobody would notice that a table is not emptied."""
    empty = {
        (table.model, table.path)
        for table in personal.tables()
        if not table.rows(student).exists() and not table.rows(teacher).exists()
    }
    # Of groups and permissions the site makes no use.
    assert empty == {("accounts.User_groups", "user"), ("accounts.User_user_permissions", "user")}


def test_no_trace_of_a_student_is_left(student, house, django_capture_on_commit_callbacks):
    strange_words(student)
    performances = [str(pk) for pk in Performance.objects.filter(player=student).values_list("pk", flat=True)]
    assert in_the_database()
    assert in_files(house)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.forget(user=student)
    assert in_the_database() == []
    assert in_files(house) == []
    assert not Performance.objects.filter(player=student).exists()
    assert [path for path in house.rglob("*") if path.name in performances] == []


def test_no_word_of_a_teacher_is_left_and_the_levels_stay(teacher, cast, house, django_capture_on_commit_callbacks):
    strange_words(teacher)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.forget(user=teacher)
    assert in_the_database() == []
    assert in_files(house) == []
    rating = Rating.objects.get(rater=teacher)
    assert (rating.level, rating.comment, rating.remarks.count()) == (7, "", 0)
    assert str(rating.rater) == "a former member"
    assert rating.result.performance.player == cast.student
    assert not Marking.objects.filter(teacher=teacher, rating__isnull=True).exists()
    assert Event.objects.filter(kind="released").get().note == ""


def test_the_history_still_forbids_every_other_change(student):
    event = Event.objects.first()
    with pytest.raises(Exception, match="append-only"):
        Event.objects.filter(pk=event.pk).update(note="other words")


def test_whoever_is_erased_is_signed_out_everywhere_and_cannot_come_back(student, client_of):
    elsewhere = client_of(student)
    email = student.email
    erasure.forget(user=student)
    assert elsewhere.get("/profile/").status_code == 302
    assert not any(row.get_decoded().get("_auth_user_id") == str(student.pk) for row in Session.objects.all())
    answer = Client().post("/sign-in/", {"email": email, "password": factories.PASSWORD})
    assert answer.status_code == 200


def test_erasing_twice_is_erasing_once(student):
    erasure.forget(user=student)
    before = User.objects.get(pk=student.pk).email
    erasure.forget(user=student)
    assert User.objects.get(pk=student.pk).email == before
    assert Event.objects.filter(kind="erased").count() == 1


def test_the_only_teacher_of_a_course_with_students_is_told_what_to_do_first(cast):
    with pytest.raises(personal.CannotForget, match="only teacher"):
        erasure.forget(user=cast.teacher)
    assert User.objects.get(pk=cast.teacher.pk).erased_at is None
    factories.enrol(cast.course, factories.user(), Enrolment.Role.TEACHER)
    assert erasure.forget(user=cast.teacher).erased_at


def test_the_last_admin_stays(cast):
    with pytest.raises(personal.CannotForget, match="only admin"):
        erasure.forget(user=cast.admin)
