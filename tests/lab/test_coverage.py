"""Whether the intervals that were shown hold what they promise, and how wide the next ones are."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grading.models import Calibration, Promotion, Rating
from lab.coverage import coverage
from tests import factories

PAGE = reverse("lab:coverage")


def rated(cast, version, level: int, *, at: datetime | None = None, **fields) -> Rating:
    """A blind rating beside a grade of level 6, between 5 and 7."""
    performance = factories.performance(player=factories.user())
    said = factories.autograde(performance, model=version, **fields)
    rating = factories.rating(performance, rater=cast.teacher, level=level, autograde=said)
    at = at or timezone.now()
    type(said).objects.filter(pk=said.pk).update(created_at=at - timedelta(hours=1))
    Rating.objects.filter(pk=rating.pk).update(created_at=at)
    return rating


def recalibrate(version) -> str:
    return reverse("lab:recalibrate", args=[version.number])


@pytest.fixture
def promoted(champion):
    Promotion.objects.create(version=champion, at=timezone.now() - timedelta(days=200))
    return champion


def test_it_says_how_many_the_intervals_held_since_the_champion_is_one(cast, promoted, client_of):
    for level in [6] * 7 + [9]:
        rated(cast, promoted, level)
    rated(cast, promoted, 9, at=timezone.now() - timedelta(days=300))  # of an earlier time as champion
    (found,) = coverage().in_use
    assert f"The intervals of {promoted} held the teacher's level in 7 of 8 recordings" in found.sentence
    assert "90 in 100 are promised" in found.sentence
    assert "does not contradict the promise" in found.verdict
    assert "where a teacher rated without seeing its grade" in found.counted
    text = client_of(cast.admin).get(PAGE).content.decode()
    assert "held the teacher&#x27;s level in 7 of 8 recordings" in text
    assert "style=" not in text


@pytest.mark.parametrize(
    ("held", "missed", "said"),
    [(10, 20, "too few"), (27, 3, "not contradict the promise"), (80, 0, "more than promised")],
)
def test_it_says_what_that_means_as_far_as_so_many_can_tell(cast, promoted, held, missed, said):
    for level in [6] * held + [9] * missed:
        rated(cast, promoted, level)
    assert said in coverage().in_use[0].verdict


def test_each_month_stands_against_the_promise(cast, promoted, client_of):
    march, april = (timezone.make_aware(datetime(2026, month, 15)) for month in (3, 4))
    for level in (6, 6, 9):
        rated(cast, promoted, level, at=march)
    for _ in range(3):
        rated(cast, promoted, 7, at=april, low=4, high=8)
    found = coverage()
    assert [(month.begins.month, month.share.count, month.share.held) for month in found.months] == [
        (3, 3, 2),
        (4, 3, 3),
    ]
    assert [month.share.width for month in found.months] == [3.0, 5.0]
    held, promised = found.chart.series
    assert [round(value) for value in held.values] == [67, 100]
    assert held.low[1] < 100.0
    assert list(promised.values) == [90.0, 90.0]
    text = client_of(cast.admin).get(PAGE).content.decode()
    assert "March 2026" in text
    assert "The numbers as a table" in text


def test_only_what_was_shown_counts(cast, promoted):
    rated(cast, factories.model(), 6, shadow=True)
    assert coverage().months == []


def test_nothing_rated_blind_says_what_to_do(cast, promoted, client_of):
    text = client_of(cast.admin).get(PAGE).content.decode()
    assert "so nobody can tell yet" in text
    assert "No recording has been rated blind yet." in text


def test_without_a_champion_it_says_so(cast, client_of):
    assert "No model is in use" in client_of(cast.admin).get(PAGE).content.decode()


def test_an_admin_sets_the_intervals_anew(cast, promoted, client_of):
    client = client_of(cast.admin)
    assert "Set them anew now" not in client.get(PAGE).content.decode()
    for level in [6] * 18 + [9] * 2:
        rated(cast, promoted, level)
    assert "Set them anew now" in client.get(PAGE).content.decode()
    text = client.post(recalibrate(promoted), follow=True).content.decode()
    made = Calibration.objects.get()
    assert (made.version, made.by, made.held) == (promoted, cast.admin, 0.9)
    assert "are set anew. They hold for what is graded from now on." in text
    assert "as its 20 newest blind ratings ask for" in text
    assert "90 %" in text


def test_too_few_ratings_are_refused_in_words(cast, promoted, client_of):
    text = client_of(cast.admin).post(recalibrate(promoted), follow=True).content.decode()
    assert "From 20 on its intervals can be set" in text
    assert not Calibration.objects.exists()


def test_it_says_how_often_the_model_leaves_a_level_to_a_teacher(cast, promoted):
    assert coverage().left == ""
    for abstained in (True, False, False):
        factories.autograde(factories.performance(player=cast.student), model=promoted, abstained=abstained)
    assert coverage().left.startswith("1 of 3 grades that are shown now was left to a teacher")


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, promoted, client_of, who):
    client = client_of(getattr(cast, who))
    assert client.get(PAGE).status_code == 404
    assert client.post(recalibrate(promoted)).status_code == 404


def test_a_page_that_shows_refuses_post_and_an_act_refuses_get(cast, promoted, client_of):
    assert client_of(cast.admin).post(PAGE).status_code == 405
    assert client_of(cast.admin).get(recalibrate(promoted)).status_code == 405


def test_it_asks_a_fixed_number_of_questions(cast, promoted, client_of):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    client = client_of(cast.admin)
    rated(cast, promoted, 6)
    few = asked()
    for _ in range(4):
        rated(cast, promoted, 6)
    assert asked() == few
