import json

import pytest
from django.urls import reverse

from grading.models import Rating, Result
from reviews.models import Draft
from submissions.models import Appeal
from tests import factories


def address(desk) -> str:
    return reverse("reviews:release", args=[desk.submission.pk])


def form(desk, **fields) -> dict:
    return {"level": "6", "seen": "", "autograde": str(desk.autograde.pk), "remarks": "[]"} | fields


def appeal(cast, desk) -> Appeal:
    factories.result(desk.submission.performance, rater=cast.teacher, level=6)
    return factories.appeal(desk.submission)


def test_the_student_gets_the_teachers_level_criteria_comment_and_remarks(cast, client_of, desk):
    remarks = json.dumps([{"start": 3.25, "end": 4, "text": "Wait for the bass."}])
    client_of(cast.teacher).post(
        address(desk), form(desk, **{"criterion-touch": "4", "comment": "Fine.", "remarks": remarks})
    )
    result = Result.objects.get()
    assert (result.level, result.rule, result.rating.rater) == (6, Result.Rule.ACCEPTED, cast.teacher)
    assert (result.rating.criteria, result.rating.comment) == ({"touch": 4}, "Fine.")
    assert [(remark.start, remark.end, remark.text) for remark in result.rating.remarks.all()] == [
        (3.25, 4.0, "Wait for the bass.")
    ]
    assert result.rating.autograde == desk.autograde
    assert result.rating.autograde_visible


def test_it_goes_on_to_the_next_in_the_queue(cast, client_of, desk):
    other = factories.submission(student=cast.student, assignment=cast.assignment)
    answer = client_of(cast.teacher).post(address(desk), form(desk))
    assert answer["Location"] == reverse("reviews:desk", args=[other.pk])


def test_after_the_last_one_it_goes_back_to_the_queue(cast, client_of, desk):
    assert client_of(cast.teacher).post(address(desk), form(desk))["Location"] == reverse("reviews:queue")


def test_the_draft_is_gone_afterwards(cast, client_of, desk):
    Draft.objects.create(submission=desk.submission, teacher=cast.teacher, body={"level": 6})
    client_of(cast.teacher).post(address(desk), form(desk))
    assert not Draft.objects.exists()


def test_pressing_twice_releases_once(cast, client_of, desk):
    client = client_of(cast.teacher)
    client.post(address(desk), form(desk))
    again = client.post(address(desk), form(desk), follow=True)
    assert Rating.objects.count() == 1
    assert "already released" in again.content.decode()


def test_a_colleagues_release_in_between_is_not_overwritten(cast, client_of, desk):
    client_of(cast.admin).post(address(desk), form(desk, level="5"))
    answer = client_of(cast.teacher).post(address(desk), form(desk, level="7"), follow=True)
    assert Result.objects.get().level == 5
    assert "while you were looking" in answer.content.decode()


def test_a_second_thought_is_a_second_rating(cast, client_of, desk):
    client = client_of(cast.teacher)
    client.post(address(desk), form(desk))
    first = Rating.objects.get()
    client.post(address(desk), form(desk, level="7", seen=str(first.pk)))
    assert Result.objects.get().level == 7
    assert Rating.objects.count() == 2


def test_a_level_outside_the_interval_asks_for_a_reason_and_keeps_what_was_typed(cast, client_of, desk):
    answer = client_of(cast.teacher).post(address(desk), form(desk, level="2", comment="A long thought"))
    assert answer.status_code == 422
    assert "why" in answer.context["trouble"]
    assert "A long thought" in answer.content.decode()
    assert not Rating.objects.exists()


def test_with_a_reason_the_teacher_overrides(cast, client_of, desk):
    client_of(cast.teacher).post(address(desk), form(desk, level="2", reason="The left hand is missing."))
    assert Result.objects.get().rule == Result.Rule.OVERRIDDEN


def test_a_grade_that_came_in_later_was_not_seen(cast, client_of, desk):
    client_of(cast.teacher).post(address(desk), form(desk, autograde="", level="2"))
    rating = Rating.objects.get()
    assert rating.autograde is None
    assert not rating.autograde_visible


def test_the_grade_of_another_recording_is_not_taken(cast, client_of, desk):
    other = factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    foreign = factories.autograde(other.performance)
    client_of(cast.teacher).post(address(desk), form(desk, autograde=str(foreign.pk)))
    assert Rating.objects.get().autograde is None


@pytest.mark.parametrize("fields", [{"level": ""}, {"level": "11"}, {"remarks": "{"}, {"criterion-touch": "9"}])
def test_it_says_what_is_missing_or_wrong(cast, client_of, desk, fields):
    answer = client_of(cast.teacher).post(address(desk), form(desk, **fields))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Rating.objects.exists()


@pytest.mark.parametrize("written", ["", "  \n"])
def test_an_appeal_wants_an_answer(cast, client_of, desk, colleague, written):
    made = appeal(cast, desk)
    answer = client_of(colleague).post(address(desk), form(desk, answer=written))
    assert "Write an answer" in answer.context["trouble"]
    made.refresh_from_db()
    assert made.decided_at is None
    assert Rating.objects.count() == 1


def test_a_colleague_who_releases_answers_the_appeal(cast, client_of, desk, colleague):
    made = appeal(cast, desk)
    client_of(colleague).post(address(desk), form(desk, level="7", answer="You are right."))
    made.refresh_from_db()
    assert (made.answer, made.decided_by) == ("You are right.", colleague)
    assert Result.objects.get().level == 7


def test_a_refused_rating_leaves_nothing_behind(cast, client_of, desk, colleague, monkeypatch):
    """Rating, result, appeal and draft change together or not at all."""
    Draft.objects.create(submission=desk.submission, teacher=colleague, body={})
    made = appeal(cast, desk)

    def fail(**_):
        raise RuntimeError("the lights went out")

    monkeypatch.setattr("reviews.services.settling.answer_appeal", fail)
    with pytest.raises(RuntimeError):
        client_of(colleague).post(address(desk), form(desk, level="7", answer="The repeat is steady."))
    made.refresh_from_db()
    assert (Rating.objects.count(), Draft.objects.count(), made.decided_at) == (1, 1, None)


@pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, client_of, desk, who):
    assert client_of(getattr(cast, who)).post(address(desk), form(desk)).status_code == 404
    assert not Rating.objects.exists()


def test_it_refuses_get(cast, client_of, desk):
    assert client_of(cast.teacher).get(address(desk)).status_code == 405
