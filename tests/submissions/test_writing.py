"""Bytes onto the disk: one writer, an offset that is never ahead of them, and lines that break."""

import threading

import pytest
from django.db import connection
from django.test import Client

from submissions.models import Submission, Upload
from submissions.services import writing

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
