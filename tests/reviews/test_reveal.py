import pytest
from django.urls import reverse
from django.utils import timezone

from grading.models import Rating, Result
from tests import factories


@pytest.fixture
def rated(cast):
    """A blind recording at level 6 by the model, which the teacher rated 8 before she saw that."""
    submission = factories.submission(student=cast.student, assignment=cast.assignment, blind=True)
    grade = factories.autograde(submission.performance)
    Rating.objects.create(
        performance=submission.performance, rater=cast.teacher, level=8, autograde=grade, autograde_visible=False
    )
    return submission


def address(submission) -> str:
    return reverse("reviews:reveal", args=[submission.pk])


def test_a_blind_release_leads_there(cast, client_of, rated):
    blind = factories.submission(student=cast.student, assignment=cast.assignment, blind=True)
    factories.autograde(blind.performance)
    form = {"level": "9", "seen": "", "autograde": "", "remarks": "[]"}
    answer = client_of(cast.teacher).post(reverse("reviews:release", args=[blind.pk]), form)
    assert answer["Location"] == address(blind)
    assert not Rating.objects.get(level=9).autograde_visible


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (8, "Your level is two above the model's 6."),
        (5, "Your level is one below the model's 6."),
        (6, "You and the model say the same."),
    ],
)
def test_it_says_in_words_how_far_the_two_lie_apart(cast, client_of, rated, level, words):
    Rating.objects.update(level=level)
    page = client_of(cast.teacher).get(address(rated))
    assert words in page.content.decode().replace("&#x27;", "'")


def test_letting_it_stand_goes_on_to_the_next(cast, client_of, rated):
    Result.objects.create(
        performance=rated.performance,
        rating=Rating.objects.get(),
        rule=Result.Rule.OVERRIDDEN,
        released_at=timezone.now(),
    )
    other = factories.submission(student=cast.student, assignment=cast.assignment)
    answer = client_of(cast.teacher).post(address(rated))
    assert answer["Location"] == reverse("reviews:desk", args=[other.pk])


def test_looking_again_leads_back_to_the_desk(cast, client_of, rated):
    assert reverse("reviews:desk", args=[rated.pk]) in client_of(cast.teacher).get(address(rated)).content.decode()


def test_it_is_not_there_before_one_has_rated(cast, client_of, rated):
    assert client_of(cast.admin).get(address(rated)).status_code == 404
    assert client_of(cast.admin).post(address(rated)).status_code == 404


def test_it_is_not_there_for_what_was_rated_openly(cast, client_of, rated):
    Rating.objects.update(autograde_visible=True)
    assert client_of(cast.teacher).get(address(rated)).status_code == 404


@pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, client_of, rated, who):
    assert client_of(getattr(cast, who)).get(address(rated)).status_code == 404


def test_it_refuses_to_be_deleted(cast, client_of, rated):
    assert client_of(cast.teacher).delete(address(rated)).status_code == 405
