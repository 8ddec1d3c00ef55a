"""A recording that its student takes back before anybody has marked it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import history
from core.models import Event
from grading.models import Performance, Rating, Result
from reviews.marks import Marks
from reviews.models import Draft, Marking
from reviews.queries import queue
from reviews.services import claims, marking
from submissions import retakes
from submissions.models import Submission
from submissions.services import withdrawals
from tests import factories
from tests.races import at_once


@pytest.fixture
def recording(cast) -> Submission:
    made = factories.submission(student=cast.student, assignment=cast.assignment, attempt=2)
    factories.autograde(made.performance)
    return made


def withdraw(cast, submission) -> Submission:
    return withdrawals.withdraw(submission=submission, by=cast.student)


def post(client, name, submission, **rest):
    return client.post(reverse(f"submissions:{name}", args=[submission.pk]), **rest)


def page(client, submission) -> str:
    return client.get(reverse("submissions:submission", args=[submission.pk])).content.decode()


def test_a_student_takes_a_recording_back(cast, client_of, recording):
    client = client_of(cast.student)
    assert "Take it back" in page(client, recording)
    text = post(client, "withdraw", recording, follow=True).content.decode()
    recording.refresh_from_db()
    assert recording.withdrawn_at is not None
    assert "You took it back." in text
    assert "You took this recording back" in text
    assert "it is erased by itself" in text
    assert "Take it back" not in text
    assert "js/submission.js" not in text, "its page has nothing for it to work on"


def test_taking_it_back_again_changes_nothing(cast, recording):
    first = withdraw(cast, recording).withdrawn_at
    assert withdraw(cast, recording).withdrawn_at == first
    assert Event.objects.filter(kind="withdrawn").count() == 1


def test_only_its_student_takes_it_back(cast, client_of, recording):
    for person in (cast.teacher, cast.other_student, cast.admin):
        assert post(client_of(person), "withdraw", recording).status_code == 404
        with pytest.raises(withdrawals.WithdrawalRefused):
            withdrawals.withdraw(submission=recording, by=person)
    assert client_of(cast.student).get(reverse("submissions:withdraw", args=[recording.pk])).status_code == 405
    recording.refresh_from_db()
    assert recording.withdrawn_at is None


def test_the_history_says_so_without_a_name_in_its_data(cast, recording):
    withdraw(cast, recording)
    event = Event.objects.get(kind="withdrawn")
    assert history.sentence(event) == "Student took attempt 2 back before it was marked"
    assert (event.performance_id, event.course, event.after) == (
        recording.performance_id,
        cast.course.pk,
        {"attempt": 2},
    )


def test_nobody_but_its_student_finds_it_any_more(cast, client_of, recording, house):
    factories.media(recording.performance)
    addresses = [
        reverse("submissions:submission", args=[recording.pk]),
        reverse("core:media", args=[recording.performance_id, "proxy"]),
        reverse("api:submission", args=[recording.pk]),
    ]
    withdraw(cast, recording)
    for person in (cast.teacher, cast.admin):
        client = client_of(person)
        assert {client.get(address).status_code for address in addresses} == {404}
        assert client.get(reverse("reviews:desk", args=[recording.pk])).status_code == 404
        assert str(recording.pk) not in client.get(f"/assignments/{cast.assignment.pk}/").content.decode()
    own = client_of(cast.student)
    assert {own.get(address).status_code for address in addresses} == {200}
    assert "taken back" in own.get(f"/assignments/{cast.assignment.pk}/").content.decode()


def test_it_leaves_the_queue_and_what_was_begun_and_let_go_falls_away(cast, recording):
    claims.take(submission=recording, teacher=cast.teacher)
    Marking.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    Draft.objects.create(submission=recording, teacher=cast.teacher, body={"level": 6})
    assert list(queue(cast.teacher)) == [recording]
    withdraw(cast, recording)
    assert list(queue(cast.teacher)) == []
    assert not Marking.objects.exists()
    assert not Draft.objects.exists()


def test_the_model_s_grade_of_it_is_not_shown_any_more(cast, client_of, recording):
    assert "Provisional level 6" in page(client_of(cast.student), recording)
    withdraw(cast, recording)
    assert "level 6" not in page(client_of(cast.student), recording)


def refused(cast, client, submission) -> str:
    assert not retakes.may_withdraw(submission, cast.student)
    assert "Take it back" not in page(client, submission)
    text = post(client, "withdraw", submission, follow=True).content.decode()
    submission.refresh_from_db()
    assert submission.withdrawn_at is None
    return text


def test_it_stays_while_a_teacher_is_at_it(cast, client_of, recording):
    claims.take(submission=recording, teacher=cast.teacher)
    assert "A teacher is listening to this recording now" in refused(cast, client_of(cast.student), recording)


def test_it_stays_once_one_of_two_teachers_has_marked_it(cast, client_of, recording):
    Submission.objects.filter(pk=recording.pk).update(second=True)
    marks = Marks(level=6)
    marking.release(
        submission=recording, teacher=cast.teacher, marks=marks, autograde=recording.performance.autograde, seen=None
    )
    assert not Result.objects.exists()
    assert "A teacher has marked this recording already" in refused(cast, client_of(cast.student), recording)


def test_it_stays_once_the_result_is_here(cast, client_of, recording):
    factories.result(recording.performance, rater=cast.teacher)
    recording.performance.refresh_from_db()
    assert "Your result is here already" in refused(cast, client_of(cast.student), recording)


def test_a_rating_in_a_standardisation_is_no_mark_of_it(cast, recording):
    factories.rating(recording.performance, rater=cast.other_teacher, purpose=Rating.Purpose.STANDARD)
    assert withdraw(cast, recording).withdrawn_at is not None


def test_one_that_is_still_being_prepared_can_be_taken_back_too(cast, client_of):
    arrived = factories.performance(player=cast.student, state=Performance.State.ARRIVED)
    factories.job(arrived)
    made = factories.submission(student=cast.student, assignment=cast.assignment, performance=arrived)
    assert "Take it back" in page(client_of(cast.student), made)
    assert withdraw(cast, made).withdrawn_at is not None


def test_a_teacher_who_has_the_page_open_is_told(cast, recording):
    withdraw(cast, recording)
    with pytest.raises(claims.Held, match="taken this recording back"):
        claims.take(submission=recording, teacher=cast.teacher)
    with pytest.raises(marking.NotReady, match="taken this recording back"):
        marking.release(submission=recording, teacher=cast.teacher, marks=Marks(level=6), autograde=None, seen=None)
    with pytest.raises(marking.NotReady, match="taken this recording back"):
        marking.abstain(submission=recording, teacher=cast.teacher, kind="unusable", reason="Too dark to see.")


# erasing


def test_it_is_erased_at_once_where_its_student_says_so(
    cast, client_of, recording, house, django_capture_on_commit_callbacks
):
    factories.media(recording.performance)
    client = client_of(cast.student)
    assert "Take the recording back first" in post(client, "erase", recording, follow=True).content.decode()
    withdraw(cast, recording)
    with django_capture_on_commit_callbacks(execute=True):
        response = post(client, "erase", recording)
    assert response["Location"] == reverse("submissions:assignment", args=[cast.assignment.pk])
    assert not Submission.objects.exists()
    assert not recording.performance.folder.exists()


def test_it_is_erased_by_itself_when_its_time_is_up(cast, recording, house):
    withdraw(cast, recording)
    assert withdrawals.erase_old() == 0
    Submission.objects.update(withdrawn_at=timezone.now() - withdrawals.KEPT - timedelta(minutes=1))
    assert withdrawals.erase_old() == 1
    assert not Performance.objects.filter(pk=recording.performance_id).exists()


# the student and a teacher at the same moment, each with a connection of their own


def what_came(*acts) -> list[str]:
    """Of each act: that it was done, or the sentence that refused it."""
    refusals = (withdrawals.WithdrawalRefused, marking.NotReady, claims.Held)
    came = at_once(*acts, expected=refusals)
    return [str(each) if isinstance(each, refusals) else "done" for each in came]


@pytest.mark.django_db(transaction=True)
def test_of_taking_back_and_releasing_at_the_same_moment_one_happens(cast):
    outcomes = set()
    for number in range(16):
        made = factories.submission(student=cast.student, assignment=cast.assignment, attempt=number + 1)
        acts = (
            lambda made=made: withdraw(cast, made),
            lambda made=made: marking.release(
                submission=made, teacher=cast.teacher, marks=Marks(level=6), autograde=None, seen=None
            ),
        )
        student, teacher = what_came(*acts)
        made.refresh_from_db()
        released = Result.objects.filter(performance=made.performance_id).exists()
        assert (made.withdrawn_at is not None) != released
        assert (student == "done", teacher == "done") == (not released, released)
        outcomes.add((student, teacher))
    assert outcomes <= {
        ("done", "The student has taken this recording back."),
        ("Your result is here already, so this recording stays.", "done"),
    }


@pytest.mark.django_db(transaction=True)
def test_of_taking_back_and_beginning_to_mark_at_the_same_moment_one_happens(cast):
    for number in range(16):
        made = factories.submission(student=cast.student, assignment=cast.assignment, attempt=number + 1)
        what_came(
            lambda made=made: withdraw(cast, made),
            lambda made=made: claims.take(submission=made, teacher=cast.teacher),
        )
        made.refresh_from_db()
        assert (made.withdrawn_at is not None) != Marking.objects.filter(submission=made).exists()
