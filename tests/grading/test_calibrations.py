"""The width of intervals follows what teachers say without the model's word, and only that."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from grading import engine
from grading.models import Calibration, Job, Performance, Rating
from grading.services import calibrations, jobs, performances, shadows
from tests import factories
from tests.grading.factories import model_with_file

# Level 6 expected, with a spread of 1.0.
AROUND_SIX = [0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.5, 0.0, 0.0, 0.0]
pytestmark = pytest.mark.django_db


@pytest.fixture
def version(house):
    return model_with_file(champion=True)


def rated(version, level: int, *, performance=None, shadow: bool = False, days: float = 0.0, **fields) -> Rating:
    """The version had said level 6, between 5 and 7, so many days ago; then a teacher rated it."""
    if performance is None:
        performance = factories.performance(player=factories.user())
    said = factories.autograde(performance, model=version, fused=AROUND_SIX, level=6.0, shadow=shadow)
    rating = factories.rating(performance, rater=factories.user(), level=level, autograde=said, **fields)
    at = timezone.now() - timedelta(days=days)
    type(said).objects.filter(pk=said.pk).update(created_at=at - timedelta(hours=1))
    Rating.objects.filter(pk=rating.pk).update(created_at=at)
    return rating


def many(version, *levels: int, **fields) -> None:
    for place, level in enumerate(levels):
        rated(version, level, days=len(levels) - place, **fields)


# what is a blind rating


def test_a_first_word_that_was_given_without_the_model_s_is_blind(version):
    rating = rated(version, 8)
    (word,) = calibrations.blind(version)
    assert (word.level, word.autograde, word.player) == (8, rating.autograde, rating.performance.player_id)
    assert not word.held
    assert rated(version, 7)
    assert [word.held for word in calibrations.blind(version)] == [False, True]


@pytest.mark.parametrize(
    "not_blind",
    [
        {"autograde_visible": True},
        {"batch": True},
        {"purpose": Rating.Purpose.APPEAL},
        {"purpose": Rating.Purpose.THIRD},
        {"purpose": Rating.Purpose.STANDARD},
        {"source": "Another school"},
    ],
)
def test_everything_else_is_not(version, not_blind):
    rated(version, 8, **not_blind)
    assert calibrations.blind(version) == []
    assert calibrations.shown() == []


def test_a_rating_from_before_the_model_had_spoken_says_nothing_of_it(version):
    rating = rated(version, 8)
    Rating.objects.filter(pk=rating.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert calibrations.blind(version) == []


def test_two_ratings_of_one_recording_are_one_draw(version):
    first = rated(version, 8, days=2)
    rated(version, 3, performance=first.performance, days=1)
    assert [word.level for word in calibrations.blind(version)] == [8]
    assert [word.level for word in calibrations.shown()] == [8]


def test_what_a_shadow_had_said_counts_for_it_and_was_shown_to_nobody(version):
    candidate = model_with_file()
    rated(candidate, 8, shadow=True)
    assert len(calibrations.blind(candidate)) == 1
    assert calibrations.blind(version) == calibrations.shown() == []


def test_where_it_was_champion_by_then_the_grade_that_was_shown_counts(version):
    first = rated(version, 8, days=3, shadow=True)
    second = rated(version, 8, days=2, performance=first.performance)
    assert [word.autograde for word in calibrations.blind(version)] == [first.autograde]
    third = rated(version, 8, days=1, performance=second.performance)
    Rating.objects.exclude(pk=third.pk).delete()
    assert not calibrations.blind(version)[0].autograde.shadow


# the width


def test_the_width_holds_nine_in_ten_of_what_was_rated_blind(version):
    many(version, *[6] * 10, *[7] * 8, *[8] * 2)
    admin = factories.user()
    made = calibrations.recalibrate(version=version, by=admin)
    # The 19th smallest of 20 distances (0 ten times, 1 eight times, 2 twice), in spreads of one level.
    assert made.quantile == pytest.approx(2.0)
    assert (made.ratings, made.by, made.held) == (20, admin, pytest.approx(0.9))
    assert calibrations.current(version) == made


def test_fewer_than_tell_anything_are_refused_in_words(version):
    many(version, *[6] * 19)
    with pytest.raises(calibrations.TooFew, match=r"19 blind ratings .* From 20 on"):
        calibrations.recalibrate(version=version, by=None)
    assert not Calibration.objects.exists()


def test_only_the_newest_count_so_that_it_follows_what_changes(version, monkeypatch):
    monkeypatch.setattr(calibrations, "NEWEST", 20)
    many(version, *[10] * 5, *[7] * 20)
    made = calibrations.recalibrate(version=version, by=None)
    assert made.quantile == pytest.approx(1.0)
    assert made.since == calibrations.blind(version)[5].at


def test_the_next_grade_is_as_wide_and_names_why_and_the_one_before_stays(version, monkeypatch):
    many(version, *[6] * 10, *[9] * 10)
    before = version.autogrades.first()
    made = calibrations.recalibrate(version=version, by=None)
    asked = []

    def said(_recording, **wanted):
        asked.append(wanted["quantile"])
        return SimpleNamespace(
            visual=AROUND_SIX, aural=AROUND_SIX, fused=AROUND_SIX, level=6.0, low=3, high=9, windows=(), device="cpu",
            seconds=0.0,
        )  # fmt: skip

    monkeypatch.setattr(engine, "grade", said)
    candidate = shadows.begin(version=model_with_file(), by=None)
    performance = factories.performance(player=factories.user(), state=Performance.State.PREPARED)
    performances.grade(jobs.queue(kind=Job.Kind.GRADE, performance=performance).pk)
    shadows.grade_along(performance.jobs.get(kind=Job.Kind.SHADOW).pk)
    performance.refresh_from_db()
    assert performance.autograde.calibration == made
    assert asked == [made.quantile, None]  # the shadow has its own width
    assert candidate.autogrades.get().calibration is None
    before.refresh_from_db()
    assert (before.low, before.high, before.calibration) == (5, 7, None)


# by itself


def test_the_house_sets_it_as_soon_as_it_can_and_once_a_week_at_most(version):
    many(version, *[6] * 19)
    assert calibrations.consider() == []
    rated(version, 7)
    (made,) = calibrations.consider()
    assert (made.version, made.by) == (version, None)
    many(version, *[6] * calibrations.FRESH)
    Calibration.objects.update(at=timezone.now() - timedelta(days=6))
    assert calibrations.consider() == []
    Calibration.objects.update(at=timezone.now() - timedelta(days=21))
    assert len(calibrations.consider()) == 1


def test_a_week_in_which_little_was_rated_blind_changes_nothing(version):
    many(version, *[6] * 20)
    calibrations.consider()
    Calibration.objects.update(at=timezone.now() - timedelta(days=10))
    many(version, *[6] * 9)
    assert calibrations.consider() == []


def test_a_candidate_that_grades_along_is_set_too_and_an_archived_one_is_not(version):
    candidate, old = shadows.begin(version=model_with_file(), by=None), model_with_file(stage="archived")
    many(candidate, *[6] * 20, shadow=True)
    many(old, *[6] * 20)
    assert [made.version for made in calibrations.consider()] == [candidate]


def test_it_asks_the_same_of_the_database_however_long(version, django_assert_num_queries):
    many(version, *[6] * 5)
    with django_assert_num_queries(2):  # the ratings, what was said
        assert len(calibrations.blind(version)) == 5
