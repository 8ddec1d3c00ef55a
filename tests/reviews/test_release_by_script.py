"""The desk's own script releases by JSON, so that an expired sign-in or a lost connection costs no word."""

import pytest
from django.urls import reverse

from grading.models import Rating, Result
from tests import factories

JSON = {"Accept": "application/json"}


def release(client, desk, **fields):
    form = {"level": "6", "seen": "", "autograde": str(desk.autograde.pk), "remarks": "[]"} | fields
    return client.post(reverse("reviews:release", args=[desk.submission.pk]), form, headers=JSON)


def test_it_is_told_where_to_go_on(cast, client_of, desk):
    other = factories.submission(student=cast.student, assignment=cast.assignment)
    answer = release(client_of(cast.teacher), desk)
    assert answer.json() == {"to": reverse("reviews:desk", args=[other.pk])}
    assert Result.objects.get().level == 6


def test_what_is_missing_is_told_in_a_sentence(cast, client_of, desk):
    answer = release(client_of(cast.teacher), desk, level="")
    assert (answer.status_code, answer.json()) == (422, {"sentence": "Choose a level before you release."})


def test_an_answer_that_was_lost_is_given_again(cast, client_of, desk):
    client = client_of(cast.teacher)
    release(client, desk)
    assert release(client, desk).json() == {"to": reverse("reviews:queue")}
    assert Rating.objects.count() == 1


def test_a_colleagues_release_is_told_and_changes_nothing(cast, client_of, desk):
    result = factories.result(desk.submission.performance, rater=cast.admin, level=5)
    answer = release(client_of(cast.teacher), desk, level="7")
    assert answer.status_code == 409
    assert answer.json()["standing"]["released"]["id"] == result.rating_id
    assert Result.objects.get().level == 5


@pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, client_of, desk, who):
    assert release(client_of(getattr(cast, who)), desk).status_code == 404
