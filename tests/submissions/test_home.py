"""The start page of a student: what waits for them, what to play, and what has become of it."""

from datetime import timedelta

from django.utils import timezone

from grading.models import Abstention, Performance
from submissions.models import Appeal
from tests import factories


def home(client_of, person) -> str:
    return client_of(person).get("/").content.decode()


def hand_in(cast, **fields):
    return factories.submission(student=cast.student, assignment=cast.assignment, **fields)


def test_what_is_set_stands_there_until_it_is_handed_in(cast, client_of):
    assert "Play next" in home(client_of, cast.student)
    hand_in(cast)
    page = home(client_of, cast.student)
    assert "Play next" not in page
    assert "Everything that is set is handed in." in page


def test_a_recording_that_waits_for_their_word_stands_first(cast, client_of):
    made = hand_in(cast)
    Performance.objects.update(held_until=timezone.now() + timedelta(hours=1))
    page = home(client_of, cast.student)
    assert "Waits for your word" in page
    assert "Play next" not in page
    assert page.count(f"/submissions/{made.pk}/") == 1


def test_what_was_taken_back_is_to_be_played_again(cast, client_of):
    hand_in(cast, withdrawn_at=timezone.now())
    assert "Play next" in home(client_of, cast.student)


def test_what_is_closed_is_not_asked_for(cast, client_of):
    cast.assignment.due_at, cast.assignment.accepts_late = timezone.now() - timedelta(hours=1), False
    cast.assignment.save()
    assert "Play next" not in home(client_of, cast.student)


def test_a_teacher_s_wish_for_another_recording_is_said(cast, client_of):
    made = hand_in(cast, attempt=1)
    Abstention.objects.create(
        performance=made.performance, rater=cast.teacher, kind="unusable", reason="The keys are out of sight."
    )
    assert "your teacher asks to record it again" in home(client_of, cast.student)
    hand_in(cast, attempt=2, withdrawn_at=timezone.now())
    assert "your teacher asks to record it again" in home(client_of, cast.student), "what was taken back is no answer"
    hand_in(cast, attempt=3)
    assert "your teacher asks to record it again" not in home(client_of, cast.student)


def test_the_clock_of_an_appeal_is_there_until_it_is_answered(cast, client_of):
    made = hand_in(cast)
    factories.result(made.performance, rater=cast.teacher)
    appeal = Appeal.objects.create(
        submission=made, reason="The bridge was slow on purpose.", answer_by=timezone.now() + timedelta(days=9)
    )
    assert "at the latest" in home(client_of, cast.student)
    Appeal.objects.update(answer_by=timezone.now() - timedelta(days=1))
    assert "the answer was due on" in home(client_of, cast.student)
    appeal.decided_at = timezone.now()
    appeal.save()
    assert "Looked at again" not in home(client_of, cast.student)


def test_progress_is_one_press_away(cast, client_of):
    assert "Your progress" not in home(client_of, cast.student)
    hand_in(cast)
    assert "Your progress" in home(client_of, cast.student)
