"""Ratings are added, never changed; what is released says by which rule."""

import pytest

from grading.models import Autograde, Performance, Rating, Result, UsualLevel
from grading.services import performances, ratings
from grading.signals import result_released
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def graded() -> Performance:
    performance = factories.performance(player=factories.user())
    factories.autograde(performance, level=5.2, low=4, high=6)
    return performance


def rate(performance, *, level=5, reason="", visible=True, criteria=None, remarks=()):
    return ratings.record(
        performance=performance,
        rater=factories.user(),
        level=level,
        criteria=criteria or {},
        comment="A calm pulse.",
        reason=reason,
        remarks=remarks,
        autograde=performance.autograde,
        autograde_visible=visible,
    )


def test_a_second_rating_stands_beside_the_first(graded):
    rate(graded, level=5)
    rate(graded, level=6)
    assert [rating.level for rating in Rating.objects.order_by("created_at")] == [5, 6]
    assert Autograde.objects.get().level == 5.2


@pytest.mark.parametrize("level", [0, 11, -1])
def test_it_refuses_a_level_off_the_scale(graded, level):
    with pytest.raises(ratings.RatingError, match="from 1 to 10"):
        rate(graded, level=level)
    assert not Rating.objects.exists()


def test_it_asks_for_a_reason_outside_the_interval(graded):
    with pytest.raises(ratings.RatingError, match="lies outside 4 to 6"):
        rate(graded, level=9)
    assert rate(graded, level=9, reason="The model does not hear the voicing.").level == 9


def test_it_asks_for_no_reason_of_a_teacher_who_did_not_see_the_grade(graded):
    assert rate(graded, level=9, visible=False).level == 9


@pytest.mark.parametrize(
    "remark",
    [
        {"start": 3.0, "text": "  "},
        {"start": 99.0, "text": "beyond the end"},
        {"start": -1.0, "text": "before the beginning"},
        {"start": 5.0, "end": 4.0, "text": "backwards"},
        {"start": "soon", "text": "no moment"},
        {"start": float("nan"), "text": "no number"},
    ],
)
def test_it_refuses_a_remark_that_says_nothing_or_lies_nowhere(graded, remark):
    with pytest.raises(ratings.RatingError):
        rate(graded, remarks=[remark])
    assert not Rating.objects.exists()


def test_remarks_come_in_the_order_of_the_music(graded):
    rating = rate(graded, remarks=[{"start": 9.0, "end": 11.5, "text": "b"}, {"start": 1.0, "text": "a"}])
    assert [remark.text for remark in rating.remarks.all()] == ["a", "b"]


@pytest.mark.parametrize(("level", "rule"), [(5, "accepted"), (6, "overridden")])
def test_the_rule_says_how_the_result_came_about(graded, level, rule):
    result = ratings.release(rating=rate(graded, level=level))
    assert (result.level, result.rule) == (level, rule)


def test_without_a_grade_the_teacher_decides_alone():
    performance = factories.performance(player=factories.user(), state=Performance.State.PREPARED, duration=9.0)
    assert ratings.release(rating=rate(performance)).rule == Result.Rule.TEACHER


def test_releasing_again_replaces_what_is_shown_and_keeps_both_ratings(graded):
    ratings.release(rating=rate(graded, level=5))
    ratings.release(rating=rate(graded, level=6))
    assert Result.objects.get().level == 6
    assert Rating.objects.count() == 2


def test_release_is_told_to_whoever_listens(graded, django_capture_on_commit_callbacks):
    heard = []

    def listen(result, **_):
        heard.append(result)

    result_released.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            result = ratings.release(rating=rate(graded))
    finally:
        result_released.disconnect(listen)
    assert heard == [result]


def test_the_usual_level_of_a_player_is_the_mean_of_what_was_released(graded):
    ratings.release(rating=rate(graded, level=4))
    other = factories.performance(player=graded.player)
    factories.autograde(other, level=7.0, low=6, high=8)
    rate(other, level=6)
    ratings.release(rating=rate(other, level=7))
    assert (UsualLevel.objects.get().level, UsualLevel.objects.get().results) == (5.5, 2)


def test_releasing_again_counts_once(graded):
    ratings.release(rating=rate(graded, level=4))
    ratings.release(rating=rate(graded, level=6))
    assert (UsualLevel.objects.get().level, UsualLevel.objects.get().results) == (6.0, 1)


def test_an_erased_recording_counts_no_more(graded, house, django_capture_on_commit_callbacks):
    ratings.release(rating=rate(graded, level=4))
    with django_capture_on_commit_callbacks(execute=True):
        performances.erase(performance=graded)
    assert not UsualLevel.objects.exists()


def test_the_database_keeps_what_picture_and_sound_say_alone(graded):
    sure = [float(level == 3) for level in range(1, 11)]
    torn = [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]
    grade = factories.autograde(graded, visual=sure, aural=torn)
    grade.refresh_from_db()
    assert (grade.by_sight, grade.by_ear) == (pytest.approx(3.0), pytest.approx(5.5))
