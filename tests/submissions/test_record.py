"""The page on which a student records in the browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ml.media import LIMITS
from tests import factories


def url(assignment):
    return f"/assignments/{assignment.pk}/record/"


def test_a_student_finds_the_page_with_what_its_scripts_need_to_know(cast, client_of, settings):
    page = client_of(cast.student).get(url(cast.assignment)).content.decode()
    assert f'data-user="{cast.student.pk}" data-assignment="{cast.assignment.pk}" data-endpoint="/uploads/"' in page
    assert f'data-max-bytes="{settings.RECORDING_MAX_BYTES}" data-max-seconds="1800"' in page
    assert "Please say yes to both." in page
    assert page.count("<noscript>") == 1


def test_the_browser_stops_where_the_media_worker_would_refuse(settings):
    assert LIMITS.max_seconds == settings.RECORDING_MAX_SECONDS


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_page_is_only_read(cast, client_of, method):
    assert getattr(client_of(cast.student), method)(url(cast.assignment)).status_code == 405


def test_it_hides_from_whoever_does_not_study_in_the_course(cast, client_of):
    for person in (cast.teacher, cast.other_teacher, cast.other_student, cast.admin, cast.nobody):
        assert client_of(person).get(url(cast.assignment)).status_code == 404


def test_nobody_plays_for_an_assignment_that_takes_nothing_more(cast, client_of):
    cast.assignment.due_at = timezone.now() - timedelta(hours=1)
    cast.assignment.accepts_late = False
    cast.assignment.save()
    page = client_of(cast.student).get(url(cast.assignment)).content.decode()
    assert "nothing is taken after that" in page
    assert "data-record" not in page
    assert "js/record.js" not in page


def test_nobody_plays_once_too_often(cast, client_of):
    cast.assignment.attempts = 1
    cast.assignment.save()
    factories.submission(student=cast.student, assignment=cast.assignment)
    page = client_of(cast.student).get(url(cast.assignment)).content.decode()
    assert "You have handed in as often as this piece allows" in page
    assert "data-record" not in page


def test_a_child_whose_guardian_has_not_confirmed_is_told_so(cast, client_of):
    cast.student.of_age_on = timezone.localdate() + timedelta(days=900)
    cast.student.save()
    page = client_of(cast.student).get(url(cast.assignment)).content.decode()
    assert "Your guardian has not confirmed your account yet." in page
    assert "data-record" not in page


def test_it_asks_a_fixed_number_of_questions(cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.student)
    # session, person, assignment, studies, attempts, doors
    with django_assert_max_num_queries(8):
        client.get(url(cast.assignment))


def test_its_sentences_for_every_trouble_are_in_the_page(cast, client_of):
    page = client_of(cast.student).get(url(cast.assignment)).content.decode()
    for name in ("denied", "missing", "busy", "other"):
        assert page.count(f'data-trouble="{name}"') == 1
