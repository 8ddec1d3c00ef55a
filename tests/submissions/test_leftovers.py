"""What uploads leave behind when nobody comes back."""

import os
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from submissions import tasks
from submissions.models import Submission, Upload
from submissions.services import leftovers, uploads, writing


@pytest.fixture
def upload(cast, house):
    return uploads.begin(user=cast.student, assignment=cast.assignment, name="a.mp4", size=5)


@pytest.fixture
def at_once(monkeypatch):
    """The time of a file's last change cannot be set back, so that no file is too young here."""
    monkeypatch.setattr(leftovers, "PATIENCE", timedelta(seconds=-1))


def files(house):
    return {path.name for path in (house / "uploads").iterdir()}


def fill(upload, data=b"music"):
    writing.path_of(upload).write_bytes(data)
    Upload.objects.filter(pk=upload.pk).update(offset=len(data))


def test_an_upload_that_rested_too_long_goes_with_its_bytes(upload, house):
    fill(upload, b"mus")
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    tasks.sweep_uploads()
    assert not Upload.objects.exists()
    assert files(house) == set()


def test_an_upload_on_its_way_stays(upload, house, at_once):
    fill(upload, b"mus")
    tasks.sweep_uploads()
    assert Upload.objects.get() == upload
    assert files(house) == {str(upload.pk)}


@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_written_is_left_alone(upload):
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    rival = connection_of_another_process()
    with rival.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [upload.id.int % 2**63])
        assert leftovers.sweep() == 0
    rival.close()
    assert leftovers.sweep() == 1


def connection_of_another_process():
    from django.db import connection

    return connection.copy()


@pytest.mark.parametrize("name", [str(uuid.uuid4()), f"{uuid.uuid4()}.received", "notes.txt"])
def test_a_file_without_a_row_goes(house, db, at_once, name):
    (house / "uploads" / name).write_bytes(b"music")
    tasks.sweep_uploads()
    assert files(house) == set()


def test_a_second_name_that_a_killed_server_left_goes_and_the_bytes_stay(upload, house, at_once):
    fill(upload, b"mus")
    path = writing.path_of(upload)
    os.link(path, uploads.second_name(path))
    tasks.sweep_uploads()
    assert files(house) == {str(upload.pk)}
    assert path.read_bytes() == b"mus"


def test_a_young_file_stays(house, db):
    """Its row may be about to be committed."""
    (house / "uploads" / str(uuid.uuid4())).write_bytes(b"music")
    tasks.sweep_uploads()
    assert len(files(house)) == 1


def test_the_bytes_of_what_was_handed_in_go(upload, house, at_once):
    fill(upload)
    uploads.hand_in(upload=upload)  # the transaction of the test is not committed, so that the file still lies there
    assert files(house) == {str(upload.pk)}
    tasks.sweep_uploads()
    assert files(house) == set()
    assert Submission.objects.get().performance.source_path.read_bytes() == b"music"


def test_what_arrived_whole_and_was_never_asked_for_again_is_handed_in(upload, cast):
    """The server was killed after the last byte, and the tab was closed."""
    fill(upload)
    tasks.sweep_uploads()
    assert not Submission.objects.exists()  # its sender may be about to ask
    Upload.objects.update(expires_at=timezone.now() + writing.LIFE - timedelta(hours=2))
    tasks.sweep_uploads()
    assert Submission.objects.get().student == cast.student


def test_the_house_sweeps_from_time_to_time():
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    assert tasks.sweep_uploads.name in {entry["task"] for entry in entries}
