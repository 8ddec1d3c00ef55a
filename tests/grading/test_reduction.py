"""Less is kept of a recording once the school's days are over: no film, no sound; what was said of it stays."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from grading import engine
from grading.models import Job, Performance, Result
from grading.services import performances, reduction, storage, training
from tests import factories
from tests.grading.factories import labelled
from tests.grading.factories import run as a_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def film(monkeypatch):
    """Stands in for ffmpeg, which tests/ml/media/test_crop_film.py tries."""
    made = []

    def make(recording, out):
        out.write_bytes(b"the frame")
        made.append(recording)

    monkeypatch.setattr(engine, "crop_film", make)
    return made


@pytest.fixture
def recording(house):
    """Released twenty days ago, with every file that a recording may have."""
    performance = labelled(factories.user(), level=5).performance
    factories.media(performance)
    performance.source, performance.digest = f"sources/{performance.pk}", "d" * 64
    performance.save()
    performance.source_path.parent.mkdir(parents=True, exist_ok=True)
    performance.source_path.write_bytes(b"as it came")
    (performance.folder / "mel-000.png").write_bytes(b"tile")
    (performance.folder / "spoken").mkdir()
    (performance.folder / "spoken/one.m4a").write_bytes(b"voice")
    feature(performance.digest).write_bytes(b"features")
    Result.objects.update(released_at=timezone.now() - timedelta(days=20))
    return performance


def feature(digest: str) -> Path:
    Path(settings.FEATURES_ROOT).mkdir(parents=True, exist_ok=True)
    return Path(settings.FEATURES_ROOT) / f"{storage.key_of(digest)}-frame-backbone.safetensors"


def reduced(performance, commits):
    with commits(execute=True):
        assert reduction.reduce_due(14) == 1
    job = Job.objects.get(kind=Job.Kind.REDUCE)
    with commits(execute=True):
        reduction.reduce(job.pk)
    performance.refresh_from_db()
    return performance


def test_the_frame_the_pictures_of_the_sound_and_the_features_stay(recording, film, django_capture_on_commit_callbacks):
    performance = reduced(recording, django_capture_on_commit_callbacks)
    assert sorted(path.name for path in performance.folder.iterdir()) == [
        "crop.mp4",
        "mel-000.png",
        "mel.png",
        "spoken",
    ]
    assert not (Path(settings.MEDIA_ROOT) / f"sources/{performance.pk}").exists()
    assert performance.source == ""
    assert feature(performance.digest).exists()
    assert not performance.is_playable
    assert performance.result.level == 5


def test_it_is_done_once(recording, film, django_capture_on_commit_callbacks):
    performance = reduced(recording, django_capture_on_commit_callbacks)
    assert reduction.reduce_due(14) == 0
    reduction.reduce(Job.objects.get(kind=Job.Kind.REDUCE).pk)
    assert len(film) == 1
    assert performances.regrade(performances=[performance]) == 0


def test_what_is_young_or_waits_for_a_teacher_is_kept_whole(recording):
    assert not reduction.due(21).exists()
    Result.objects.all().delete()
    assert not reduction.due(14).exists()


def test_what_somebody_still_needs_is_kept_whole(recording, monkeypatch):
    monkeypatch.setattr(reduction, "_keepers", [lambda old: old.filter(pk=recording.pk)])
    assert not reduction.due(14).exists()


def test_a_film_that_cannot_be_made_keeps_everything(recording, monkeypatch, django_capture_on_commit_callbacks):
    def fail(recording, out):
        raise OSError("No space left on device")

    monkeypatch.setattr(engine, "crop_film", fail)
    performance = reduced(recording, django_capture_on_commit_callbacks)
    assert performance.reduced_at is None
    assert performance.source_path.exists()
    assert (performance.folder / "proxy.mp4").exists()
    assert "No space left" in Job.objects.get(kind=Job.Kind.REDUCE).error


def test_erasing_takes_what_was_kept(recording, film, django_capture_on_commit_callbacks):
    performance = reduced(recording, django_capture_on_commit_callbacks)
    folder = performance.folder
    Result.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        performances.erase(performance=performance)
    assert not folder.exists()
    assert not feature("d" * 64).exists()


def test_a_training_leaves_out_what_its_model_has_no_features_of(recording, monkeypatch):
    def missing(*args, **kwargs):
        raise FileNotFoundError("proxy.mp4")

    monkeypatch.setattr(engine, "features", missing)
    with pytest.raises(FileNotFoundError):
        training._features(a_run(), recording)
    recording.reduced_at = timezone.now()
    assert training._features(a_run(), recording) is None


def test_the_key_of_features_is_the_one_that_ml_writes():
    from ml import features_store

    assert storage.KEY_CHARACTERS == features_store.KEY_CHARACTERS


def old(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left")
    hours_ago = time.time() - 3 * 3600
    os.utime(path, (hours_ago, hours_ago))
    return path


def test_files_that_no_row_speaks_of_are_cleared_away(recording):
    media = Path(settings.MEDIA_ROOT)
    strange = [old(media / "sources/nobody"), old(feature("e" * 64))]
    folder = media / "performances" / "00000000-0000-0000-0000-000000000000"
    os.utime(old(folder / "proxy.mp4").parent, (time.time() - 3 * 3600,) * 2)
    mine = [old(recording.source_path), old(feature(recording.digest)), recording.folder / "proxy.mp4"]
    assert storage.clear_leftovers() == 3
    assert not any(path.exists() for path in [*strange, folder])
    assert all(path.exists() for path in mine)


def test_what_is_just_being_made_is_left_alone(house):
    path = Path(settings.MEDIA_ROOT) / "sources/arriving"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    assert storage.clear_leftovers() == 0


def test_what_a_killed_worker_left_of_a_reduced_recording_goes_too(recording):
    Performance.objects.update(reduced_at=timezone.now(), source="")
    for path in (recording.folder, recording.folder / "proxy.mp4"):
        os.utime(path, (time.time() - 3 * 3600,) * 2)
    storage.clear_leftovers()
    assert not (recording.folder / "proxy.mp4").exists()
    assert (recording.folder / "mel.png").exists()
