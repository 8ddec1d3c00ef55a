"""Giving no level: the student records it again, or a colleague marks it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Event
from grading.models import Abstention, Rating, Result
from grading.services import labels
from reviews import queries
from reviews.marks import Marks
from reviews.models import Draft, Marking
from reviews.services import claims, marking
from submissions.models import Submission
from tests import factories

REASON = "The microphone was covered from the second line on."


def address(desk) -> str:
    return reverse("reviews:abstain", args=[desk.submission.pk])


def abstain(client, desk, kind="unusable", reason=REASON):
    return client.post(address(desk), {"kind": kind, "reason": reason})


def waits(teacher) -> list[Submission]:
    return list(queries.queue(teacher))


def test_it_is_asked_on_a_page_of_its_own(cast, client_of, desk):
    page = client_of(cast.teacher).get(address(desk))
    assert page.status_code == 200
    assert 'name="reason"' in page.content.decode()


def test_it_goes_on_to_the_next_recording_of_the_course(cast, client_of, desk):
    following = factories.submission(student=cast.student, assignment=cast.assignment)
    form = {"kind": "unusable", "reason": REASON, "course": cast.course.pk}
    to = client_of(cast.teacher).post(address(desk), form)["Location"]
    assert to == f"{reverse('reviews:desk', args=[following.pk])}?course={cast.course.pk}"
    assert Marking.objects.get(submission=following).teacher == cast.teacher


class TestUnusable:
    def test_it_leaves_every_teachers_queue(self, cast, client_of, desk, staff):
        assert abstain(client_of(cast.teacher), desk)["Location"] == reverse("reviews:queue")  # it was the last one
        assert waits(cast.teacher) == waits(staff.second) == []

    def test_the_student_reads_why_and_how_to_go_on(self, cast, client_of, desk):
        abstain(client_of(cast.teacher), desk)
        page = client_of(cast.student).get(reverse("submissions:submission", args=[desk.submission.pk]))
        text = page.content.decode()
        assert "Please record it once more" in text
        assert REASON in text
        assert reverse("submissions:assignment", args=[desk.submission.assignment_id]) in text
        assert "Provisional level" not in text

    def test_the_start_page_asks_for_it_again(self, cast, client_of, desk):
        home = reverse("core:home")
        student = client_of(cast.student)
        title = desk.submission.assignment.piece.title
        assert "Play next" not in student.get(home).content.decode()
        abstain(client_of(cast.teacher), desk)
        text = student.get(home).content.decode()
        assert "Play next" in text
        assert text.count(title) == 3  # to play next, its button, and the attempt that stays
        assert "to be recorded again" in text

    def test_the_start_page_asks_again_although_an_older_attempt_has_its_result(self, cast, client_of, desk):
        older = factories.submission(student=cast.student, assignment=cast.assignment, attempt=1)
        factories.result(older.performance, rater=cast.teacher)
        home = client_of(cast.student)
        assert "Play next" not in home.get(reverse("core:home")).content.decode()
        abstain(client_of(cast.teacher), desk)
        assert "asks to record it again" in home.get(reverse("core:home")).content.decode()
        factories.submission(student=cast.student, assignment=cast.assignment)  # the new one
        assert "asks to record it again" not in home.get(reverse("core:home")).content.decode()

    def test_the_api_says_why(self, cast, client_of, desk):
        abstain(client_of(cast.teacher), desk)
        told = client_of(cast.student).get(reverse("api:submission", args=[desk.submission.pk])).json()
        assert (told["again"], told["autograde"], told["result"]) == (REASON, None, None)

    def test_the_student_may_hand_in_the_next_attempt(self, cast, client_of, desk):
        abstain(client_of(cast.teacher), desk)
        page = client_of(cast.student).get(reverse("submissions:assignment", args=[desk.submission.assignment_id]))
        assert page.context["allowance"].refusal is None

    def test_lists_ask_no_more_for_it(self, cast, client_of, desk):
        """One more recording that is asked for again costs a list no further question."""
        client = client_of(cast.student)
        asked = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("api:submissions"))
            asked.append(len(captured))
            abstain(client_of(cast.teacher), desk)
        assert asked[0] == asked[1]

    def test_it_can_be_given_no_level_any_more(self, cast, desk, staff):
        marking.abstain(submission=desk.submission, teacher=cast.teacher, kind="unusable", reason=REASON)
        with pytest.raises(marking.NotReady, match="record this again"):
            marking.release(
                submission=desk.submission, teacher=staff.second, marks=Marks(level=6), autograde=None, seen=None
            )
        assert not Rating.objects.exists()

    def test_nothing_is_learned_from_it(self, cast, desk):
        desk.submission.performance.may_train = True
        desk.submission.performance.save()
        marking.abstain(submission=desk.submission, teacher=cast.teacher, kind="unusable", reason=REASON)
        assert not labels.learnable()
        assert not Result.objects.exists()

    def test_claims_of_colleagues_and_ones_own_draft_end_with_it(self, cast, desk, staff):
        desk.submission.second = True
        desk.submission.save()
        claims.take(submission=desk.submission, teacher=cast.teacher)
        claims.take(submission=desk.submission, teacher=staff.second)
        Draft.objects.create(submission=desk.submission, teacher=cast.teacher)
        marking.abstain(submission=desk.submission, teacher=cast.teacher, kind="unusable", reason=REASON)
        assert not Marking.objects.exists()
        assert not Draft.objects.exists()


class TestConflict:
    def test_it_leaves_only_this_teachers_queue(self, cast, client_of, desk, staff):
        abstain(client_of(cast.teacher), desk, kind="conflict", reason="She is my daughter.")
        assert waits(cast.teacher) == []
        assert waits(staff.second) == [desk.submission]

    def test_her_claim_is_free_for_a_colleague(self, cast, client_of, desk, staff):
        claims.take(submission=desk.submission, teacher=cast.teacher)
        abstain(client_of(cast.teacher), desk, kind="conflict")
        assert claims.take(submission=desk.submission, teacher=staff.second).role == Marking.Role.FIRST

    def test_she_cannot_release_it_afterwards(self, cast, client_of, desk):
        client = client_of(cast.teacher)
        abstain(client, desk, kind="conflict")
        answer = client.post(reverse("reviews:release", args=[desk.submission.pk]), {"level": "6", "seen": ""})
        assert answer.status_code == 422
        assert not Rating.objects.exists()

    def test_the_student_learns_nothing_of_it(self, cast, client_of, desk):
        abstain(client_of(cast.teacher), desk, kind="conflict", reason="She is my daughter.")
        text = client_of(cast.student).get(reverse("submissions:submission", args=[desk.submission.pk])).content
        assert b"daughter" not in text
        assert b"once more" not in text


@pytest.mark.parametrize("fields", [{"kind": "tired"}, {"reason": "No."}, {"reason": "          x"}, {"reason": ""}])
def test_it_wants_a_kind_and_a_reason_and_keeps_what_was_typed(cast, client_of, desk, fields):
    answer = abstain(client_of(cast.teacher), desk, **fields)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert fields.get("reason", REASON) in answer.content.decode()
    assert not Abstention.objects.exists()


def test_it_is_too_late_once_one_has_released_it(cast, client_of, desk):
    factories.result(desk.submission.performance, rater=cast.teacher)
    assert abstain(client_of(cast.teacher), desk).status_code == 422
    assert not Abstention.objects.exists()


def test_it_is_too_late_once_one_has_marked_it_beside_a_colleague(cast, client_of, desk):
    desk.submission.second = True
    desk.submission.save()
    marking.release(submission=desk.submission, teacher=cast.teacher, marks=Marks(level=6), autograde=None, seen=None)
    assert abstain(client_of(cast.teacher), desk).status_code == 422


def test_pressing_twice_abstains_once(cast, client_of, desk):
    client = client_of(cast.teacher)
    abstain(client, desk)
    assert abstain(client, desk).status_code == 422
    assert Event.objects.filter(kind="abstained").count() == 1


@pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, client_of, desk, who):
    assert abstain(client_of(getattr(cast, who)), desk).status_code == 404
    assert client_of(getattr(cast, who)).get(address(desk)).status_code == 404
    assert not Abstention.objects.exists()


def test_it_takes_no_other_method(cast, client_of, desk):
    assert client_of(cast.teacher).put(address(desk)).status_code == 405
