"""Two of one's own recordings side by side."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from grading.models import Job, Performance
from grading.services import alignments
from submissions.models import Submission
from tests import factories
from tests.reviews.test_compare import ANSWER


@pytest.fixture
def attempts(cast) -> list[Submission]:
    """Three at the same piece, the oldest first; the first is released at level 4."""
    made = [
        factories.submission(student=cast.student, assignment=cast.assignment, attempt=number) for number in (1, 2, 3)
    ]
    for days, row in zip((20, 10, 0), made, strict=True):
        Submission.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=days))
        factories.autograde(row.performance)
        row.refresh_from_db()
    factories.result(made[0].performance, rater=cast.teacher, level=4)
    return made


def address(one, other=None, name="compare") -> str:
    return reverse(f"submissions:{name}", args=[one.pk]) + (f"?with={other.pk}" if other else "")


@pytest.fixture
def see(cast, client_of):
    def see(one, other=None, who=None, **rest):
        return client_of(who or cast.student).get(address(one, other, **rest))

    return see


def test_without_a_choice_it_is_laid_beside_the_attempt_before(see, attempts):
    page = see(attempts[2])
    assert page.context["beside"].submission == attempts[1]
    assert see(attempts[0]).context["beside"].submission == attempts[2], "the first one beside the latest"


def test_another_attempt_can_be_chosen(see, attempts):
    page = see(attempts[2], attempts[0])
    assert page.context["beside"].submission == attempts[0]
    text = page.content.decode()
    assert f'<option value="{attempts[0].pk}" selected>attempt 1' in text
    assert f'<option value="{attempts[1].pk}">attempt 2' in text
    assert "released at level 4" in text
    assert "Keys" not in text


def test_no_grade_of_the_model_stands_there(see, attempts):
    text = see(attempts[2], attempts[1]).content.decode()
    assert "ovisional" not in text
    assert "level 6" not in text


def test_alone_it_says_what_will_stand_there(cast, see):
    only = factories.submission(student=cast.student, assignment=cast.assignment)
    text = see(only).content.decode()
    assert "There is nothing to lay beside it yet." in text
    assert "<video" not in text


def test_it_is_not_found_by_anybody_else(cast, see, attempts):
    for person in (cast.teacher, cast.other_student, cast.admin, cast.nobody):
        assert see(attempts[2], attempts[0], who=person).status_code == 404
        assert see(attempts[2], attempts[0], who=person, name="compare_step").status_code == 404


def test_nothing_but_one_s_own_playable_recording_of_the_piece_is_laid_beside_it(cast, see, attempts):
    now = attempts[2]
    theirs = factories.submission(student=cast.other_student, assignment=cast.assignment)
    other_piece = factories.submission(student=cast.student, assignment=factories.assignment(course=cast.course))
    arrived = factories.submission(
        student=cast.student,
        assignment=cast.assignment,
        performance=factories.performance(player=cast.student, state=Performance.State.ARRIVED),
    )
    back = factories.submission(student=cast.student, assignment=cast.assignment, withdrawn_at=timezone.now())
    reduced = factories.submission(student=cast.student, assignment=cast.assignment)
    Performance.objects.filter(pk=reduced.performance_id).update(reduced_at=timezone.now())
    for beside in (theirs, other_piece, arrived, back, reduced, now):
        assert see(now, beside).status_code == 404
    assert see(arrived).status_code == 404
    assert see(now, name="compare").context["pair"].choice == [attempts[1], attempts[0]]
    assert client_says_404(see, now)


def client_says_404(see, one) -> bool:
    class Nothing:
        pk = "no-such-recording"

    return see(one, Nothing).status_code == 404


def test_the_page_asks_for_both_in_step_and_waits_honestly(cast, client_of, see, attempts, doorbells):
    now, former = attempts[2], attempts[0]
    assert 'hx-trigger="load, submit"' in see(now, former).content.decode()
    answer = client_of(cast.student).post(address(now, former), headers={"HX-Request": "true"})
    assert "Both are being put in step." in answer.content.decode()
    assert f'hx-get="{address(now, former, name="compare_step")}"' in answer.content.decode()
    assert Job.objects.filter(kind=Job.Kind.ALIGN).count() == 1
    factories.beat("media", beat_at=timezone.now() - timedelta(hours=1))
    waiting = see(now, former, name="compare_step").content.decode()
    assert "No worker for recordings is running since" in waiting
    assert "meanwhile both can be played side by side" in waiting


def test_without_scripts_a_button_asks_and_leads_back(cast, client_of, attempts):
    now, former = attempts[2], attempts[0]
    answer = client_of(cast.student).post(address(now, former))
    assert (answer.status_code, answer["Location"]) == (302, address(now, former))


def test_once_a_worker_has_answered_the_page_loads_anew_and_shows_both_in_step(see, attempts):
    now, former = attempts[2], attempts[0]
    study = alignments.ask_align(performance=now.performance, other=former.performance)
    study.answer = ANSWER
    study.save(update_fields=("answer",))
    assert see(now, former, name="compare_step")["HX-Refresh"] == "true"
    page = see(now, former)
    assert page.context["page"]["inStep"] is True
    assert "On average 91 beats a minute in attempt 3" in page.content.decode()
    assert page.context["page"]["keys"] == []


def test_it_asks_as_often_with_many_attempts(cast, client_of, attempts, django_assert_max_num_queries):
    for number in range(4, 30):
        factories.submission(student=cast.student, assignment=cast.assignment, attempt=number)
    client = client_of(cast.student)
    # session, person, doors (teaches, studies), this one, the others, the study, its job
    with django_assert_max_num_queries(8):
        client.get(address(attempts[2], attempts[0]))
