"""Two recordings side by side: what may be laid beside what, in step once a worker has answered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from grading.models import Job, Performance, Study
from grading.services import alignments, house
from reviews.models import Anchor, Pack, Standardisation
from tests import factories

ANSWER = {
    "pairs": [[0.0, 1.0], [10.0, 13.0], [20.0, 20.0]],
    "tempo": {"unit": "bpm", "one": [[1.0, 90.0], [2.0, 92.0]], "other": [[2.0, 80.0], [3.5, 81.0]]},
    "waits": [{"goes_on": "one", "start": 4.0, "end": 9.0, "at": 5.0}],
    "alike": 0.8,
    "covered": 1.0,
    "poor": False,
}


@pytest.fixture
def former(cast, desk):
    """The same student's first attempt at the piece, released at level 4."""
    made = factories.submission(student=cast.student, assignment=cast.assignment)
    type(made).objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=9))
    made.refresh_from_db()
    factories.result(made.performance, rater=cast.teacher, level=4)
    return made


@pytest.fixture
def see(cast, client_of, desk):
    def see(name="compare", *other, who=None, pk=None, **rest):
        path = reverse(f"reviews:{name}", args=[pk or desk.submission.pk, *(found.performance_id for found in other)])
        return client_of(who or cast.teacher).get(path, **rest)

    return see


@pytest.fixture
def ask(cast, client_of, desk):
    def ask(other, who=None, **rest):
        path = reverse("reviews:compared", args=[desk.submission.pk, other.performance_id])
        return client_of(who or cast.teacher).post(path, **rest)

    return ask


def anchor(submission, cast, level=6, **fields) -> Anchor:
    return Anchor.objects.create(performance=submission.performance, rubric=cast.rubric, level=level, **fields)


def of(cast, who="student", course="assignment"):
    return factories.submission(student=getattr(cast, who), assignment=getattr(cast, course))


def answered(desk, former, **changed) -> Study:
    study = alignments.ask_align(performance=desk.submission.performance, other=former.performance)
    study.answer = ANSWER | changed
    study.save(update_fields=("answer",))
    return study


# What there is to compare with


def test_it_lists_the_student_s_other_attempts_and_the_anchors(cast, see, former):
    classmate = factories.user(name="Classmate")
    known = factories.submission(student=classmate, assignment=cast.assignment)
    anchor(known, cast, level=6, note="The pulse of a dance.")
    text = see().content.decode()
    assert f"Attempt {former.attempt}" in text
    assert "Anchor at level 6" in text
    assert "The pulse of a dance." in text


def test_with_nothing_beside_it_it_says_what_will_stand_here(see):
    assert "There is nothing to compare it with yet." in see().content.decode()


def test_other_people_pieces_and_unprepared_recordings_are_no_attempts(cast, see):
    of(cast, "nobody")
    factories.submission(
        student=cast.student, assignment=factories.assignment(course=cast.course, rubric=factories.rubric())
    )
    arrived = factories.performance(player=cast.student, state=Performance.State.ARRIVED)
    factories.submission(student=cast.student, assignment=cast.assignment, performance=arrived)
    page = see()
    assert (page.context["attempts"], page.context["anchors"]) == ([], [])


def test_an_attempt_in_a_course_of_another_teacher_is_hidden(cast, see):
    elsewhere = factories.assignment(course=cast.other_course, piece=cast.assignment.piece, rubric=cast.rubric)
    hidden = factories.submission(student=cast.student, assignment=elsewhere)
    assert see().context["attempts"] == []
    assert see("compared", hidden).status_code == 404


def test_an_anchor_of_another_course_a_retired_one_and_one_of_another_rubric_are_hidden(cast, see):
    foreign, retired, other = of(cast, "other_student", "other_assignment"), of(cast, "nobody"), of(cast, "nobody")
    anchor(foreign, cast)
    anchor(retired, cast, retired=True)
    Anchor.objects.create(performance=other.performance, rubric=factories.rubric(), level=6)
    assert see().context["anchors"] == []
    assert {see("compared", hidden).status_code for hidden in (foreign, retired, other)} == {404}


