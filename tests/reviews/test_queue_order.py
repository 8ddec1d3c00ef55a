"""Why a recording stands where it stands, and every other order of the list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import Enrolment
from grading.models import Performance
from reviews import queries, ranking
from reviews.models import Moderation
from reviews.ranking import Why
from reviews.services import claims
from submissions.models import Submission
from tests import factories
from tests.reviews.waiting import QUEUE, hand_in, peak, waiting, why


def test_a_wide_interval_is_uncertain(cast):
    assert why(cast, hand_in(cast, grade={"low": 3, "high": 8})) == Why.UNCERTAIN


def test_what_the_model_leaves_to_a_teacher_stands_before_what_is_as_wide(cast):
    wide = hand_in(cast, grade={"low": 4, "high": 7})
    left = hand_in(cast, grade={"low": 4, "high": 7, "abstained": True})
    assert why(cast, left) == Why.ABSTAINED
    assert list(queries.queue(cast.teacher).in_order()) == [left, wide]
    assert weigh(cast, left) - weigh(cast, wide) == pytest.approx(ranking.ABSTAINED_POINTS)


def test_of_what_she_is_to_rate_first_nobody_tells_her_that_the_model_is_unsure(cast):
    blind = hand_in(cast, grade={"low": 1, "high": 10, "abstained": True}, blind=True)
    assert why(cast, blind) == Why.BLIND
    assert weigh(cast, blind) == ranking.UNKNOWN_POINTS


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


def test_an_appealed_result_stands_first_for_a_colleague_who_has_not_marked_it(cast, colleague):
    hand_in(cast, grade={"low": 1, "high": 10})
    appealed = hand_in(cast, grade={})
    factories.result(appealed.performance, rater=cast.teacher)
    factories.appeal(appealed)
    row = queries.queue(colleague).in_order().first()
    assert (row, row.why) == (appealed, Why.APPEAL)


def test_the_widest_interval_stands_first_among_the_uncertain(cast):
    wide, wider = hand_in(cast, grade={"low": 3, "high": 7}), hand_in(cast, grade={"low": 2, "high": 9})
    assert list(queries.queue(cast.teacher).in_order()) == [wider, wide]


def weigh(cast, submission) -> float:
    return queries.queue(cast.teacher).get(pk=submission.pk).points


def test_points_are_counted_in_levels(cast):
    factories.result(factories.performance(player=cast.student), rater=cast.teacher, level=4)
    cast.assignment.due_at = timezone.now() + timedelta(days=1)
    cast.assignment.save()
    submission = hand_in(cast, grade={"low": 4, "high": 7, "level": 5.5, "visual": peak(3), "aural": peak(5)})
    assert weigh(cast, submission) == pytest.approx(3 + 1.8 + 1.5 + ranking.DUE_POINTS)
    Submission.objects.update(checked=True)
    assert weigh(cast, submission) == ranking.CHECK_POINTS


def test_a_grade_far_from_what_the_player_usually_gets_is_unusual(cast):
    for level in (2, 4):
        factories.result(factories.performance(player=cast.student), rater=cast.teacher, level=level)
    submission = hand_in(cast, grade={})
    row = queries.queue(cast.teacher).get(pk=submission.pk)
    assert (row.why, row.far) == (Why.UNUSUAL, pytest.approx(3.13))


def test_appeals_stand_before_what_was_sent_back_and_that_before_chance_and_the_rest(cast):
    certain, uncertain = hand_in(cast, grade={}), hand_in(cast, grade={"low": 1, "high": 10})
    checked, sent, appealed = hand_in(cast, grade={}, checked=True), hand_in(cast, grade={}), hand_in(cast, grade={})
    for submission, rater in ((sent, cast.teacher), (appealed, cast.admin)):
        factories.result(submission.performance, rater=rater, level=6)
    Moderation.objects.create(submission=sent, head=cast.admin, reason="Far above the others.")
    factories.appeal(appealed)
    assert waiting(cast.teacher) == [appealed, sent, checked, uncertain, certain]
    assert why(cast, checked) == Why.CHECK


def test_the_page_states_its_order_and_the_shares_of_chance(cast, client_of):
    cast.course.check_percent, cast.course.blind_percent = 7, 13
    cast.course.save()
    hand_in(cast, grade={})
    text = " ".join(client_of(cast.teacher).get(QUEUE).content.decode().split())
    assert "appeals, what was sent back, what the lab asks for, and then what your ear adds most to" in text
    assert "in Piano, first year 7 and 13" in text


@pytest.mark.parametrize("column", list(queries.SORTS))
def test_every_column_sorts_both_ways(cast, client_of, colleague, column):
    """The rows stand so that every column has them in the same order; the third has nothing where that may be."""
    days = timezone.now()
    rows = []
    for number, (name, title) in enumerate((("Ada", "Aria"), ("Ben", "Ballade"), ("Cleo", "Courante"))):
        student = factories.user(name=name)
        course = factories.course(name=f"Course {title}")
        factories.enrol(course, cast.teacher, Enrolment.Role.TEACHER)
        due = days + timedelta(days=5 + number) if number < 2 else None
        assignment = factories.assignment(course=course, piece=factories.piece(title=title), due_at=due)
        rows.append(factories.submission(student=student, assignment=assignment, checked=number == 0))
        factories.autograde(rows[-1].performance, level=4.0 + number)
        Submission.objects.filter(pk=rows[-1].pk).update(created_at=days - timedelta(days=9 - number))
    claims.take(submission=rows[0], teacher=factories.user(name="Anna"))
    claims.take(submission=rows[1], teacher=colleague)
    empty_last = rows[:2][::-1] + rows[2:] if column in {"due", "claim"} else rows[::-1]
    if column == "why":
        empty_last = rows[1:] + rows[:1]  # equal reasons: who waits longest first, both ways
    assert list(queries.queue(cast.teacher).in_order(column)) == rows
    assert list(queries.queue(cast.teacher).in_order(f"-{column}")) == empty_last
    if column != "course":
        up = client_of(cast.teacher).get(QUEUE, {"sort": column}).content.decode()
        down = client_of(cast.teacher).get(QUEUE, {"sort": f"-{column}"}).content.decode()
        assert 'aria-sort="ascending"' in up
        assert f"?sort=-{column}" in up
        assert 'aria-sort="descending"' in down


def test_an_unknown_column_is_the_usual_order(cast, client_of):
    rows = [hand_in(cast, grade={}), hand_in(cast, grade={"low": 1, "high": 9})]
    page = client_of(cast.teacher).get(QUEUE, {"sort": "student__password"})
    assert [row.submission for row in page.context["page"]] == rows[::-1]
    assert "aria-sort" not in page.content.decode()
