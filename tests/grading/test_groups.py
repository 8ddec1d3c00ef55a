import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grading.services import groups
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_recording_is_grouped_by_its_course_and_its_device(cast):
    handed_in = factories.submission(student=cast.student, assignment=cast.assignment).performance
    handed_in.facts["device"] = "Pixel 8"
    alone = factories.performance(player=cast.student)
    assert groups.groups_of([handed_in, alone]) == {
        handed_in.pk: {"course": cast.assignment.course.name, "device": "Pixel 8"},
        alone.pk: {},
    }


def test_many_recordings_take_one_question(cast):
    rows = [factories.submission(student=cast.student, assignment=cast.assignment).performance for _ in range(5)]
    with CaptureQueriesContext(connection) as asked:
        groups.groups_of(rows)
    assert len(asked) == 1
