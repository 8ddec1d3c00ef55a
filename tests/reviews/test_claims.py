"""A turn at a recording: who has it, until when, and that two teachers never get the same one."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from core import history
from core.models import Event
from courses.models import Enrolment
from grading.models import Abstention, Performance, Rating
from reviews.marks import Marks
from reviews.models import Draft, Marking, Moderation
from reviews.services import claims, drafts
from submissions.models import Submission
from tests import factories
from tests.races import at_once

Role = Marking.Role


def hand_in(cast, **fields) -> Submission:
    submission = factories.submission(student=cast.student, assignment=cast.assignment, **fields)
    factories.autograde(submission.performance)
    return submission


def take(submission, teacher) -> Marking:
    return claims.take(submission=submission, teacher=teacher)


def run_out(turn: Marking) -> None:
    Marking.objects.filter(pk=turn.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def finish(turn: Marking, level: int) -> Rating:
    """The turn is done, as `marking.release` would leave it."""
    rating = Rating.objects.create(
        performance=turn.submission.performance,
        rater=turn.teacher,
        level=level,
        autograde_visible=True,
        purpose=turn.role,
    )
    Marking.objects.filter(pk=turn.pk).update(rating=rating, done_at=timezone.now())
    return rating


def appeal(cast, submission) -> None:
    factories.result(submission.performance, rater=cast.teacher)
    factories.appeal(submission)


# take


def test_a_claim_lasts_eight_hours(cast):
    turn = take(hand_in(cast), cast.teacher)
    assert turn.role == Role.FIRST
    assert timedelta(hours=7, minutes=59) < turn.leased_until - timezone.now() <= timedelta(hours=8)


def test_taking_it_again_renews_the_lease_and_tells_the_history_once(cast):
    submission = hand_in(cast)
    first = take(submission, cast.teacher)
    Marking.objects.update(leased_until=timezone.now() + timedelta(minutes=5))
    assert take(submission, cast.teacher).pk == first.pk
    assert Marking.objects.get().leased_until > timezone.now() + timedelta(hours=7)
    assert Event.objects.filter(kind="claimed").count() == 1


def test_a_colleague_is_told_who_has_it_and_until_when(cast, colleague):
    submission = hand_in(cast)
    turn = take(submission, colleague)
    with pytest.raises(claims.Held, match=rf"Clara Whitfield has it until {turn.leased_until:%H:%M}\."):
        take(submission, cast.teacher)
    assert claims.holder(submission) == turn


def test_a_lease_that_ran_out_is_taken_over(cast, colleague):
    submission = hand_in(cast)
    run_out(take(submission, colleague))
    assert claims.holder(submission) is None
    assert take(submission, cast.teacher).teacher == cast.teacher
    assert Marking.objects.get().teacher == cast.teacher
    with pytest.raises(claims.Held):
        take(submission, colleague)


def test_a_recording_of_two_marks_has_two_places(cast, colleague):
    submission = hand_in(cast, second=True)
    assert take(submission, colleague).role == Role.FIRST
    assert take(submission, cast.teacher).role == Role.SECOND
    with pytest.raises(claims.Held):
        take(submission, cast.admin)


def test_a_third_place_opens_only_where_two_differ_too_far(cast, colleague):
    submission = hand_in(cast, second=True)
    finish(take(submission, colleague), level=4)
    second = take(submission, cast.teacher)
    rating = finish(second, level=5)
    with pytest.raises(claims.Held, match="marked it already"):
        take(submission, cast.admin)
    Rating.objects.filter(pk=rating.pk).update(level=6)
    assert take(submission, cast.admin).role == Role.THIRD


def test_whoever_has_marked_keeps_that_turn(cast, colleague):
    submission = hand_in(cast, second=True)
    turn = take(submission, cast.teacher)
    finish(turn, level=4)
    assert take(submission, cast.teacher).pk == turn.pk


def test_an_appeal_is_a_turn_of_its_own_for_a_colleague_who_has_not_marked_it(cast, colleague):
    submission = hand_in(cast)
    finish(take(submission, cast.teacher), level=7)
    appeal(cast, submission)
    with pytest.raises(claims.Held, match="You have marked it"):
        take(submission, cast.teacher)
    assert take(submission, colleague).role == Role.APPEAL
    with pytest.raises(claims.Held, match="Clara Whitfield has it"):
        take(submission, cast.admin)


def test_what_was_sent_back_stays_the_turn_of_who_rated_it(cast):
    submission = hand_in(cast)
    turn = take(submission, cast.teacher)
    finish(turn, level=7)
    factories.result(submission.performance, rater=cast.teacher)
    Moderation.objects.create(submission=submission, head=cast.admin, reason="Far above the others.")
    assert take(submission, cast.teacher).pk == turn.pk


def test_what_was_sent_back_to_somebody_who_has_left_is_taken_over_and_may_be_given_back(cast, colleague):
    submission = hand_in(cast)
    rating = finish(take(submission, colleague), level=7)
    result = factories.result(submission.performance, rater=colleague)
    type(result).objects.filter(pk=result.pk).update(rating=rating)
    Moderation.objects.create(submission=submission, head=cast.admin, reason="Far above the others.")
    Enrolment.objects.filter(user=colleague).delete()
    assert claims.next_for(teacher=cast.teacher).role == Role.FIRST
    assert claims.next_for(teacher=cast.admin) is None
    claims.give_back(submission=submission, teacher=cast.teacher)
    turn = Marking.objects.get()
    assert (turn.teacher, turn.done_at) == (colleague, rating.created_at)


# next


def test_next_gives_what_is_free_and_never_what_a_colleague_has(cast, colleague):
    held, free = hand_in(cast), hand_in(cast)
    take(held, colleague)
    assert claims.next_for(teacher=cast.teacher).submission == free


def test_next_goes_on_to_another_while_the_first_lies_on_her_desk(cast):
    pressing = hand_in(cast)
    factories.autograde(pressing.performance, low=1, high=10)
    other = hand_in(cast)
    assert claims.next_for(teacher=cast.teacher).submission == pressing
    assert claims.next_for(teacher=cast.teacher).submission == other
    assert claims.next_for(teacher=cast.teacher).submission == pressing, "what she began is left"


def test_nothing_free_is_none(cast, colleague):
    assert claims.next_for(teacher=cast.teacher) is None
    take(hand_in(cast), colleague)
    assert claims.next_for(teacher=cast.teacher) is None
    assert not Event.objects.filter(actor=cast.teacher).exists()


def test_next_stays_in_the_course(cast):
    hand_in(cast)
    assert claims.next_for(teacher=cast.admin, course=cast.other_course.pk) is None
    assert claims.next_for(teacher=cast.admin, course=cast.course.pk) is not None


def test_next_leaves_out_what_she_has_marked_or_abstained_from(cast, colleague):
    finish(take(hand_in(cast, second=True), cast.teacher), level=4)
    conflict, unusable = hand_in(cast), hand_in(cast)
    for submission, rater, kind in ((conflict, cast.teacher, "conflict"), (unusable, colleague, "unusable")):
        Abstention.objects.create(performance=submission.performance, rater=rater, kind=kind, reason="Enough said.")
    assert claims.next_for(teacher=cast.teacher) is None
    assert claims.next_for(teacher=colleague).role == Role.SECOND
    assert claims.next_for(teacher=colleague).submission == conflict


# extend and give back


def test_saving_a_draft_extends_the_claim(cast):
    submission = hand_in(cast)
    take(submission, cast.teacher)
    Marking.objects.update(leased_until=timezone.now() + timedelta(minutes=5))
    drafts.save(submission=submission, teacher=cast.teacher, marks=Marks(level=5), version=0)
    assert Marking.objects.get().leased_until > timezone.now() + timedelta(hours=7)


def test_who_begins_to_work_on_something_free_holds_it(cast):
    submission = hand_in(cast)
    drafts.save(submission=submission, teacher=cast.teacher, marks=Marks(level=5), version=0)
    assert claims.holder(submission).teacher == cast.teacher


def test_a_draft_about_what_a_colleague_holds_is_kept_and_takes_nothing(cast, colleague):
    submission = hand_in(cast)
    take(submission, colleague)
    drafts.save(submission=submission, teacher=cast.teacher, marks=Marks(level=5), version=0)
    assert Draft.objects.get().teacher == cast.teacher
    assert claims.holder(submission).teacher == colleague


def test_a_draft_about_a_released_recording_takes_nobodys_turn(cast, colleague):
    submission = hand_in(cast)
    turn = take(submission, colleague)
    finish(turn, level=7)
    factories.result(submission.performance, rater=colleague)
    drafts.save(submission=submission, teacher=cast.teacher, marks=Marks(level=5), version=0)
    assert Marking.objects.get().teacher == colleague


def test_what_is_given_back_is_free_at_once(cast, colleague):
    submission = hand_in(cast)
    take(submission, cast.teacher)
    claims.give_back(submission=submission, teacher=colleague)
    assert claims.holder(submission).teacher == cast.teacher, "only one's own"
    claims.give_back(submission=submission, teacher=cast.teacher)
    assert take(submission, colleague).role == Role.FIRST


def test_the_history_says_who_took_it_and_gave_it_back(cast):
    submission = hand_in(cast)
    take(submission, cast.teacher)
    claims.give_back(submission=submission, teacher=cast.teacher)
    sentences = [history.sentence(event) for event in Event.objects.order_by("pk")]
    assert sentences == ["Teacher took it: marking", "Teacher gave it back: marking"]
    assert set(Event.objects.values_list("performance", "course")) == {(submission.performance_id, cast.course.pk)}


# two teachers at the same moment, each with a connection of her own


def next_of(*people) -> list[Marking | None]:
    """Each asks for the next one, all at the same moment; gives what each got."""
    return at_once(*(partial(claims.next_for, teacher=teacher) for teacher in people))


@pytest.mark.django_db(transaction=True)
def test_two_teachers_who_ask_at_the_same_moment_never_get_the_same_one(cast, colleague):
    recordings = [hand_in(cast) for _ in range(24)]
    for _ in range(12):
        hers, his = next_of(cast.teacher, colleague)
        assert hers.submission_id != his.submission_id
    assert Marking.objects.count() == len(recordings)
    assert Event.objects.filter(kind="claimed").count() == len(recordings)


@pytest.mark.django_db(transaction=True)
def test_the_last_one_goes_to_one_of_them_and_the_other_is_told_that_none_is_left(cast, colleague):
    for _ in range(10):
        last = hand_in(cast)
        got = next_of(cast.teacher, colleague, cast.admin)
        assert [turn.submission for turn in got if turn] == [last]
        Submission.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_ran_out_is_taken_over_once(cast, colleague):
    submission = hand_in(cast)
    gone = factories.user()
    for _ in range(10):
        Marking.objects.all().delete()
        run_out(
            Marking.objects.create(submission=submission, role=Role.FIRST, teacher=gone, leased_until=timezone.now())
        )
        got = [turn for turn in next_of(cast.teacher, colleague) if turn]
        assert [turn.teacher for turn in got] == [Marking.objects.get().teacher]


@pytest.mark.django_db(transaction=True)
def test_the_two_places_of_a_second_marking_go_to_two_of_three(cast, colleague):
    for _ in range(10):
        hand_in(cast, second=True)
        got = [turn for turn in next_of(cast.teacher, colleague, cast.admin) if turn]
        assert sorted(turn.role for turn in got) == [Role.FIRST, Role.SECOND]
        assert len({turn.teacher_id for turn in got}) == 2
        Submission.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_next_goes_round_a_recording_that_somebody_is_deciding_about(cast, colleague):
    pressing, other = hand_in(cast), hand_in(cast)
    factories.autograde(pressing.performance, low=1, high=10)
    with transaction.atomic():
        Performance.objects.select_for_update().get(pk=pressing.performance_id)
        [turn] = next_of(cast.teacher)
    assert turn.submission == other
