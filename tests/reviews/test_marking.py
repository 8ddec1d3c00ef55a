"""Ratings become a result: one teacher's, two who agree, a third who settles it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from core.models import Event
from grading.models import Rating, Result
from reviews.marks import Marks
from reviews.models import Anchor, CourseStandard, Marking, Moderation, Pack, Standardisation
from reviews.services import marking
from tests import factories
from tests.races import at_once

Role, Rule = Marking.Role, Result.Rule


def rate(desk, teacher, level=6, *, seen=None, shown=True, **marks) -> marking.Released:
    return marking.release(
        submission=desk.submission,
        teacher=teacher,
        marks=Marks(level=level, **{"reason": "Heard it so."} | marks),
        autograde=desk.autograde if shown else None,
        seen=seen.pk if seen else None,
    )


@pytest.fixture
def second(desk):
    """A recording that two teachers mark; one level apart still agrees."""
    desk.submission.second = True
    desk.submission.save()
    return desk


@pytest.fixture
def blind(desk):
    desk.submission.blind = True
    desk.submission.save()
    return desk


def acts() -> list[str]:
    return list(Event.objects.order_by("pk").exclude(kind="claimed").values_list("kind", flat=True))


class TestOneTeacher:
    def test_her_rating_is_the_result_and_her_turn_is_done(self, cast, desk):
        released = rate(desk, cast.teacher)
        turn = Marking.objects.get()
        assert (turn.role, turn.teacher, turn.rating) == (Role.FIRST, cast.teacher, released.rating)
        assert turn.done_at is not None
        assert released.result.rule == Rule.ACCEPTED
        assert released.rating.purpose == Rating.Purpose.FIRST

    def test_a_second_thought_stays_in_her_turn(self, cast, desk):
        first = rate(desk, cast.teacher).rating
        again = rate(desk, cast.teacher, 7, seen=first).rating
        assert Marking.objects.get().rating == again
        assert Rating.objects.count() == 2

    def test_a_colleague_who_changes_a_released_result_takes_nobodys_turn(self, cast, desk, staff):
        first = rate(desk, cast.teacher).rating
        rate(desk, staff.second, 7, seen=first)
        assert Marking.objects.get().rating == first
        assert Result.objects.get().level == 7

    def test_an_appeal_is_answered_in_a_turn_of_its_own(self, cast, desk, staff):
        rate(desk, cast.teacher)
        factories.appeal(desk.submission)
        rate(desk, staff.second, 7, answer="You are right.")
        assert Marking.objects.get(role=Role.APPEAL).teacher == staff.second
        assert Result.objects.get().rating.purpose == Rating.Purpose.APPEAL
        assert acts() == ["released", "answered_appeal"]

    def test_what_a_colleague_has_on_her_desk_is_not_released_over_her_head(self, cast, desk, staff):
        later = timezone.now() + timedelta(hours=1)
        Marking.objects.create(submission=desk.submission, teacher=staff.second, role=Role.FIRST, leased_until=later)
        with pytest.raises(marking.NotReady, match="Second Teacher"):
            rate(desk, cast.teacher)
        assert not Rating.objects.exists()


class TestBlind:
    def test_what_the_form_says_was_shown_does_not_count(self, cast, blind):
        rating = rate(blind, cast.teacher).rating
        assert not rating.autograde_visible

    def test_it_is_compared_with_the_model_all_the_same(self, cast, blind):
        released = rate(blind, cast.teacher, 7, shown=False)
        assert released.rating.autograde == blind.autograde
        assert released.result.rule == Rule.OVERRIDDEN

    def test_no_reason_is_asked_for_outside_an_interval_that_was_not_shown(self, cast, blind):
        assert rate(blind, cast.teacher, 2, reason="").result is not None

    def test_a_second_thought_has_seen_it_and_the_first_one_stays(self, cast, blind):
        first = rate(blind, cast.teacher, 7).rating
        again = rate(blind, cast.teacher, 6, seen=first).rating
        first.refresh_from_db()
        assert (first.autograde_visible, again.autograde_visible) == (False, True)
        assert Marking.objects.get().rating == again
        assert Result.objects.get().level == 6

    def test_a_second_thought_outside_the_interval_needs_a_reason(self, cast, blind):
        first = rate(blind, cast.teacher, 2, reason="").rating
        with pytest.raises(ValueError, match="why"):
            rate(blind, cast.teacher, 3, reason="", seen=first)


class TestTwoTeachers:
    def test_the_first_one_releases_nothing(self, cast, second):
        assert rate(second, cast.teacher).result is None
        assert not Result.objects.exists()
        assert acts() == ["rated"]

    @pytest.mark.parametrize("other", [5, 6, 7])
    def test_within_the_tolerance_the_first_ones_rating_stands(self, cast, second, staff, other):
        first = rate(second, cast.teacher, 6).rating
        result = rate(second, staff.second, other).result
        assert (result.rating, result.rule) == (first, Rule.AGREED)
        assert Rating.objects.get(rater=staff.second).purpose == Rating.Purpose.SECOND
        assert acts() == ["rated", "rated", "agreed"]

    @pytest.mark.parametrize("other", [4, 8])
    def test_further_apart_a_third_is_asked(self, cast, second, staff, other):
        rate(second, cast.teacher, 6)
        assert rate(second, staff.second, other).result is None
        assert acts()[-1] == "differed"

    def test_the_third_ones_rating_stands(self, cast, second, staff):
        rate(second, cast.teacher, 3)
        rate(second, staff.second, 8)
        result = rate(second, staff.third, 8).result
        assert (result.level, result.rule, result.rating.rater) == (8, Rule.SETTLED, staff.third)
        assert set(Marking.objects.values_list("role", flat=True)) == {Role.FIRST, Role.SECOND, Role.THIRD}
        assert acts()[-1] == "settled"

    def test_the_tolerance_is_the_assignments(self, cast, second, staff):
        second.submission.assignment.tolerance = 0
        second.submission.assignment.save()
        rate(second, cast.teacher, 6)
        assert rate(second, staff.second, 7).result is None

    def test_nobody_marks_it_twice(self, cast, second):
        first = rate(second, cast.teacher).rating
        with pytest.raises(marking.AlreadyReleased) as already:
            rate(second, cast.teacher)
        assert already.value.rating == first
        assert Rating.objects.count() == 1

    def test_a_second_thought_before_the_other_has_marked_replaces_her_own(self, cast, second, staff):
        first = rate(second, cast.teacher, 3).rating
        rate(second, cast.teacher, 6, seen=first)
        result = rate(second, staff.second, 6).result
        assert result.level == 6
        assert Marking.objects.count() == 2

    def test_once_a_third_is_asked_the_two_change_nothing_any_more(self, cast, second, staff):
        first = rate(second, cast.teacher, 3).rating
        rate(second, staff.second, 8)
        with pytest.raises(marking.NotReady, match="third"):
            rate(second, cast.teacher, 8, seen=first)

    def test_a_third_one_is_not_let_in_before_the_two_differ(self, cast, second, staff):
        rate(second, cast.teacher)
        later = timezone.now() + timedelta(hours=1)
        Marking.objects.create(submission=second.submission, teacher=staff.second, role=Role.SECOND, leased_until=later)
        with pytest.raises(marking.NotReady):
            rate(second, staff.third)

    def test_the_rule_of_two_stays_only_with_its_level(self, cast, second, staff):
        first = rate(second, cast.teacher, 6).rating
        rate(second, staff.second, 6)
        kept = rate(second, cast.teacher, 6, seen=first)
        assert kept.result.rule == Rule.AGREED
        assert rate(second, cast.teacher, 7, seen=kept.rating).result.rule == Rule.OVERRIDDEN

    def test_the_second_of_a_blind_recording_has_not_seen_the_models_grade(self, cast, second, staff):
        second.submission.blind = True
        second.submission.save()
        rate(second, cast.teacher, 3)
        assert not rate(second, staff.second, 8).rating.autograde_visible
        assert rate(second, staff.third, 8).rating.autograde_visible  # sees what both have said, and so the model's


class TestFreshStandardisation:
    @pytest.fixture
    def pack(self, cast):
        pack = Pack.objects.create(name="Minuets", rubric=cast.rubric)
        played = factories.performance(player=cast.other_student)
        pack.anchors.add(Anchor.objects.create(performance=played, rubric=cast.rubric, level=5))
        CourseStandard.objects.create(course=cast.course, pack=pack, days=30, within=0.8)
        return pack

    def sit(self, pack, teacher, *, days_ago=1, distance=0.5):
        Standardisation.objects.create(
            pack=pack, teacher=teacher, distance=distance, finished_at=timezone.now() - timedelta(days=days_ago)
        )

    def test_with_one_she_releases_alone(self, cast, desk, pack):
        self.sit(pack, cast.teacher)
        assert rate(desk, cast.teacher).result is not None

    @pytest.mark.parametrize("sitting", [None, {"days_ago": 31}, {"distance": 0.9}])
    def test_without_one_a_second_teacher_is_asked(self, cast, desk, pack, sitting):
        if sitting is not None:
            self.sit(pack, cast.teacher, **sitting)
        assert rate(desk, cast.teacher).result is None
        desk.submission.refresh_from_db()
        assert desk.submission.second
        assert acts() == ["second_asked", "rated"]

    def test_the_second_one_need_not_be_fresh(self, cast, desk, pack, staff):
        rate(desk, cast.teacher, 6)
        assert rate(desk, staff.second, 6).result.rule == Rule.AGREED

    def test_nor_is_a_result_changed_alone_without_one(self, cast, desk, pack, staff):
        self.sit(pack, cast.teacher)
        first = rate(desk, cast.teacher).rating
        with pytest.raises(marking.NotReady, match="standardisation"):
            rate(desk, staff.second, 7, seen=first)


def test_releasing_again_settles_what_a_head_has_sent_back(cast, desk, staff):
    first = rate(desk, cast.teacher).rating
    Moderation.objects.create(submission=desk.submission, head=staff.head, reason="Listen to the end again.")
    rate(desk, cast.teacher, 7, seen=first)
    assert Moderation.objects.get().settled_at is not None
    event = Event.objects.filter(kind="released").first()
    assert (event.before, event.after["level"], event.after["moderated"]) == ({"level": 6}, 7, True)


def raised_by(*acts) -> list[Exception | None]:
    """What each of these raised, let go at the same moment."""
    came = at_once(*acts, expected=(marking.NotReady, marking.AlreadyReleased, DatabaseError))
    return [each if isinstance(each, Exception) else None for each in came]


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    @pytest.mark.parametrize(("levels", "outcome"), [((6, 7), Rule.AGREED), ((3, 8), None)])
    def test_two_markers_give_one_outcome(self, cast, second, staff, levels, outcome):
        raised = raised_by(lambda: rate(second, cast.teacher, levels[0]), lambda: rate(second, staff.second, levels[1]))
        assert raised == [None, None]
        assert list(Result.objects.values_list("rule", flat=True)) == ([outcome] if outcome else [])
        assert {turn.role for turn in Marking.objects.all()} == {Role.FIRST, Role.SECOND}
        assert acts().count("agreed" if outcome else "differed") == 1

    def test_of_two_who_press_for_one_turn_one_is_told(self, cast, desk, staff):
        raised = raised_by(lambda: rate(desk, cast.teacher, 6), lambda: rate(desk, staff.second, 7))
        assert sorted(type(error).__name__ for error in raised) == ["AlreadyReleased", "NoneType"]
        assert Rating.objects.count() == Result.objects.count() == 1

    def test_a_double_click_gives_one_rating(self, cast, second):
        raised = raised_by(lambda: rate(second, cast.teacher), lambda: rate(second, cast.teacher))
        assert sorted(type(error).__name__ for error in raised) == ["AlreadyReleased", "NoneType"]
        assert Rating.objects.count() == 1
