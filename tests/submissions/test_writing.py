"""Bytes onto the disk: one writer, an offset that is never ahead of them, and lines that break."""

import errno
import io
import threading

import pytest
from django.db import connection
from django.test import Client

from submissions.models import Submission, Upload
from submissions.services import uploads, writing

from .test_tus import BYTES, create, patch


@pytest.fixture
def client(cast, client_of, house):
    return client_of(cast.student)


@pytest.fixture
def url(client, cast):
    return create(client, cast.assignment)["Location"]


@pytest.fixture
def upload(url):
    return Upload.objects.get()


def test_a_connection_that_breaks_keeps_what_came(upload):
    parts = [BYTES[:1000]]

    def read(size):
        if not parts:
            raise ConnectionResetError
        return parts.pop()

    with writing.writing(upload), pytest.raises(ConnectionResetError):
        writing.append(upload=upload, read=read)
    upload.refresh_from_db()
    assert upload.offset == 1000
    assert writing.path_of(upload).read_bytes() == BYTES[:1000]


@pytest.mark.django_db(transaction=True)
def test_a_second_writer_is_sent_away(cast, client, url, upload):
    answers = []

    def second():
        try:
            rival = Client()
            rival.force_login(cast.student)
            answers.append(patch(rival, url, BYTES, 0).status_code)
        finally:
            connection.close()

    with writing.writing(upload):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert answers == [423]
    assert patch(client, url, BYTES, 0).status_code == 204
    assert Submission.objects.count() == 1


def test_a_full_disk_is_said_and_what_was_durable_before_stays(client, url, upload, monkeypatch):
    assert patch(client, url, BYTES[:500], 0).status_code == 204

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, "_write", full)
    answer = patch(client, url, BYTES[500:], 500)
    assert answer.status_code == 507
    assert "no room" in answer.content.decode()
    monkeypatch.undo()
    assert client.head(url, headers={"tus-resumable": "1.0.0"})["Upload-Offset"] == "500"
    assert patch(client, url, BYTES[500:], 500).status_code == 204
    assert Submission.objects.count() == 1


def test_other_troubles_of_the_disk_are_not_called_a_full_one(upload, monkeypatch):
    def broken(*args):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(writing, "_write", broken)
    with writing.writing(upload), pytest.raises(OSError, match="Input/output"):
        writing.append(upload=upload, read=lambda size: b"")


def test_nothing_is_begun_that_the_disk_has_no_room_for(client, cast, monkeypatch):
    monkeypatch.setattr(uploads, "RESERVE_BYTES", 10**18)
    answer = create(client, cast.assignment)
    assert answer.status_code == 507
    assert "no room" in answer.content.decode()
    assert not Upload.objects.exists()
    form = client.post(f"/assignments/{cast.assignment.pk}/hand-in/", {"recording": io.BytesIO(BYTES)}, follow=True)
    assert "no room" in form.content.decode()
    assert not Submission.objects.exists()