def test_an_attempt_that_has_become_an_anchor_stands_once(cast, see, former):
    anchor(former, cast, level=4)
    page = see()
    assert len(page.context["attempts"]) == 1
    assert page.context["anchors"] == []


def test_an_anchor_that_she_is_to_grade_in_a_sitting_is_hidden_until_she_has(cast, see):
    known = of(cast, "nobody")
    pack = Pack.objects.create(name="Spring", rubric=cast.rubric)
    pack.anchors.add(anchor(known, cast))
    Standardisation.objects.create(pack=pack, teacher=cast.other_teacher)
    assert len(see().context["anchors"]) == 1
    sitting = Standardisation.objects.create(pack=pack, teacher=cast.teacher)
    assert see().context["anchors"] == []
    assert see("compared", known).status_code == 404
    Standardisation.objects.filter(pk=sitting.pk).update(finished_at=timezone.now())
    assert len(see().context["anchors"]) == 1


def levels(page) -> list[int]:
    return [found.anchor.level for found in page.context["anchors"]]


def test_the_nearest_anchor_of_the_piece_stands_first(cast, see, desk):
    for level in (2, 7, 10):
        anchor(of(cast, "nobody"), cast, level=level)
    other_piece = factories.assignment(course=cast.course, rubric=cast.rubric)
    anchor(factories.submission(student=cast.nobody, assignment=other_piece), cast, level=6)
    assert levels(see()) == [7, 10, 2, 6]


def test_for_a_blind_recording_their_order_tells_nothing_of_the_model(cast, see, desk):
    type(desk.submission).objects.update(blind=True)
    for level in (7, 2, 10):
        anchor(of(cast, "nobody"), cast, level=level)
    assert levels(see()) == [2, 7, 10]


# A pair


def test_a_pair_shows_both_and_offers_to_put_them_in_step(see, desk, former):
    page = see("compared", former)
    text = page.content.decode()
    for performance in (desk.submission.performance, former.performance):
        assert reverse("core:media", args=[performance.pk, "proxy"]) in text
    assert "released at level 4" in text
    assert "Put them in step" in text
    assert not Study.objects.exists()


