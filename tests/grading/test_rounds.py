"""Rounds: what teachers are asked to rate next, and what of the audit part they are asked to rate once more."""

import pytest

from courses.models import Enrolment
from grading.models import Asked, PlayerPart, Rating, Round
from grading.services import ratings, rounds
from tests import factories
from tests.asking import audited, graded

Reason = Asked.Reason


@pytest.fixture
def colleague(cast):
    """Another teacher of the cast's course."""
    return factories.enrol(cast.course, factories.user(name="Clara Whitfield"), Enrolment.Role.TEACHER).user


def reasons(round: Round) -> list[str]:
    return sorted(round.asked.values_list("reason", flat=True))


def rate(performance, rater, **fields) -> Rating:
    return ratings.record(
        performance=performance, rater=rater, level=6, criteria={}, comment="", reason="", remarks=[], autograde=None,
        autograde_visible=False, **fields,
    )  # fmt: skip


def test_a_round_holds_what_is_uncertain_and_a_share_drawn_by_chance(cast):
    for spread in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 0.6, 0.7):
        graded(cast, spread=spread)
    made = rounds.ask(by=cast.admin, size=4, seed=1)
    assert (made.by, made.closed_at) == (cast.admin, None)
    assert reasons(made) == ["control", "uncertain", "uncertain", "uncertain"]
    unsure = made.asked.filter(reason=Reason.UNCERTAIN).values_list("uncertainty", flat=True)
    assert sum(unsure) / 3 > 1.8, "and 1.2 on average over all eight"
    assert list(made.asked.values_list("order", flat=True)) == [0, 1, 2, 3]


def test_all_of_it_can_be_drawn_by_chance(cast):
    for _ in range(3):
        graded(cast)
    assert reasons(rounds.ask(by=None, size=3, control_share=1.0)) == ["control"] * 3


@pytest.mark.parametrize("part", ["audit", "validation"])
def test_what_the_model_is_judged_by_is_never_chosen(cast, part):
    graded(cast)
    PlayerPart.objects.create(player=cast.student, part=part)
    with pytest.raises(rounds.NothingToAsk, match="never chosen from"):
        rounds.ask(by=cast.admin)


@pytest.mark.parametrize(
    "fields", [{"may_train": False}, {"state": "prepared"}, {"autograde": None}, {"held_until": "2999-01-01T00:00Z"}]
)
def test_what_cannot_be_learned_from_or_heard_yet_is_not_asked_for(cast, fields):
    performance = graded(cast).performance
    for name, value in fields.items():
        setattr(performance, name, value)
    performance.save()
    with pytest.raises(rounds.NothingToAsk):
        rounds.ask(by=cast.admin)


def test_what_somebody_has_rated_is_not_asked_for(cast):
    rated, free = graded(cast), graded(cast)
    factories.rating(rated.performance, rater=cast.teacher)
    factories.rating(free.performance, rater=cast.teacher, purpose="standard")
    assert [asked.performance_id for asked in rounds.ask(by=None).asked.all()] == [free.performance_id]


def test_where_nobody_may_rate_it_says_so(cast):
    graded(cast)
    Enrolment.objects.filter(role__in=Enrolment.TEACHING).delete()
    with pytest.raises(rounds.NothingToAsk, match="No teacher may rate"):
        rounds.ask(by=cast.admin)


def test_teachers_with_less_to_do_are_asked_first(cast):
    """Recordings alike in two courses; in one of them forty others wait for the only teacher."""
    for _ in range(40):
        factories.submission(student=cast.student, assignment=cast.assignment)
    graded(cast)
    free = graded(cast, student=cast.other_student, assignment=cast.other_assignment)
    made = rounds.ask(by=None, size=1, control_share=0.0)
    assert made.asked.get().performance_id == free.performance_id


def test_a_later_round_ends_the_one_before_but_not_the_audit_s(cast, colleague):
    graded(cast, student=factories.enrol(cast.course, factories.user()).user)
    audited(cast)
    audit, first = rounds.ask_audit(by=None), rounds.ask(by=None)
    rounds.ask(by=None)
    for one in (audit, first):
        one.refresh_from_db()
    assert first.closed_at is not None
    assert audit.closed_at is None


