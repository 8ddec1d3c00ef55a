import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grading.models import Criterion, Performance, Rating, Technique
from reviews.models import Draft, Marking, Moderation
from submissions.models import Submission
from tests import factories


def address(desk) -> str:
    return reverse("reviews:desk", args=[desk.submission.pk])


def test_it_shows_the_recording_and_what_the_model_says(cast, client_of, desk):
    page = client_of(cast.teacher).get(address(desk))
    assert page.status_code == 200
    assert page.context["page"]["level"] == 6
    assert 'data-agree="6"' in page.content.decode()


def test_the_level_of_the_model_is_never_chosen_beforehand(cast, client_of, desk):
    page = client_of(cast.teacher).get(address(desk))
    assert page.context["marks"].level is None
    assert not re.search(r'name="(level|criterion-\w+)" value="\d+" checked', page.content.decode())


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


def test_an_appeal_is_shown_with_a_place_for_the_answer(cast, client_of, desk, colleague):
    factories.result(desk.submission.performance, rater=cast.teacher)
    factories.appeal(desk.submission, reason="The repeat was left out on purpose.")
    text = client_of(colleague).get(address(desk)).content.decode()
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


@pytest.fixture
def blind(cast):
    """To be rated before the model's grade is shown: 3.8642, which nothing else on the page says."""
    submission = factories.submission(student=cast.student, assignment=cast.assignment, blind=True)
    window = {"visual": 8.31, "aural": 7.41, "fused": 3.8642, "low": 2, "high": 9}
    factories.autograde(
        submission.performance,
        level=3.8642,
        low=2,
        high=9,
        model=factories.model(number=7351),
        windows=[{"start": 0.0, "end": 20.0, **window}],
    )
    return submission


def test_a_blind_recording_shows_no_trace_of_the_models_grade(cast, client_of, blind):
    page = client_of(cast.teacher).get(reverse("reviews:desk", args=[blind.pk]))
    text = page.content.decode()
    assert "You rate first" in text
    assert "The model's grade is shown afterwards" in text
    assert (page.context["page"]["windows"], page.context["page"]["level"]) == ([], None)
    assert (page.context["page"]["low"], page.context["page"]["high"]) == (None, None)
    for trace in (
        "3.8642",
        "8.31",
        "7.41",
        "7351",
        "most likely",
        "key--pressed",
        "keyboard__key--likely",
        "data-agree",
    ):
        assert trace not in text, trace
    assert 'name="autograde" value=""' in text
    assert "As the student sees it" not in text


def test_nor_does_what_its_script_asks(cast, client_of, blind):
    said = client_of(cast.teacher).get(reverse("reviews:draft", args=[blind.pk])).content.decode()
    assert "3.8642" not in said
    assert "autograde" not in said


def test_once_rated_everything_is_shown(cast, client_of, blind):
    Rating.objects.create(performance=blind.performance, rater=cast.teacher, level=5, autograde_visible=False)
    page = client_of(cast.teacher).get(reverse("reviews:desk", args=[blind.pk]))
    assert page.context["page"]["level"] == 4
    assert 'data-agree="4"' in page.content.decode()


def test_levels_and_marks_have_their_words(cast, client_of, desk):
    cast.rubric.levels = {"6": "Sings, and keeps time."}
    cast.rubric.save()
    Criterion.objects.filter(key="touch").update(bands={"1": "Every note alike.", "5": "A line breathes."})
    text = client_of(cast.teacher).get(address(desk)).content.decode()
    assert 'id="level-word-6" data-word="6"><b>6</b> Sings, and keeps time.' in text
    assert 'aria-describedby="word-touch-5"' in text
    assert "A line breathes." in text
    assert 'aria-describedby="word-touch-2"' not in text


def test_weights_are_shown_where_they_differ(cast, client_of, desk):
    assert "weight" not in re.sub("data-weight", "", client_of(cast.teacher).get(address(desk)).content.decode())
    Criterion.objects.filter(key="touch").update(weight=2)
    assert "weight 2" in client_of(cast.teacher).get(address(desk)).content.decode()


def test_a_retired_criterion_is_shown_only_where_it_was_marked(cast, client_of, desk):
    Criterion.objects.filter(key="touch").update(retired=True)
    assert 'name="criterion-touch"' not in client_of(cast.teacher).get(address(desk)).content.decode()
    Draft.objects.create(submission=desk.submission, teacher=cast.teacher, body={"criteria": {"touch": 3}})
    assert 'name="criterion-touch" value="3" checked' in client_of(cast.teacher).get(address(desk)).content.decode()


def test_the_schools_vocabulary_is_at_hand(cast, client_of, desk):
    Technique.objects.create(name="Thumb under")
    Technique.objects.create(name="Out of use", retired=True)
    text = client_of(cast.teacher).get(address(desk)).content.decode()
    assert "Thumb under" in text
    assert "Out of use" not in text


def claim(desk, teacher, hours=2):
    until = timezone.now() + timedelta(hours=hours)
    return Marking.objects.create(
        submission=desk.submission, teacher=teacher, role=Marking.Role.FIRST, leased_until=until
    )


def test_what_a_colleague_holds_can_be_heard_but_not_marked(cast, client_of, desk):
    claim(desk, cast.admin)
    page = client_of(cast.teacher).get(address(desk))
    text = page.content.decode()
    assert re.search(r"Admin has this recording on the desk until [\w, ]*\d\d:\d\d\.", text)
    assert '<fieldset class="rubric__marks" disabled>' in text
    assert "data-remark-form" not in text
    assert page.context["page"]["held"]


def test_a_claim_that_ran_out_holds_nobody_up(cast, client_of, desk):
    claim(desk, cast.admin, hours=-1)
    assert not client_of(cast.teacher).get(address(desk)).context["held"]


def test_a_second_marker_is_not_held_up_by_the_first(cast, client_of, desk):
    Submission.objects.update(second=True)
    claim(desk, cast.admin)
    assert not client_of(cast.teacher).get(address(desk)).context["held"]


def test_what_was_sent_back_says_why(cast, client_of, desk):
    factories.result(desk.submission.performance, rater=cast.teacher)
    Moderation.objects.create(submission=desk.submission, head=cast.admin, reason="Please hear the coda again.")
    text = client_of(cast.teacher).get(address(desk)).content.decode()
    assert "Please hear the coda again." in text


# session, user, door, submission with all that is joined, draft, criteria, autograde, own rating, who is done,
# moderation, what the course asks, claim of a colleague, own claim, techniques, other attempts, anchors, settings
DESK_QUERIES = 16


def test_it_asks_a_fixed_number_of_questions(cast, client_of, desk):
    client = client_of(cast.teacher)
    with CaptureQueriesContext(connection) as asked:
        client.get(address(desk))
    assert len(asked) == DESK_QUERIES, [query["sql"][:200] for query in asked]
    assert not Rating.objects.exists()