def test_asking_rings_the_worker_and_shows_how_far_it_is(
    ask, see, former, doorbells, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        part = ask(former, headers={"HX-Request": "true"})
    assert "Both are being put in step." in part.content.decode()
    assert [bell.task for bell in doorbells] == ["grading.tasks.align"]
    house.beat(name="media@here", queue="media")
    assert "Next in line." in see("compare_step", former).content.decode()


def test_without_scripts_asking_leads_back_to_the_pair(ask, desk, former):
    answer = ask(former)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("reviews:compared", args=[desk.submission.pk, former.performance_id])


def test_it_says_that_no_worker_is_there(ask, see, former):
    ask(former)
    assert "No worker for recordings is running" in see("compare_step", former).content.decode()
    assert "No worker for recordings is running" in see("compared", former).content.decode()


def test_a_failure_is_said_and_can_be_tried_again(ask, see, former):
    ask(former)
    Job.objects.update(state=Job.State.FAILED, ended_at=timezone.now())
    assert "Try again" in see("compare_step", former).content.decode()
    ask(former)
    assert Job.objects.filter(state=Job.State.QUEUED).count() == 1


def test_the_waiting_page_is_loaded_anew_once_there_is_an_answer(see, desk, former):
    answered(desk, former)
    answer = see("compare_step", former)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_in_step_it_shows_tempo_table_and_where_they_part(see, desk, former):
    answered(desk, former)
    page = see("compared", former)
    text = page.content.decode()
    assert page.context["page"]["inStep"] is True
    assert page.context["page"]["pairs"] == ANSWER["pairs"]
    assert "On average 91 beats a minute" in text
    assert "goes on alone; the other waits at 0:05" in text
    assert page.context["tempo"]["rows"] == [
        (1.0, 90.0, pytest.approx(2.2), 80.0),
        (2.0, 92.0, pytest.approx(3.4), 81.0),
    ]


def test_without_a_sure_beat_the_tempo_is_in_per_cent(see, desk, former):
    answered(desk, former, tempo=ANSWER["tempo"] | {"unit": "percent"})
    assert "No beat is sure in both" in see("compared", former).content.decode()


def test_a_poor_match_is_said_and_not_put_in_step(see, desk, former):
    answered(desk, former, poor=True, pairs=[], waits=[], tempo={"unit": "percent", "one": [], "other": []})
    page = see("compared", former)
    assert "could not be put in step" in page.content.decode()
    assert page.context["page"]["inStep"] is False


@pytest.mark.parametrize("name", ["compare", "compared", "compare_step"])
def test_no_grade_of_the_model_stands_on_these_pages(see, desk, former, name):
    factories.autograde(former.performance, level=8.4, low=8, high=9)
    type(desk.submission).objects.filter(pk=desk.submission.pk).update(blind=True)
    text = see(name, *(() if name == "compare" else (former,))).content.decode()
    assert "most likely" not in text
    assert "level 8" not in text
    assert "level 6" not in text


@pytest.mark.parametrize("who", ["student", "other_teacher", "other_student", "nobody"])
def test_it_is_hidden_from_everybody_else(cast, see, ask, former, who):
    stranger = getattr(cast, who)
    codes = {see(who=stranger).status_code, ask(former, who=stranger).status_code}
    codes |= {see(name, former, who=stranger).status_code for name in ("compared", "compare_step")}
    assert codes == {404}
    assert not Study.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_it_refuses_other_methods(cast, client_of, desk, former, method):
    client = client_of(cast.teacher)
    paths = [reverse("reviews:compare", args=[desk.submission.pk])]
    paths += [
        reverse(f"reviews:{name}", args=[desk.submission.pk, former.performance_id])
        for name in ("compared", "compare_step")
    ]
    assert {getattr(client, method)(path).status_code for path in paths} == {405}


def test_a_recording_of_another_course_in_the_address_is_404(cast, see, ask, desk, former):
    foreign = of(cast, "other_student", "other_assignment")
    assert see("compared", foreign).status_code == 404
    assert see("compare_step", foreign).status_code == 404
    assert ask(foreign).status_code == 404
    assert see("compared", former, pk=foreign.pk).status_code == 404
    assert not Study.objects.exists()


def test_a_classmate_s_recording_is_none_to_compare_with(cast, see, ask):
    classmate = of(cast, "nobody")
    assert see("compared", classmate).status_code == 404
    assert ask(classmate).status_code == 404


def test_a_recording_that_is_not_prepared_has_no_pair(cast, see, desk, former):
    Performance.objects.filter(pk=desk.submission.performance_id).update(state=Performance.State.ARRIVED)
    assert see("compared", former).status_code == 404
    assert "cannot be played yet" in see().content.decode()


def test_the_list_costs_the_same_however_long(cast, see):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert see().status_code == 200
        return len(caught)

    of(cast)
    anchor(of(cast, "nobody"), cast)
    few = queries()
    for level in range(1, 6):
        of(cast)
        anchor(of(cast, "nobody"), cast, level=level)
    assert queries() == few


def test_the_desk_leads_to_the_former_attempt_and_the_nearest_anchor(cast, client_of, desk, former):
    known = of(cast, "nobody")
    anchor(known, cast, level=7)
    text = client_of(cast.teacher).get(reverse("reviews:desk", args=[desk.submission.pk])).content.decode()
    for other, words in ((former, f"attempt {former.attempt}"), (known, "an anchor at level 7")):
        assert (
            f'<a href="{reverse("reviews:compared", args=[desk.submission.pk, other.performance_id])}">{words}</a>'
            in text
        )


def test_a_head_of_the_course_compares_too(cast, see, former):
    head = factories.user(name="Head")
    factories.enrol(cast.course, head, Enrolment.Role.HEAD)
    assert see("compared", former, who=head).status_code == 200
