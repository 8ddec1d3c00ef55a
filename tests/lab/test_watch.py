"""How the model is doing, as an admin reads it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grading.drift.budget import Quantity
from grading.drift.simulated import School
from grading.models import Alarm, Performance, Promotion
from lab import alarms, weekly
from lab.watch import watch
from tests import factories
from tests.grading import monitored
from tests.grading.monitored import taught

PAGE = reverse("lab:watch")
SHIFT = {"by": -6.0, "low": -7.1, "high": -4.9, "players": 9}


@pytest.fixture
def year_of(monkeypatch, db):
    """A simulated school whose present is now."""
    monkeypatch.setattr(monitored, "START", timezone.now() - timedelta(days=84))

    return taught


def text_of(client) -> str:
    return client.get(PAGE).content.decode()


def test_an_empty_school_is_told_that_there_is_nothing_yet(cast, champion, client_of):
    text = text_of(client_of(cast.admin))
    assert "Nothing has come in yet" in text
    assert text.count("Nothing has been measured yet.") == 7


def test_a_school_with_ten_recordings_has_its_charts(cast, champion, client_of):
    for number in range(10):
        performance = factories.performance(
            player=cast.student, facts={"device": "Pomelo One", "loudness": -20.0 - number, "brightness": 0.4}
        )
        factories.autograde(performance, model=champion)
        if number < 4:
            factories.rating(performance, rater=cast.teacher, level=7, autograde=performance.autograde)
    answer = client_of(cast.admin).get(PAGE)
    seen = answer.context["watch"]
    assert (seen.recordings, seen.rated) == (10, 4)
    devices, brightness, loudness, length = seen.inputs
    assert [series.label for series in devices.series] == ["Pomelo One"]
    assert list(devices.series[0].values) == [100.0]
    assert (loudness.series[0].low[0], loudness.series[0].values[0]) == (pytest.approx(-28.1), pytest.approx(-24.5))
    assert brightness.series[0].values == [0.4]
    assert length.series[0].values == [20.0]
    assert seen.grades.series[0].values == [6.13]
    assert seen.residuals.series[0].values == [pytest.approx(0.87)]
    assert list(seen.coverage.series[0].values) == [100.0]
    assert [(group.name, group.off.count, group.said) for group in seen.devices] == [("Pomelo One", 4, "+0.9")]
    assert [group.name for group in seen.pieces] == ["Petzold: Minuet"]
    assert "All is quiet" in answer.content.decode()


def test_it_says_what_has_moved_and_what_to_do(cast, champion, client_of):
    factories.alarm()
    text = text_of(client_of(cast.admin))
    assert "Something has moved." in text
    assert "A new phone: Pomelo One" in text
    assert "14 of 20 recordings of the last two weeks come from it." in text
    assert "On the 3 that were rated blind the model was 0.8 levels too low." in text
    assert "Rate some of them" in text


def test_an_alarm_that_is_over_is_told_at_the_end(cast, champion, client_of):
    factories.alarm(closed_at=timezone.now())
    text = text_of(client_of(cast.admin))
    assert "Alarms that are over" in text
    assert "What to do" not in text


def test_it_is_marked_as_seen_by_whom_and_when(cast, champion, client_of):
    row = factories.alarm()
    answer = client_of(cast.admin).post(reverse("lab:see_alarm", args=[row.pk]), follow=True)
    row.refresh_from_db()
    assert row.seen_by == cast.admin
    text = answer.content.decode()
    assert "Seen by Admin on" in text
    assert "I have seen it" not in text


def test_who_saw_it_may_have_left(cast, champion, client_of):
    factories.alarm(seen_at=timezone.now())
    assert "Seen by a former member on" in text_of(client_of(cast.admin))


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_nobody_else_can_tell_that_anything_is_watched(cast, client_of, who):
    row = factories.alarm()
    client = client_of(getattr(cast, who))
    assert client.get(PAGE).status_code == 404
    assert client.post(reverse("lab:see_alarm", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.seen_at is None


def test_an_alarm_that_is_none_is_not_found(cast, client_of):
    assert client_of(cast.admin).post(reverse("lab:see_alarm", args=[12345])).status_code == 404


def test_the_page_only_shows_and_the_button_only_acts(cast, champion, client_of):
    row = factories.alarm()
    assert client_of(cast.admin).post(PAGE).status_code == 405
    assert client_of(cast.admin).get(reverse("lab:see_alarm", args=[row.pk])).status_code == 405


def test_its_queries_and_its_size_are_bounded_however_many_recordings_there_are(cast, year_of, client_of):
    client = client_of(cast.admin)
    year_of(School(students=3))
    with CaptureQueriesContext(connection) as few:
        small = client.get(PAGE)
    year_of(School(students=30), seed=2, version=factories.model())
    with CaptureQueriesContext(connection) as many:
        large = client.get(PAGE)
    assert Performance.objects.count() > 500
    assert len(many) <= len(few) <= 30, "\n".join(query["sql"][:150] for query in many.captured_queries)
    assert len(large.content) < 3 * len(small.content)


def test_a_week_s_quantiles_are_those_of_its_recordings(cast):
    for seconds in (10.0, 20.0, 30.0, 40.0, 50.0):
        factories.performance(player=cast.student, duration=seconds)
    (row,) = weekly.recordings(weekly.monday())
    assert row["count"] == 5
    assert row["length"] == pytest.approx([14.0, 30.0, 46.0])
    assert row["loudness"] == [None, None, None] or row["loudness"] is None


def test_devices_beyond_the_most_common_are_added_up(cast):
    for number in range(8):
        for _ in range(8 - number):
            factories.performance(player=cast.student, facts={"device": f"phone {number}"})
    named, counts = weekly.devices(weekly.monday())
    assert named == [f"phone {number}" for number in range(weekly.DEVICES)]
    (week,) = counts.values()
    assert week == {"phone 0": 8, "phone 1": 7, "phone 2": 6, "phone 3": 5, "": 10}


def test_a_rating_that_saw_the_model_s_word_tells_nothing_of_it(cast, champion):
    performance = factories.performance(player=cast.student)
    factories.autograde(performance, model=champion)
    factories.rating(performance, rater=cast.teacher, autograde=performance.autograde, autograde_visible=True)
    assert weekly.residuals(weekly.monday()) == []


def test_a_promotion_is_marked_in_the_charts(cast, champion):
    Promotion.objects.create(version=champion)
    assert [mark.label for mark in watch().residuals.marks] == [str(champion)]


def test_where_the_model_is_off_is_told_of_the_one_in_use(cast, champion):
    performance = factories.performance(player=cast.student, facts={"device": "Pomelo One"})
    factories.autograde(performance, model=champion)
    factories.rating(performance, rater=cast.teacher, level=3, autograde=performance.autograde)
    (group,) = weekly.by_device()
    assert (group.name, group.said, group.between) == ("Pomelo One", "\N{MINUS SIGN}3.1", "–")
    champion.stage = "archived"
    champion.save()
    assert weekly.by_device() == []


def test_the_interval_of_a_mean_is_student_s(cast, champion):
    for level in (5, 6, 7, 8):
        performance = factories.performance(player=cast.student)
        factories.autograde(performance, model=champion)
        factories.rating(performance, rater=cast.teacher, level=level, autograde=performance.autograde)
    (group,) = weekly.by_piece()
    assert group.off.value == pytest.approx(0.37, abs=1e-3)
    assert group.off.high - group.off.value == pytest.approx(3.1824 * 1.2910 / 4**0.5, abs=1e-3)


class TestWords:
    @pytest.mark.parametrize("quantity", Quantity)
    @pytest.mark.parametrize("by", [1, -1])
    def test_every_quantity_has_its_words(self, db, quantity, by):
        numbers = (
            factories.alarm().numbers
            | {name: by * value for name, value in SHIFT.items()}
            | {"quantity": quantity, "players": 9}
        )
        told = alarms.told(Alarm(kind="input", subject="something", numbers=numbers | {"held": 30, "ratings": 40}))
        for words in (told.title, told.says, told.to_do):
            assert words
            assert not [sign for sign in ("%(", "{", "None") if sign in words]

    def test_a_shift_is_told_in_the_direction_it_took(self):
        told = alarms.told(Alarm(subject="loudness", numbers=SHIFT | {"quantity": "loudness"}))
        assert told.title == "Recordings are quieter"
        assert "6.0 LU quieter" in told.says
        assert "(most likely 4.9 to 7.1)" in told.says

    def test_an_interval_that_reaches_the_other_way_says_so(self):
        numbers = {"by": -0.6, "low": -1.4, "high": 0.2, "players": 9, "quantity": "residuals"}
        told = alarms.told(Alarm(subject="residuals", numbers=numbers))
        assert "0.6 levels further below" in told.says
        assert "(most likely \N{MINUS SIGN}0.2 to 1.4)" in told.says

    def test_a_length_is_told_as_a_share(self):
        numbers = {"by": 0.6931, "low": 0.5, "high": 0.9, "players": 9, "quantity": "length"}
        told = alarms.told(Alarm(subject="length", numbers=numbers))
        assert told.title == "Recordings are longer"
        assert "last 200 %" in told.says

    def test_a_kind_of_file_is_no_phone(self, db):
        row = factories.alarm(subject="webm, vp9, 1280×720, 30/s")
        row.numbers |= {"rated": 0, "off": None}
        told = alarms.told(row)
        assert told.title == "Another kind of recording: webm, vp9, 1280×720, 30/s"
        assert "not known" in told.says
