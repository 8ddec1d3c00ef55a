"""Taking a recording from the queue, and giving it back."""

import pytest
from django.urls import reverse

from reviews.models import Marking
from reviews.services import claims
from tests import factories
from tests.reviews.waiting import hand_in


def test_next_leads_to_the_desk_of_what_it_claims_and_stays_in_the_course(cast, client_of):
    submission = hand_in(cast, grade={})
    answer = client_of(cast.teacher).post(reverse("reviews:next"), {"course": cast.course.pk})
    assert answer["Location"] == f"{reverse('reviews:desk', args=[submission.pk])}?course={cast.course.pk}"
    assert claims.holder(submission).teacher == cast.teacher


def test_next_says_kindly_that_nothing_is_free(cast, client_of, colleague):
    claims.take(submission=hand_in(cast, grade={}), teacher=colleague)
    page = client_of(cast.teacher).post(reverse("reviews:next"), follow=True)
    assert "Nothing is free just now" in page.content.decode()


def test_next_does_not_leave_the_courses_she_teaches(cast, client_of):
    factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    client_of(cast.teacher).post(reverse("reviews:next"), {"course": cast.other_course.pk})
    assert not Marking.objects.exists()


def test_a_given_one_is_claimed_from_its_row(cast, client_of):
    hand_in(cast, grade={"low": 1, "high": 10})
    chosen = hand_in(cast, grade={})
    answer = client_of(cast.teacher).post(reverse("reviews:claim", args=[chosen.pk]))
    assert answer["Location"] == reverse("reviews:desk", args=[chosen.pk])
    assert Marking.objects.get().submission == chosen


def test_one_that_a_colleague_was_quicker_to_take_is_named(cast, client_of, colleague):
    submission = hand_in(cast, grade={})
    claims.take(submission=submission, teacher=colleague)
    page = client_of(cast.teacher).post(reverse("reviews:claim", args=[submission.pk]), follow=True)
    assert "Clara Whitfield has it until" in page.content.decode()
    assert Marking.objects.get().teacher == colleague


def test_a_released_one_cannot_be_claimed(cast, client_of, colleague):
    submission = hand_in(cast, grade={})
    factories.result(submission.performance, rater=colleague)
    page = client_of(cast.teacher).post(reverse("reviews:claim", args=[submission.pk]), follow=True)
    assert "does not wait for you any more" in page.content.decode()
    assert not Marking.objects.exists()


def test_nobody_gives_back_what_a_colleague_holds(cast, client_of, colleague):
    submission = hand_in(cast, grade={})
    claims.take(submission=submission, teacher=colleague)
    client_of(cast.teacher).post(reverse("reviews:give_back", args=[submission.pk]))
    assert Marking.objects.get().teacher == colleague


@pytest.mark.parametrize("name", ["reviews:claim", "reviews:give_back"])
@pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
def test_taking_and_giving_back_are_hidden_from_everyone_else(cast, client_of, name, who):
    submission = hand_in(cast, grade={})
    assert client_of(getattr(cast, who)).post(reverse(name, args=[submission.pk])).status_code == 404
    assert not Marking.objects.exists()


@pytest.mark.parametrize("name", ["reviews:claim", "reviews:give_back", "reviews:next"])
def test_taking_is_no_get(cast, client_of, name):
    args = [] if name == "reviews:next" else [hand_in(cast, grade={}).pk]
    assert client_of(cast.teacher).get(reverse(name, args=args)).status_code == 405
