"""The page of what waits: whose it is, and what it must not tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from grading.models import Abstention
from reviews import queries, ranking
from reviews.models import Marking, Moderation
from reviews.ranking import Why
from reviews.services import claims
from tests import factories
from tests.reviews.waiting import QUEUE, hand_in, mark, peak, waiting


def test_it_shows_what_waits_in_the_teachers_courses(cast, client_of):
    submission = hand_in(cast, grade={})
    page = client_of(cast.teacher).get(QUEUE)
    assert page.status_code == 200
    assert [row.submission.pk for row in page.context["page"]] == [submission.pk]
    assert reverse("reviews:desk", args=[submission.pk]) in page.content.decode()


def test_it_hides_the_recordings_of_another_course(cast, client_of):
    hand_in(cast, grade={})
    assert not client_of(cast.other_teacher).get(QUEUE).context["page"].object_list


@pytest.mark.parametrize("who", ["student", "nobody"])
def test_it_is_not_there_for_those_who_teach_nothing(cast, client_of, who):
    assert client_of(getattr(cast, who)).get(QUEUE).status_code == 404


def test_it_asks_a_stranger_to_sign_in(cast, client_of):
    assert client_of(None).get(QUEUE).status_code == 302


def test_it_takes_only_get(cast, client_of):
    assert client_of(cast.teacher).post(QUEUE).status_code == 405


def test_an_empty_queue_says_so(cast, client_of):
    assert "All is heard" in client_of(cast.teacher).get(QUEUE).content.decode()


def test_an_admin_sees_every_course(cast, client_of):
    hand_in(cast)
    factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    assert len(client_of(cast.admin).get(QUEUE).context["page"].object_list) == 2


def test_a_released_recording_leaves_the_queue(cast, client_of):
    submission = hand_in(cast, grade={})
    factories.result(submission.performance, rater=cast.teacher)
    assert not queries.queue(cast.teacher).exists()


# Whose it is


def test_what_a_colleague_holds_is_shown_with_name_and_time_but_not_free(cast, client_of, colleague):
    submission = hand_in(cast, grade={})
    turn = claims.take(submission=submission, teacher=colleague)
    text = " ".join(client_of(cast.teacher).get(QUEUE).content.decode().split())
    assert f"with </span>Clara Whitfield until {turn.leased_until:%H:%M}" in text
    assert reverse("reviews:claim", args=[submission.pk]) not in text
    assert not queries.queue(cast.teacher).free(cast.teacher).exists()


def test_ones_own_claim_can_be_given_back_from_the_list(cast, client_of):
    submission = hand_in(cast, grade={})
    claims.take(submission=submission, teacher=cast.teacher)
    client = client_of(cast.teacher)
    assert reverse("reviews:give_back", args=[submission.pk]) in client.get(QUEUE).content.decode()
    page = client.post(reverse("reviews:give_back", args=[submission.pk]), follow=True)
    assert "is free for your colleagues again" in page.content.decode()
    assert not Marking.objects.exists()


def test_a_claim_that_ran_out_counts_as_free(cast, client_of, colleague):
    submission = hand_in(cast, grade={})
    claims.take(submission=submission, teacher=colleague)
    Marking.objects.update(leased_until=timezone.now())
    assert "Clara Whitfield" not in client_of(cast.teacher).get(QUEUE).content.decode()
    assert queries.queue(cast.teacher).free(cast.teacher).get() == submission


def test_what_she_has_marked_waits_for_a_colleague_only(cast, colleague):
    submission = hand_in(cast, grade={}, second=True)
    mark(submission, cast.teacher)
    assert waiting(cast.teacher) == []
    assert queries.queue(colleague).get().why == Why.SECOND


@pytest.mark.parametrize(("apart", "free"), [(1, False), (2, True)])
def test_a_third_teacher_is_needed_where_two_differ_by_more_than_the_assignment_allows(cast, colleague, apart, free):
    submission = hand_in(cast, grade={}, second=True)
    mark(submission, cast.teacher, level=5)
    mark(submission, colleague, role="second", level=5 + apart)
    assert queries.queue(cast.admin).free(cast.admin).exists() is free


def test_two_places_are_taken_by_two_who_hold_or_have_marked_it(cast, client_of, colleague):
    submission = hand_in(cast, grade={}, second=True)
    mark(submission, colleague)
    take = reverse("reviews:claim", args=[submission.pk])
    assert take in client_of(cast.teacher).get(QUEUE).content.decode()
    claims.take(submission=submission, teacher=cast.admin)
    assert take not in client_of(cast.teacher).get(QUEUE).content.decode()
    assert not queries.queue(cast.teacher).free(cast.teacher).exists()


def test_an_unusable_recording_waits_for_nobody_and_a_conflict_not_for_her(cast, colleague):
    unusable, conflict = hand_in(cast, grade={}), hand_in(cast, grade={})
    Abstention.objects.create(performance=unusable.performance, rater=colleague, kind="unusable", reason="No sound.")
    Abstention.objects.create(performance=conflict.performance, rater=cast.teacher, kind="conflict", reason="My son.")
    assert waiting(cast.teacher) == []
    assert waiting(colleague) == [conflict]


def test_what_was_sent_back_comes_to_who_released_it(cast, colleague):
    submission = hand_in(cast, grade={})
    factories.result(submission.performance, rater=colleague)
    sent = Moderation.objects.create(submission=submission, head=cast.admin, reason="Far above the others.")
    assert waiting(cast.teacher) == waiting(cast.admin) == []
    assert (queries.queue(colleague).get().why, queries.queue(colleague).get().since) == (
        Why.SENT_BACK,
        sent.created_at,
    )
    Enrolment.objects.filter(user=colleague).delete()
    assert waiting(cast.teacher) == [submission], "nobody who has left the course"
    assert waiting(colleague) == []
    Moderation.objects.update(settled_at=timezone.now())
    assert waiting(cast.teacher) == []


# What is rated before it is seen


def leaks(page) -> bool:
    text = page.content.decode()
    told = ("key--pressed", "key--likely", "why--uncertain", "why--disagreement", "why--unusual", "3 to 8")
    return any(word in text for word in told) or "uncertain about (1)" in text


TELLING = {"low": 3, "high": 8, "visual": peak(2), "aural": peak(9)}


def test_a_blind_recording_shows_nothing_of_what_the_model_says(cast, client_of):
    factories.result(factories.performance(player=cast.student), rater=cast.teacher, level=1)
    hand_in(cast, grade=TELLING, blind=True)
    page = client_of(cast.teacher).get(QUEUE)
    assert "To be rated blind" in page.content.decode()
    assert not leaks(page)
    assert not leaks(client_of(cast.teacher).get("/"))
    hand_in(cast, grade=TELLING)
    assert leaks(client_of(cast.teacher).get(QUEUE)), "or this test sees nothing"
    assert leaks(client_of(cast.teacher).get("/"))


def test_its_place_says_nothing_either(cast):
    """Blind recordings stand by who waits longest, whatever the model says; so does what has no grade."""
    grades = ({}, TELLING, None, {"low": 6, "high": 6})
    blind = [hand_in(cast, grade=grade, blind=grade is not None) for grade in grades]
    for order in ("", "level", "-level"):
        assert list(queries.queue(cast.teacher).in_order(order)) == blind
    assert {row.points for row in queries.queue(cast.teacher)} == {ranking.UNKNOWN_POINTS}


@pytest.mark.parametrize("asked", [{"level": "6"}, {"sure": "wide"}, {"sure": "narrow"}, {"why": "uncertain"}])
def test_no_filter_finds_out_what_it_hides(cast, client_of, asked):
    hand_in(cast, grade=TELLING, blind=True)
    assert not client_of(cast.teacher).get(QUEUE, asked).context["page"].object_list


def test_once_it_is_sent_back_to_its_teacher_nothing_is_hidden(cast, client_of):
    submission = hand_in(cast, grade=TELLING, blind=True)
    factories.result(submission.performance, rater=cast.teacher)
    Moderation.objects.create(submission=submission, head=cast.admin, reason="Far above the others.")
    assert leaks(client_of(cast.teacher).get(QUEUE))


def test_an_appeal_hides_it_from_whoever_may_answer(cast, client_of, colleague):
    submission = hand_in(cast, grade=TELLING)
    factories.result(submission.performance, rater=cast.teacher)
    factories.appeal(submission)
    page = client_of(colleague).get(QUEUE)
    assert "answer by" in page.content.decode()
    assert not leaks(page)
    assert not client_of(cast.teacher).get(QUEUE).context["page"].object_list


# However long it is


# session, user, courses, appeals, what was sent back, what rounds ask for, counts for each reason, rows and their
# players, assignments, performances and turns, two doors
QUEUE_QUERIES = 14


def test_it_asks_the_same_number_of_questions_however_long_the_queue(cast, client_of):
    client = client_of(cast.teacher)
    for recordings in (1, 6):
        for _ in range(recordings):
            hand_in(cast, grade={})
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(QUEUE).status_code == 200
        assert len(asked) == QUEUE_QUERIES, [query["sql"][:200] for query in asked]
