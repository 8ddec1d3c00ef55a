"""What becomes of a recording in which something was found before it counts."""

import shutil
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from core import doctor
from grading import checks, engine
from grading.models import Job, Performance
from grading.services import jobs, performances, preflight
from grading.signals import recording_refused
from tests import factories
from tests.ml.media.files import film

pytestmark = pytest.mark.django_db
OFF = dict.fromkeys(checks.CHECKS, "off")


@pytest.fixture(scope="session")
def squares(tmp_path_factory):
    """A film of flashing squares and clicks: no keyboard in it, and no piano."""
    return film(tmp_path_factory.mktemp("squares") / "film.mp4")


@pytest.fixture
def told():
    heard = []

    def listen(sender, performance, **rest):
        heard.append((performance.pk, performance.state))

    recording_refused.connect(listen)
    yield heard
    recording_refused.disconnect(listen)


def prepared(squares, tmp_path, rules=None, **bounds):
    copy = tmp_path / "copy.mp4"
    shutil.copy(squares, copy)
    asked = checks.given(OFF | (rules or {}), **bounds)
    performance = performances.receive(
        player=factories.user(), piece="x", source=copy, source_name="a.mp4", may_train=False, checks=asked
    )
    performances.prepare(performance.jobs.get(kind=Job.Kind.PREPARE).pk)
    performance.refresh_from_db()
    return performance


def test_a_warning_holds_it_for_a_day_and_is_graded_all_the_same(squares, tmp_path, house):
    performance = prepared(squares, tmp_path, {"frame": "warn"})
    (finding,) = performance.findings
    assert (finding["check"], finding["rule"]) == ("frame", "warn")
    assert finding["measured"]["missing"] == "keyboard"
    assert checks.sentence(finding) == "We could not find the keyboard in the picture."
    assert timedelta(hours=23) < performance.held_until - timezone.now() <= timedelta(hours=24)
    assert performance.state == Performance.State.PREPARED
    assert performance.jobs.filter(kind=Job.Kind.GRADE, state=Job.State.QUEUED).exists()
    assert (performance.folder / "found-frame.jpg").stat().st_size > 500


def test_where_nothing_is_found_it_counts_at_once(squares, tmp_path, house):
    performance = prepared(squares, tmp_path, {"shaky": "warn", "length": "refuse"}, shortest=2, longest=4)
    assert (performance.findings, performance.held_until) == ([], None)


def test_a_check_that_is_off_does_not_look(squares, tmp_path, house):
    performance = prepared(squares, tmp_path, OFF)
    assert (performance.findings, performance.held_until) == ([], None)


def test_a_refusal_says_why_and_leaves_nothing_of_the_file(
    squares, tmp_path, house, told, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        performance = prepared(squares, tmp_path, {"length": "refuse"}, shortest=80)
    assert performance.state == Performance.State.REFUSED
    assert performance.trouble == (
        "The recording lasts 0:03. Your teacher expects at least 1:20. Check that it is the whole piece, and only this "
        "piece."
    )
    assert [(each["check"], each["rule"]) for each in performance.findings] == [("length", "refuse")]
    assert performance.held_until is None
    assert performance.source == ""
    assert not performance.folder.exists()
    assert not any(path.is_file() for path in house.rglob("sources/*"))
    assert not performance.jobs.filter(kind=Job.Kind.GRADE).exists()
    assert told == [(performance.pk, "refused")]


def test_what_ml_refuses_is_kept_as_a_code_with_its_numbers(tmp_path, house, told, django_capture_on_commit_callbacks):
    page = tmp_path / "page.mp4"
    page.write_text("<!doctype html><html><body>Not found</body></html>")
    with django_capture_on_commit_callbacks(execute=True):
        performance = prepared(page, tmp_path)
    assert performance.findings == [{"check": "web_page", "rule": "refuse", "measured": {}, "at": None}]
    assert performance.trouble == checks.sentence(performance.findings[0])
    assert told == [(performance.pk, "refused")]


def test_a_preflight_that_breaks_stops_no_recording_and_the_doctor_hears_of_it(
    squares, tmp_path, house, monkeypatch, caplog
):
    def breaks(*args, **kwargs):
        raise RuntimeError("no such picture")

    monkeypatch.setattr(engine, "preflight", breaks)
    performance = prepared(squares, tmp_path, {"frame": "refuse"})
    assert performance.state == Performance.State.PREPARED
    assert (performance.findings, performance.held_until) == ([], None)
    assert "The preflight of" in caplog.text
    (said,) = (finding for finding in doctor.examine() if finding.name == "checks")
    assert not said.well
    assert said.sentence.startswith("1 of the last day could not be checked")
    assert said.sentence.endswith("RuntimeError: no such picture")


def test_the_doctor_says_nothing_of_checks_that_ended(squares, tmp_path, house):
    prepared(squares, tmp_path, {"frame": "off"})
    assert "checks" not in {finding.name for finding in doctor.examine()}


def test_the_end_of_the_workers_time_is_no_trouble_of_a_check(house, monkeypatch):
    def is_late(*args, **kwargs):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(engine, "preflight", is_late)
    with pytest.raises(SoftTimeLimitExceeded):
        preflight.look(factories.performance(player=factories.user()), seconds=20.0)


def test_a_recording_that_could_not_be_processed_is_told_too(told, django_capture_on_commit_callbacks, settings):
    performance = factories.performance(player=factories.user(), state=Performance.State.ARRIVED)
    job = factories.job(performance)
    job.attempt = settings.JOB_ATTEMPTS
    with django_capture_on_commit_callbacks(execute=True):
        jobs.give_back(job, "The disk is full.")
    assert told == [(performance.pk, "failed")]


def test_without_a_word_about_checks_the_usual_ones_are_asked(tmp_path, house):
    source = tmp_path / "a.mp4"
    source.write_bytes(b"a film")
    performance = performances.receive(
        player=factories.user(), piece="x", source=source, source_name="a.mp4", may_train=False
    )
    assert performance.checks == checks.given({})
