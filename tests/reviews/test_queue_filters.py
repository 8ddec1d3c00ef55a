"""The sentence above the list narrows it by everything it shows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews.services import claims
from submissions.models import Submission
from tests import factories
from tests.reviews.waiting import QUEUE, hand_in


def test_the_sentence_filters_by_reason_and_course(cast, client_of):
    uncertain = hand_in(cast, grade={"low": 3, "high": 8})
    hand_in(cast, grade={})
    client = client_of(cast.teacher)
    assert [row.submission.pk for row in client.get(QUEUE, {"why": "uncertain"}).context["page"]] == [uncertain.pk]
    assert len(client.get(QUEUE, {"course": cast.course.pk}).context["page"].object_list) == 2
    assert "Nothing of that kind" in client.get(QUEUE, {"why": "appeal"}).content.decode()


def test_a_course_of_others_in_the_address_shows_no_more(cast, client_of):
    factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    page = client_of(cast.teacher).get(QUEUE, {"course": cast.other_course.pk})
    assert not page.context["page"].object_list


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"why": "ungraded"}, {"new"}),
        ({"why": "nonsense"}, {"old", "new", "mine", "theirs"}),
        ({"since": "3"}, {"old"}),
        ({"since": "7"}, set()),
        ({"student": "mina"}, {"new"}),
        ({"piece": "gavotte"}, {"new"}),
        ({"piece": "petzold"}, {"old", "mine", "theirs"}),
        ({"level": "6"}, {"old", "theirs"}),
        ({"level": "3"}, {"mine"}),
        ({"sure": "narrow"}, {"old", "theirs"}),
        ({"sure": "wide"}, {"mine"}),
        ({"due": "past"}, {"old", "mine", "theirs"}),
        ({"due": "week"}, set()),
        ({"due": "later"}, {"new"}),
        ({"due": "never"}, set()),
        ({"claim": "free"}, {"old", "new"}),
        ({"claim": "mine"}, {"mine"}),
        ({"claim": "colleague"}, {"theirs"}),
        ({"claim": "free", "sure": "narrow"}, {"old"}),
    ],
)
def test_everything_that_is_shown_can_be_asked_for(cast, client_of, colleague, asked, found):
    now = timezone.now()
    type(cast.assignment).objects.update(due_at=now - timedelta(days=1))
    gavotte = factories.piece(title="Gavotte", composer="Jean-Philippe Rameau")
    later = factories.assignment(course=cast.course, piece=gavotte, due_at=now + timedelta(days=30))
    rows = {
        "old": hand_in(cast, grade={}),
        "new": factories.submission(student=factories.user(name="Mina Park"), assignment=later),
        "mine": hand_in(cast, grade={"level": 2.6, "low": 1, "high": 6}),
        "theirs": hand_in(cast, grade={}),
    }
    Submission.objects.filter(pk=rows["old"].pk).update(created_at=now - timedelta(days=5))
    claims.take(submission=rows["mine"], teacher=cast.teacher)
    claims.take(submission=rows["theirs"], teacher=colleague)
    page = client_of(cast.teacher).get(QUEUE, asked)
    names = {row.pk: name for name, row in rows.items()}
    assert {names[row.submission.pk] for row in page.context["page"]} == found
    assert page.context["total"] == len(found)


def test_each_reason_is_counted_beside_the_one_that_is_shown(cast, client_of):
    hand_in(cast, grade={"low": 1, "high": 9})
    hand_in(cast, grade={})
    text = client_of(cast.teacher).get(QUEUE, {"why": "uncertain"}).content.decode()
    assert "everything (2)" in text
    assert "what the model is uncertain about (1)" in text
    assert "the rest (1)" in text


def test_pages_follow_one_another_without_a_gap(cast, client_of, monkeypatch):
    monkeypatch.setattr("reviews.views.queue.PAGE", 2)
    rows = [hand_in(cast, grade={}) for _ in range(5)]
    client = client_of(cast.teacher)
    seen = [row.submission for number in (1, 2, 3) for row in client.get(QUEUE, {"page": number}).context["page"]]
    assert seen == rows
