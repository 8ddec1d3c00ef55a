from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grading.models import Performance
from reviews import queries
from reviews.ranking import Why
from submissions.models import Appeal, Submission
from tests import factories

QUEUE = reverse("reviews:queue")


def hand_in(cast, *, grade=None, **fields) -> Submission:
    submission = factories.submission(student=cast.student, assignment=cast.assignment, **fields)
    if grade is not None:
        factories.autograde(submission.performance, **grade)
    return submission


def peak(level: int) -> list[float]:
    return [0.91 if place == level else 0.01 for place in range(1, 11)]


def why(cast, submission: Submission) -> str:
    return queries.queue(cast.teacher).get(pk=submission.pk).why


def test_it_shows_what_waits_in_the_teachers_courses(cast, client_of):
    submission = hand_in(cast, grade={})
    page = client_of(cast.teacher).get(QUEUE)
    assert page.status_code == 200
    assert [row.submission.pk for row in page.context["page"]] == [submission.pk]
    assert reverse("reviews:desk", args=[submission.pk]) in page.content.decode()


def test_it_hides_the_recordings_of_another_course(cast, client_of):
    hand_in(cast, grade={})
    assert not client_of(cast.other_teacher).get(QUEUE).context["page"].object_list


@pytest.mark.parametrize("who", ["student", "nobody"])
def test_it_is_not_there_for_those_who_teach_nothing(cast, client_of, who):
    assert client_of(getattr(cast, who)).get(QUEUE).status_code == 404


def test_it_asks_a_stranger_to_sign_in(cast, client_of):
    assert client_of(None).get(QUEUE).status_code == 302


def test_it_takes_only_get(cast, client_of):
    assert client_of(cast.teacher).post(QUEUE).status_code == 405


def test_an_empty_queue_says_so(cast, client_of):
    assert "All is heard" in client_of(cast.teacher).get(QUEUE).content.decode()


def test_an_admin_sees_every_course(cast, client_of):
    hand_in(cast)
    factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    assert len(client_of(cast.admin).get(QUEUE).context["page"].object_list) == 2


def test_a_wide_interval_is_uncertain(cast):
    assert why(cast, hand_in(cast, grade={"low": 3, "high": 8})) == Why.UNCERTAIN


def test_branches_two_levels_apart_disagree(cast):
    submission = hand_in(cast, grade={"visual": peak(3), "aural": peak(7)})
    assert why(cast, submission) == Why.DISAGREEMENT
    assert queries.queue(cast.teacher).get(pk=submission.pk).apart == pytest.approx(3.6)


def test_only_the_newest_autograde_counts(cast):
    submission = hand_in(cast, grade={"low": 2, "high": 9})
    factories.autograde(submission.performance, low=5, high=7)
    assert why(cast, submission) == Why.WAITING


def test_a_recording_without_a_grade_stands_there_as_such(cast):
    prepared = factories.performance(player=cast.student, state=Performance.State.PREPARED)
    assert why(cast, hand_in(cast, performance=prepared)) == Why.UNGRADED


def test_what_is_due_within_two_days_is_due(cast):
    cast.assignment.due_at = timezone.now() + timedelta(days=1)
    cast.assignment.save()
    assert why(cast, hand_in(cast, grade={})) == Why.DUE


def test_an_appealed_result_comes_back_and_stands_first(cast):
    hand_in(cast, grade={"low": 1, "high": 10})
    appealed = hand_in(cast, grade={})
    factories.result(appealed.performance, rater=cast.teacher)
    Appeal.objects.create(submission=appealed, reason="The bridge was slower on purpose.")
    assert queries.queue(cast.teacher).in_order().first() == appealed
    assert why(cast, appealed) == Why.APPEAL


def test_the_widest_interval_stands_first_among_the_uncertain(cast):
    wide, wider = hand_in(cast, grade={"low": 3, "high": 7}), hand_in(cast, grade={"low": 2, "high": 9})
    assert list(queries.queue(cast.teacher).in_order()) == [wider, wide]


def test_a_released_recording_leaves_the_queue(cast, client_of):
    submission = hand_in(cast, grade={})
    factories.result(submission.performance, rater=cast.teacher)
    assert not queries.queue(cast.teacher).exists()


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


# session, user, courses, appeals, what was sent back, counts for each reason, rows and their players, assignments,
# performances and turns, two doors
QUEUE_QUERIES = 13


def test_it_asks_the_same_number_of_questions_however_long_the_queue(cast, client_of):
    client = client_of(cast.teacher)
    for recordings in (1, 6):
        for _ in range(recordings):
            hand_in(cast, grade={})
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(QUEUE).status_code == 200
        assert len(asked) == QUEUE_QUERIES, [query["sql"][:200] for query in asked]
