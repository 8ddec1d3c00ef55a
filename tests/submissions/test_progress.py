"""The waiting part of a recording's page, asked for again and again."""

import re

import pytest

from grading.models import Job, Performance
from grading.services import crowd
from tests import factories


@pytest.fixture
def submission(cast):
    performance = factories.performance(player=cast.student, state=Performance.State.ARRIVED)
    factories.job(performance)
    return factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)


@pytest.fixture
def ask(cast, client_of, submission):
    client = client_of(cast.student)
    return lambda seen="arrived-0-1-0": client.get(f"/submissions/{submission.pk}/progress/", {"seen": seen})


def test_it_is_a_fragment_that_says_when_to_ask_again(ask, submission):
    submission.performance.jobs.update(state="running", stage="sound", fraction=0.4)
    answer = ask()
    fragment = answer.content.decode()
    assert "Listening through the sound" in fragment
    assert 'value="0.400"' in fragment
    assert 1600 <= int(re.search(r'data-again="(\d+)"', fragment)[1]) <= 2400
    assert "<html" not in fragment
    assert answer["Cache-Control"] == "no-store"


def test_a_page_far_from_its_turn_asks_seldom(ask, cast, submission):
    factories.beat("media")
    before = [factories.job(factories.performance(player=cast.student, state="arrived")) for _ in range(30)]
    Job.objects.filter(pk__in=[job.pk for job in before]).update(created_at="2020-01-01T00:00Z")
    fragment = ask().content.decode()
    assert "30 recordings before yours." in fragment
    assert int(re.search(r'data-again="(\d+)"', fragment)[1]) >= 24_000


def test_the_present_step_is_marked(ask):
    fragment = " ".join(ask().content.decode().split())
    assert re.search(r'aria-current="step"><span>Checked and copied', fragment)


def test_it_says_since_when_no_worker_is_running(ask):
    assert re.search(r"No worker is running since .*\. The recording is safe", ask().content.decode())
    factories.beat("media")
    crowd.forget()
    assert "No worker" not in ask().content.decode()


def test_the_page_loads_anew_when_there_is_more_to_show(ask, submission):
    factories.autograde(submission.performance, crop=factories.CROP)
    Performance.objects.update(state=Performance.State.GRADED)
    submission.performance.jobs.update(state="done")
    assert ask().status_code == 204


def test_the_page_loads_anew_when_the_result_is_released(ask, cast, submission):
    assert ask().status_code == 200
    factories.result(submission.performance, rater=cast.teacher)
    assert ask().status_code == 204


def test_a_page_that_just_loaded_is_not_told_to_load_again(ask, cast, client_of, submission):
    """Otherwise a browser would reload for ever."""
    Performance.objects.update(state=Performance.State.PREPARED, crop=factories.CROP, duration=20.0)
    Job.objects.update(kind="grade")
    page = client_of(cast.student).get(f"/submissions/{submission.pk}/").content.decode()
    assert ask(re.search(r"seen=([\w-]+)", page)[1]).status_code == 200


def test_it_is_hidden_from_the_stranger(cast, client_of, submission):
    for stranger in (cast.other_student, cast.other_teacher, cast.nobody):
        assert client_of(stranger).get(f"/submissions/{submission.pk}/progress/").status_code == 404


def test_it_is_cheap(ask, django_assert_num_queries):
    ask()  # and with it what is kept for everybody
    # session, person, submission with performance and result, newest job
    with django_assert_num_queries(4):
        ask()
