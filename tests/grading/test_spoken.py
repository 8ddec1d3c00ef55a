"""A spoken remark's way in, what a worker makes of it, and when it is forgotten."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone

from grading import engine, tasks
from grading.models import Job, Spoken
from grading.services import jobs, performances, spoken, sweeper
from tests import factories
from tests.ml.media.files import ffmpeg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def performance():
    return factories.performance(player=factories.user())


def speak(performance, data=b"a voice", **fields):
    return spoken.receive(
        performance=performance, author=fields.pop("author", None) or factories.user(), data=io.BytesIO(data)
    )


def made_playable(row, monkeypatch, answer=3.5):
    """Run its job; the worker's file is written by a stand-in for ffmpeg, which tests/ml/media/test_voice.py runs."""

    def voice(source, out):
        assert source.read_bytes() == b"a voice"
        if isinstance(answer, Exception):
            raise answer
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"m4a")
        return answer

    monkeypatch.setattr(engine, "voice", voice)
    tasks.spoken(row.jobs.latest("pk").pk)
    row.refresh_from_db()
    return row


def test_it_is_kept_as_it_came_and_a_worker_is_rung(performance, doorbells, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = speak(performance)
    assert row.source_path.read_bytes() == b"a voice"
    assert (row.state, row.jobs.get().kind) == ("arrived", Job.Kind.SPOKEN)
    assert [(bell.task, bell.job_id) for bell in doorbells] == [("grading.tasks.spoken", row.jobs.get().pk)]


def test_too_much_is_not_kept(performance, house):
    with pytest.raises(spoken.TooLarge, match="two parts"):
        speak(performance, bytes(spoken.MAX_BYTES + 1))
    assert not Spoken.objects.exists()
    assert list((house / "media" / "sources").iterdir()) == []


def test_as_much_as_is_allowed_is_kept(performance):
    assert speak(performance, bytes(spoken.MAX_BYTES)).source_path.stat().st_size == spoken.MAX_BYTES


def test_nothing_is_not_kept(performance):
    with pytest.raises(spoken.SpokenRefused, match="microphone"):
        speak(performance, b"")
    assert not Job.objects.exists()


def test_one_person_cannot_fill_the_queue(performance):
    author = factories.user()
    for _ in range(spoken.WAITING_PER_PERSON):
        speak(performance, author=author)
    with pytest.raises(spoken.SpokenRefused, match="wait a moment"):
        speak(performance, author=author)
    speak(performance)


def test_a_worker_makes_it_playable_and_what_came_is_gone(performance, monkeypatch):
    row = made_playable(speak(performance), monkeypatch)
    assert (row.state, row.seconds, row.path.read_bytes()) == ("ready", 3.5, b"m4a")
    assert not row.source_path.exists()
    assert row.jobs.get().state == Job.State.DONE


def test_a_real_recording_goes_the_whole_way(performance, tmp_path):
    source = tmp_path / "voice.webm"
    ffmpeg("-f", "lavfi", "-i", "sine=440", "-t", 2, "-c:a", "libopus", "-f", "webm", "-live", "1", source)
    row = speak(performance, source.read_bytes())
    tasks.spoken(row.jobs.get().pk)
    row.refresh_from_db()
    assert (row.state, row.seconds) == ("ready", pytest.approx(2, abs=0.1))
    assert row.path.read_bytes()[4:8] == b"ftyp"


def test_what_holds_no_voice_is_refused_in_words(performance, monkeypatch):
    row = made_playable(speak(performance), monkeypatch, engine.Refused("This remark is silent."))
    assert (row.state, row.trouble) == ("refused", "This remark is silent.")
    assert not row.source_path.exists()
    assert row.jobs.get().state == Job.State.FAILED


def test_a_worker_that_stumbles_tries_again_and_says_so_at_the_end(performance, monkeypatch, settings):
    settings.JOB_ATTEMPTS = 2
    row = made_playable(speak(performance), monkeypatch, OSError("no room"))
    assert (row.state, row.jobs.get().state) == ("arrived", "queued")
    row = made_playable(row, monkeypatch, OSError("no room"))
    assert (row.state, row.jobs.get().state) == ("refused", "failed")
    assert "record it again" in row.trouble


def test_a_second_worker_changes_nothing(performance, monkeypatch):
    row = speak(performance)
    job = jobs.claim(row.jobs.get().pk, kind=Job.Kind.SPOKEN)
    monkeypatch.setattr(engine, "voice", lambda source, out: pytest.fail("it is in another's hands"))
    tasks.spoken(job.pk)
    row.refresh_from_db()
    assert row.state == "arrived"


def aged(row):
    Spoken.objects.filter(pk=row.pk).update(created_at=timezone.now() - spoken.KEPT_UNUSED - timedelta(hours=1))
    row.refresh_from_db()
    return row


def test_what_was_never_used_is_forgotten_with_its_files(performance, monkeypatch):
    row = aged(made_playable(speak(performance), monkeypatch))
    young, path = speak(performance), row.path
    monkeypatch.setattr(sweeper, "ring_again", lambda: 0)
    sweeper.sweep()
    assert list(Spoken.objects.all()) == [young]
    assert not path.exists()


def test_what_stands_in_a_rating_stays(performance):
    row = aged(speak(performance))
    rating = factories.result(performance, rater=row.author).rating
    rating.remarks.create(start=1.0, spoken=row)
    assert spoken.forget_unused() == 0
    assert Spoken.objects.filter(pk=row.pk).exists()


def test_what_another_app_holds_on_to_stays(performance, monkeypatch):
    held, free = aged(speak(performance)), aged(speak(performance))
    monkeypatch.setattr(spoken, "_keepers", [lambda rows: {row.pk for row in rows if row == held}])
    assert spoken.forget_unused() == 1
    assert not Spoken.objects.filter(pk=free.pk).exists()
    assert held.source_path.exists()


def test_erasing_a_recording_takes_what_was_spoken_about_it(performance, django_capture_on_commit_callbacks):
    row = speak(performance)
    with django_capture_on_commit_callbacks(execute=True):
        performances.erase(performance=performance)
    assert not row.source_path.exists()
    assert not Spoken.objects.exists()
