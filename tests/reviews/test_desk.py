import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.models import Performance, Rating
from reviews.models import Draft
from submissions.models import Appeal
from tests import factories


def address(desk) -> str:
    return reverse("reviews:desk", args=[desk.submission.pk])


def test_it_shows_the_recording_and_what_the_model_says(cast, client_of, desk):
    page = client_of(cast.teacher).get(address(desk))
    assert page.status_code == 200
    assert page.context["page"]["level"] == 6
    assert "Agree with the model" in page.content.decode()


def test_the_level_of_the_model_is_never_chosen_beforehand(cast, client_of, desk):
    page = client_of(cast.teacher).get(address(desk))
    assert page.context["marks"].level is None
    assert " checked" not in page.content.decode()


@pytest.mark.parametrize("who", ["student", "other_teacher", "other_student", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, client_of, desk, who):
    assert client_of(getattr(cast, who)).get(address(desk)).status_code == 404


def test_it_takes_only_get(cast, client_of, desk):
    assert client_of(cast.teacher).post(address(desk)).status_code == 405


def test_a_draft_survives_a_reload(cast, client_of, desk):
    body = {
        "level": 4,
        "criteria": {"touch": 3},
        "comment": "Softer here.",
        "remarks": [{"start": 2.5, "end": None, "text": "Listen"}],
    }
    Draft.objects.create(submission=desk.submission, teacher=cast.teacher, body=body)
    page = client_of(cast.teacher).get(address(desk))
    text = page.content.decode()
    assert 'value="4" checked' in text
    assert "Softer here." in text
    assert json.loads(page.context["remarks_json"]) == [{"start": 2.5, "end": None, "text": "Listen"}]


def test_the_draft_of_another_teacher_stays_theirs(cast, client_of, desk):
    Draft.objects.create(submission=desk.submission, teacher=cast.admin, body={"comment": "mine alone"})
    assert "mine alone" not in client_of(cast.teacher).get(address(desk)).content.decode()


def test_a_released_recording_begins_with_what_was_released(cast, client_of, desk):
    factories.result(desk.submission.performance, rater=cast.teacher, level=7, remarks=((3.0, "Here"),))
    marks = client_of(cast.teacher).get(address(desk)).context["marks"]
    assert marks.level == 7
    assert [remark.text for remark in marks.remarks] == ["Here"]


def test_an_appeal_is_shown_with_a_place_for_the_answer(cast, client_of, desk):
    factories.result(desk.submission.performance, rater=cast.teacher)
    Appeal.objects.create(submission=desk.submission, reason="The repeat was left out on purpose.")
    text = client_of(cast.teacher).get(address(desk)).content.decode()
    assert "The repeat was left out on purpose." in text
    assert 'name="answer"' in text


def test_a_recording_that_cannot_be_played_yet_says_what_happens(cast, client_of):
    arrived = factories.performance(player=cast.student, state=Performance.State.ARRIVED)
    submission = factories.submission(student=cast.student, assignment=cast.assignment, performance=arrived)
    page = client_of(cast.teacher).get(reverse("reviews:desk", args=[submission.pk]))
    assert "still being prepared" in page.content.decode()


def test_a_starter_model_and_a_generated_recording_are_named(cast, client_of):
    performance = factories.performance(player=cast.student, generated=True)
    submission = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    factories.autograde(performance, model=factories.model(starter=True))
    text = client_of(cast.teacher).get(reverse("reviews:desk", args=[submission.pk])).content.decode()
    assert "generated recording" in text
    assert "never seen a real student" in text.replace("\n", " ")


# session, user, door, submission with all that is joined, draft, criteria, autograde, own rating, who is done
DESK_QUERIES = 9


def test_it_asks_a_fixed_number_of_questions(cast, client_of, desk):
    client = client_of(cast.teacher)
    with CaptureQueriesContext(connection) as asked:
        client.get(address(desk))
    assert len(asked) == DESK_QUERIES, [query["sql"][:200] for query in asked]
    assert not Rating.objects.exists()