def test_a_rating_answers_and_the_last_one_ends_the_round(cast):
    first, second = graded(cast).performance, graded(cast).performance
    made = rounds.ask(by=None)
    given = rate(first, cast.teacher)
    made.refresh_from_db()
    assert made.asked.get(performance=first).rating == given
    assert made.closed_at is None
    rate(second, cast.teacher, purpose="standard")
    assert made.asked.get(performance=second).rating is None, "a standardisation is no answer"
    rate(second, cast.teacher)
    made.refresh_from_db()
    assert made.closed_at is not None


def test_a_rating_after_the_round_answers_nothing(cast):
    performance = graded(cast).performance
    made = rounds.ask(by=None)
    rounds.close(round=made)
    rate(performance, cast.teacher)
    assert made.asked.get().rating is None


def test_an_audit_asks_about_what_one_teacher_alone_has_rated(cast, colleague):
    once = audited(cast)
    twice = audited(cast)
    factories.rating(twice.performance, rater=colleague)
    learned = audited(cast, student=factories.enrol(cast.course, factories.user()).user, part="train")
    found = rounds.auditing()
    assert found.lacking == (once.performance_id,)
    assert found.askable == {once.performance_id: {colleague.pk}}
    made = rounds.ask_audit(by=cast.admin)
    assert [(row.performance_id, row.reason, row.uncertainty) for row in made.asked.all()] == [
        (once.performance_id, "audit", None)
    ]
    assert rounds.auditing().asked == 1
    assert learned.performance_id not in found.lacking


def test_where_one_teacher_is_alone_the_audit_says_so(cast):
    audited(cast)
    assert (rounds.auditing().only_teacher, rounds.auditing().not_now) == (1, 0)
    with pytest.raises(rounds.NothingToAsk, match="no second teacher"):
        rounds.ask_audit(by=cast.admin)


def test_an_audit_takes_one_recording_of_each_player_before_a_second(cast, colleague):
    others = [factories.enrol(cast.course, factories.user()).user for _ in range(2)]
    for student in (cast.student, cast.student, cast.student, *others):
        audited(cast, student=student)
    made = rounds.ask_audit(by=None, size=3, seed=3)
    assert {row.performance.player_id for row in made.asked.all()} == {cast.student.pk, *(one.pk for one in others)}


def test_an_ordinary_rating_does_not_answer_an_audit(cast, colleague):
    submission = audited(cast)
    made = rounds.ask_audit(by=None)
    rate(submission.performance, cast.teacher)
    assert made.asked.get().rating is None
    given = rate(submission.performance, colleague, purpose="audit")
    assert made.asked.get().rating == given


def test_withdrawn_training_ends_the_asking(cast):
    performance = graded(cast).performance
    rounds.ask(by=None)
    assert [asked.performance_id for asked in rounds.open_for(cast.teacher)] == [performance.pk]
    performance.may_train = False
    performance.save()
    assert not rounds.open_for(cast.teacher)


def test_only_teachers_who_may_rate_it_are_asked(cast, colleague):
    submission = graded(cast)
    rounds.ask(by=None)
    assert rounds.open_for(colleague).get().performance_id == submission.performance_id
    assert not rounds.open_for(cast.other_teacher)
    assert not rounds.open_for(cast.student)


def test_what_judges_the_model_is_drawn_by_chance_from_what_nobody_has_rated(cast):
    PlayerPart.objects.create(player=cast.student, part="audit")
    waits = graded(cast)
    rated = graded(cast)
    factories.result(rated.performance, rater=cast.teacher)
    learned = factories.enrol(cast.course, factories.user()).user
    graded(cast, student=learned)
    made = rounds.ask_unheard(by=cast.admin)
    assert list(made.asked.values_list("performance", "reason")) == [(waits.performance_id, "control")]


def test_without_any_left_to_judge_by_it_says_so(cast):
    graded(cast)
    with pytest.raises(rounds.NothingToAsk, match="No recording of the audit part"):
        rounds.ask_unheard(by=cast.admin)
