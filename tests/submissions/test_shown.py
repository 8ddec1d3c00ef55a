"""What a teacher shows to the class: heard by classmates, without a word of what was said of it, while it is wished."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Consent
from accounts.services import consents
from core.history import sentence
from core.models import Event
from grading.models import Performance
from grading.services import performances
from submissions.services import showing
from tests import factories

SHOWING = Consent.Purpose.SHOWING
PLAYER = ("proxy", "poster", "peaks")


@pytest.fixture
def released(cast, house):
    """A released recording of a student who agrees to being shown."""
    factories.agree(cast.student, SHOWING)
    performance = factories.media(factories.performance(player=cast.student))
    factories.autograde(performance)
    submission = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    factories.result(performance, rater=cast.teacher, remarks=((3.0, "Sing here."),), comment="A dance at last.")
    return submission


@pytest.fixture
def shown(cast, released):
    return showing.show(submission=released, by=cast.teacher)


@pytest.fixture
def classmate(cast):
    return factories.enrol(cast.course, factories.user(name="Classmate")).user


def at(name, submission):
    return reverse(f"submissions:{name}", args=[submission.pk])


def media(submission, kind):
    return reverse("core:media", args=[submission.performance_id, kind])


def hears(client, submission) -> bool:
    """Page, list and media say the same."""
    page = client.get(at("in_class", submission)).status_code == 200
    files = {client.get(media(submission, kind)).status_code for kind in PLAYER}
    wave = client.get(reverse("core:wave", args=[submission.performance_id])).status_code
    course = client.get(f"/courses/{submission.assignment.course_id}/")
    listed = at("in_class", submission) in course.content.decode()
    assert {page, listed, wave == 200} | {status == 200 for status in files} == {page}
    return page


def test_a_teacher_shows_it_and_the_class_hears_it(cast, client_of, classmate, released):
    teacher = client_of(cast.teacher)
    assert not hears(client_of(classmate), released)
    assert "Show it to the class" in teacher.get(at("submission", released)).content.decode()
    teacher.post(at("show", released))
    assert hears(client_of(classmate), released)
    released.refresh_from_db()
    assert released.shown_by == cast.teacher
    assert sentence(Event.objects.get(kind="shown")) == "Teacher showed it to the class"


def test_classmates_read_piece_and_player_and_nothing_that_was_said_of_it(client_of, classmate, shown):
    client = client_of(classmate)
    page = client.get(at("in_class", shown)).content.decode()
    course = client.get(f"/courses/{shown.assignment.course_id}/").content.decode()
    assert shown.assignment.piece.title in page
    assert "Student" in page
    assert "Heard in class" in course
    for said in ("Sing here.", "A dance at last.", "evel 7", "evel 6"):
        assert said not in page
        assert said not in course


def test_classmates_get_what_a_player_needs_and_nothing_else_of_it(client_of, classmate, shown):
    client = client_of(classmate)
    assert client.get(media(shown, "mel")).status_code == 404
    assert client.get(reverse("core:mel_tile", args=[shown.performance_id, 0])).status_code == 404
    assert client.get(at("submission", shown)).status_code == 404
    assert client.get(at("progress", shown)).status_code == 404
    assert client.get(reverse("api:submission", args=[shown.pk])).status_code == 404


def test_another_course_hears_nothing(cast, client_of, shown):
    for stranger in (cast.other_student, cast.other_teacher, cast.nobody):
        client = client_of(stranger)
        assert client.get(at("in_class", shown)).status_code == 404
        assert client.get(media(shown, "proxy")).status_code == 404


def test_a_teacher_hides_it_again(cast, client_of, classmate, shown):
    client_of(cast.teacher).post(at("unshow", shown))
    assert not hears(client_of(classmate), shown)
    assert sentence(Event.objects.get(kind="unshown")) == "Teacher does not show it to the class any more"


def test_a_withdrawal_hides_it_at_once_and_for_good(cast, client_of, classmate, shown):
    consents.withdraw(user=cast.student, purpose=SHOWING)
    assert not hears(client_of(classmate), shown)
    factories.agree(cast.student, SHOWING)
    assert not hears(client_of(classmate), shown)
    told = sentence(Event.objects.get(kind="unshown"))
    assert told == "It is not shown to the class any more, as the student wishes"


def test_without_consent_it_is_not_shown_even_where_the_row_says_so(cast, client_of, classmate, shown):
    Consent.objects.filter(user=cast.student, purpose=SHOWING).delete()
    assert not hears(client_of(classmate), shown)


def test_a_guardian_s_withdrawal_hides_it_too(cast, client_of, classmate, house):
    child = factories.child(confirmed=True)
    guardian = child.guardians.get()
    cast.course.enrolments.create(user=child, role="student")
    consents.grant(user=child, purpose=SHOWING, guardian=guardian)
    played = factories.media(factories.performance(player=child))
    submission = factories.submission(student=child, assignment=cast.assignment, performance=played)
    factories.result(submission.performance, rater=cast.teacher)
    showing.show(submission=submission, by=cast.teacher)
    assert hears(client_of(classmate), submission)
    consents.withdraw(user=child, purpose=SHOWING, guardian=guardian)
    assert not hears(client_of(classmate), submission)


def test_who_has_left_the_course_hears_nothing_any_more(cast, client_of, classmate, shown):
    classmate.enrolments.all().delete()
    client = client_of(classmate)
    assert client.get(at("in_class", shown)).status_code == 404
    assert client.get(media(shown, "proxy")).status_code == 404


def test_a_player_who_has_left_the_course_is_not_heard_any_more(cast, client_of, classmate, shown):
    cast.student.enrolments.all().delete()
    assert not hears(client_of(classmate), shown)


def test_after_its_erasure_there_is_nothing_to_hear(client_of, classmate, shown):
    performances.erase(performance=Performance.objects.get(pk=shown.performance_id))
    assert client_of(classmate).get(at("in_class", shown)).status_code == 404
    assert "Heard in class" not in client_of(classmate).get(f"/courses/{shown.assignment.course_id}/").content.decode()


@pytest.mark.parametrize("purposes", [[], [SHOWING]])
def test_only_what_is_released_and_wished_is_shown(cast, client_of, purposes):
    factories.agree(cast.student, *purposes)
    waiting = factories.submission(student=cast.student, assignment=cast.assignment)
    if not purposes:
        factories.result(waiting.performance, rater=cast.teacher)
    page = client_of(cast.teacher).post(at("show", waiting), follow=True).content.decode()
    sentence = "once its result is released" if purposes else "Student has not agreed to be shown to the class"
    assert sentence in page
    waiting.refresh_from_db()
    assert waiting.shown_at is None


def test_the_student_is_told_and_has_no_button(cast, client_of, shown):
    page = client_of(cast.student).get(at("submission", shown)).content.decode()
    assert "Your class hears this recording since" in page
    assert at("unshow", shown) not in page
    assert client_of(cast.student).post(at("unshow", shown)).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    cast, client_of, classmate, shown, django_assert_max_num_queries
):
    client, address = client_of(classmate), f"/courses/{cast.course.pk}/"
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(4):
        more = factories.submission(student=cast.student, assignment=cast.assignment)
        factories.result(more.performance, rater=cast.teacher)
        showing.show(submission=more, by=cast.teacher)
    with django_assert_max_num_queries(len(one)):
        client.get(address)
