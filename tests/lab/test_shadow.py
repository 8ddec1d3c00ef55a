"""A candidate beside the champion on live work: begun and ended by an admin, charted against later ratings."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import history
from core.models import Event
from grading.models import Autograde, Job, ModelVersion, Performance, Rating
from grading.services import shadows
from lab.along import FEWEST, along
from tests import factories


def address(name: str, version: ModelVersion) -> str:
    return reverse(f"lab:{name}", args=[version.number])


@pytest.fixture
def shadow(champion, candidate) -> ModelVersion:
    ModelVersion.objects.filter(pk=candidate.pk).update(created_at=timezone.now() - timedelta(days=100))
    candidate.refresh_from_db()
    return shadows.begin(version=candidate, by=None)


def rated(cast, shadow, champion, *, off: float, champion_off: float, days: float = 0.0, visible: bool = False):
    """A teacher says 6; the two had said so much more."""
    performance = factories.performance(player=factories.user())
    factories.autograde(performance, model=shadow, level=6 + off, shadow=True)
    said = factories.autograde(performance, model=champion, level=6 + champion_off)
    rating = factories.rating(performance, rater=cast.teacher, level=6, autograde=said, autograde_visible=visible)
    Rating.objects.filter(pk=rating.pk).update(created_at=timezone.now() - timedelta(days=days))
    return rating


def many(cast, shadow, champion, *, count: int = FEWEST, spread: float = 0.2, **off) -> None:
    for place in range(count):
        jitter = spread * (-1) ** place
        by = {"off": off["off"] + jitter, "champion_off": off["champion_off"] + jitter}
        rated(cast, shadow, champion, **off | by, days=count - place)


def test_an_admin_lets_a_candidate_grade_along_and_it_is_written_down(cast, champion, candidate, client_of):
    client = client_of(cast.admin)
    assert "Let it grade along" in client.get(address("model", candidate)).content.decode()
    answer = client.post(address("begin_shadow", candidate), {"weeks": "0"}, follow=True)
    candidate.refresh_from_db()
    assert candidate.shadow_since is not None
    text = answer.content.decode()
    assert "It has graded no recording along yet." in text
    assert f"Admin let version {candidate.number} grade along." in text
    assert "It has graded along since" in client.get(address("model", candidate)).content.decode()
    assert "grade along" not in client.get(address("model", champion)).content.decode()


def test_it_may_make_up_for_some_weeks(cast, champion, candidate, client_of):
    factories.performance(player=cast.student)
    client_of(cast.admin).post(address("begin_shadow", candidate), {"weeks": "4"})
    waiting = set(Job.objects.filter(kind=Job.Kind.SHADOW).values_list("performance", flat=True))
    assert waiting == set(Performance.objects.values_list("pk", flat=True))
    text = client_of(cast.admin).get(address("shadow", candidate)).content.decode()
    assert f"{len(waiting)} recordings wait for it." in text


@pytest.mark.parametrize("weeks", ["-1", "13", "many"])
def test_weeks_that_make_no_sense_begin_nothing(cast, champion, candidate, client_of, weeks):
    client_of(cast.admin).post(address("begin_shadow", candidate), {"weeks": weeks})
    candidate.refresh_from_db()
    assert candidate.shadow_since is None


def test_what_cannot_grade_along_is_refused_in_words(cast, champion, client_of):
    answer = client_of(cast.admin).post(address("begin_shadow", champion), {}, follow=True)
    assert "Only a candidate can grade along" in answer.content.decode()
    answer = client_of(cast.admin).post(address("end_shadow", champion), follow=True)
    assert "does not grade along" in answer.content.decode()


def test_ending_it_keeps_what_it_said(cast, champion, shadow, client_of):
    rated(cast, shadow, champion, off=0.1, champion_off=1.0)
    answer = client_of(cast.admin).post(address("end_shadow", shadow), follow=True)
    shadow.refresh_from_db()
    assert shadow.shadow_since is None
    assert Autograde.objects.by_shadows().count() == 1
    assert "It has graded 1 recording along." in answer.content.decode()
    event = Event.objects.get(kind="shadow_ended")
    assert history.told(event) == f"Admin let version {shadow.number} grade along no more."


def test_too_few_ratings_say_nothing_of_who_is_closer(cast, champion, shadow):
    many(cast, shadow, champion, off=0.1, champion_off=1.0, count=FEWEST - 1)
    found = along(shadow)
    assert f"Teachers have rated {FEWEST - 1} of them since; from {FEWEST} on" in found.sentence
    assert found.groups[0].words == "too few to tell"


@pytest.mark.parametrize(
    ("off", "champion_off", "said"),
    [
        (0.3, 1.0, "0.70 levels closer to them than the champion"),
        (1.0, 0.3, "0.70 levels further from them than the champion"),
    ],
)
def test_it_says_who_is_closer_and_by_how_much(cast, champion, shadow, off, champion_off, said):
    many(cast, shadow, champion, off=off, champion_off=champion_off)
    assert said in along(shadow).sentence


def test_where_nobody_can_tell_it_says_so(cast, champion, shadow):
    for place in range(FEWEST):
        one, other = (0.2, 1.2) if place % 2 else (1.2, 0.2)
        rated(cast, shadow, champion, off=one, champion_off=other, days=place)
    assert "cannot be told apart" in along(shadow).sentence


def test_blind_ratings_are_preferred_and_others_come_with_a_caveat(cast, champion, shadow):
    many(cast, shadow, champion, off=1.0, champion_off=0.3, visible=True)
    found = along(shadow)
    assert "further" in found.sentence
    assert "leans towards it" in found.caveat
    many(cast, shadow, champion, off=0.3, champion_off=1.0)
    found = along(shadow)
    assert "closer" in found.sentence
    assert "without seeing any grade" in found.caveat
    assert [group.count for group in found.groups] == [FEWEST, FEWEST]


def test_it_is_charted_week_by_week_over_all_until_then(cast, champion, shadow, client_of):
    for days, off in ((20, 0.2), (19, 0.4), (18, 0.6), (10, 0.8), (1, 1.0)):
        rated(cast, shadow, champion, off=off, champion_off=0.5, days=days)
    chart = along(shadow).chart
    assert len(chart.x) == 3
    own, other = chart.series
    assert [round(value, 2) for value in own.values] == [0.4, 0.5, 0.6]
    assert [round(value, 2) for value in other.values] == [0.5, 0.5, 0.5]
    assert own.low[0] < 0.4 < own.high[0]
    text = client_of(cast.admin).get(address("shadow", shadow)).content.decode()
    assert "Levels off the teachers, so far" in text
    assert "The numbers as a table" in text
    assert "style=" not in text


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, shadow, client_of, who):
    client = client_of(getattr(cast, who))
    assert client.get(address("shadow", shadow)).status_code == 404
    assert client.post(address("begin_shadow", shadow)).status_code == 404
    assert client.post(address("end_shadow", shadow)).status_code == 404
    shadow.refresh_from_db()
    assert shadow.shadow_since is not None


def test_a_page_that_shows_refuses_post_and_an_act_refuses_get(cast, shadow, client_of):
    client = client_of(cast.admin)
    assert client.post(address("shadow", shadow)).status_code == 405
    assert client.get(address("begin_shadow", shadow)).status_code == 405
    assert client.get(address("end_shadow", shadow)).status_code == 405


def test_it_asks_a_fixed_number_of_questions(cast, champion, shadow, client_of):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address("shadow", shadow)).status_code == 200
        return len(queries)

    client = client_of(cast.admin)
    many(cast, shadow, champion, off=0.1, champion_off=1.0, count=3)
    few = asked()
    many(cast, shadow, champion, off=0.1, champion_off=1.0, count=12)
    assert asked() == few
