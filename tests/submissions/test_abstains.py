"""Where the model is less sure than the course asks, its student sees no level before a teacher has listened."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from grading import engine
from grading.models import Job, Performance
from grading.services import jobs, performances
from submissions.models import Submission
from submissions.standing import standing
from tests import factories
from tests.grading.factories import model_with_file

PEAK = (0.0, 0.0, 0.0, 0.05, 0.2, 0.5, 0.2, 0.05, 0.0, 0.0)


@pytest.fixture
def left(cast) -> Submission:
    """The model has left it to a teacher: anything from 4 to 8."""
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(submission.performance, low=4, high=8, abstained=True, model=factories.model(champion=True))
    return submission


def page(client, submission) -> str:
    return client.get(reverse("submissions:submission", args=[submission.pk])).content.decode()


@pytest.mark.parametrize(("allowed", "abstains"), [(None, False), (4, False), (3, False), (2, True), (1, True)])
def test_it_abstains_where_the_interval_holds_more_levels_than_the_course_allows(
    cast, house, monkeypatch, allowed, abstains
):
    said = SimpleNamespace(
        visual=PEAK, aural=PEAK, fused=PEAK, level=6.0, low=5, high=7, windows=(), device="cpu", seconds=0.0
    )
    monkeypatch.setattr(engine, "grade", lambda *_args, **_wanted: said)
    model_with_file(champion=True)
    prepared = factories.performance(player=cast.student, state=Performance.State.PREPARED, abstain_over=allowed)
    performances.grade(jobs.queue(kind=Job.Kind.GRADE, performance=prepared).pk)
    prepared.refresh_from_db()
    assert prepared.autograde.abstained is abstains


def test_its_student_is_told_that_a_teacher_will_listen_and_no_level(cast, client_of, left):
    text = page(client_of(cast.student), left)
    assert "The model has listened and is not sure enough to say a level, so your teacher will listen." in text
    assert "Provisional" not in text
    assert "key--pressed" not in text
    assert '"windows": []' in text
    assert "This grade comes from" not in text


def test_nor_do_lists_say_one(cast, client_of, left):
    for address in ("/", reverse("submissions:assignment", args=[cast.assignment.pk]), reverse("submissions:journey")):
        text = client_of(cast.student).get(address).content.decode()
        assert "key--pressed" not in text
        assert "provisional" not in text
        assert "most likely" not in text
    assert standing(left, cast.student).word == "with your teacher"


def test_nor_does_the_interface(cast, client_of, left):
    one, several = reverse("api:submission", args=[left.pk]), reverse("api:submissions")
    assert client_of(cast.student).get(one).json()["autograde"] is None
    assert client_of(cast.student).get(several).json()["results"][0]["autograde"] is None
    told = client_of(cast.teacher).get(one).json()["autograde"]
    assert (told["low"], told["high"], told["abstained"]) == (4, 8, True)


def test_its_teacher_sees_the_wide_range(cast, client_of, left):
    assert "most likely between 4 and 8" in page(client_of(cast.teacher), left)
    desk = client_of(cast.teacher).get(reverse("reviews:desk", args=[left.pk])).content.decode()
    assert "not sure enough for this course: anything from 4 to 8 is likely" in desk
    queue = client_of(cast.teacher).get(reverse("reviews:queue")).content.decode()
    assert "Left to you by the model" in queue


def test_with_the_result_the_model_s_word_is_shown_as_of_every_recording(cast, client_of, left):
    factories.result(left.performance, rater=cast.teacher)
    stands = standing(Submission.objects.get(pk=left.pk), cast.student)
    assert not stands.abstains
    assert stands.autograde == left.performance.autograde


def test_a_course_that_shows_no_grade_at_all_says_that_instead(cast, client_of, left):
    cast.course.shows_provisional = False
    cast.course.save()
    text = page(client_of(cast.student), left)
    assert "not sure enough" not in text
    assert "In this course no grade is shown before your teacher has listened" in text


def test_the_course_form_keeps_how_wide_a_range_may_be(cast, client_of):
    client, edit = client_of(cast.teacher), reverse("courses:edit", args=[cast.course.pk])
    form = client.get(edit).context["form"]
    assert "a teacher decides" in str(form["abstain_over"].label)
    fields = {name: value for name, value in form.initial.items() if value is not None}
    assert client.post(edit, fields | {"abstain_over": "3"}).status_code == 302
    cast.course.refresh_from_db()
    assert cast.course.abstain_over == 3
    assert "abstain_over" in client.post(edit, fields | {"abstain_over": "0"}).context["form"].errors
    cast.course.refresh_from_db()
    assert cast.course.abstain_over == 3
    assert client.post(edit, fields | {"abstain_over": ""}).status_code == 302
    cast.course.refresh_from_db()
    assert cast.course.abstain_over is None
