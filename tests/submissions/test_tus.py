"""The tus protocol, as its clients speak it: https://tus.io/protocols/resumable-upload."""

import base64
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from grading.models import Job, Performance
from submissions.models import Submission, Upload
from submissions.services import uploads, writing

BYTES = bytes(range(256)) * 40
SIZE = len(BYTES)
TUS = {"tus-resumable": "1.0.0"}


def metadata(**facts):
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in facts.items())


def create(client, assignment, size=SIZE, name="étude.mp4", **headers):
    facts = metadata(filename=name, assignment=assignment.pk)
    return client.post("/uploads/", headers=TUS | {"upload-length": str(size), "upload-metadata": facts} | headers)


def patch(client, url, data, offset, **headers):
    kind = "application/offset+octet-stream"
    facts = TUS | {"upload-offset": str(offset), "content-type": kind} | headers
    return client.patch(url, data, content_type=kind, headers=facts)


@pytest.fixture
def client(cast, client_of, house):
    return client_of(cast.student)


@pytest.fixture
def url(client, cast):
    return create(client, cast.assignment)["Location"]


@pytest.fixture
def upload(url):
    return Upload.objects.get()


def test_the_server_says_what_it_speaks(client, settings):
    answer = client.options("/uploads/")
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,creation-with-upload,expiration,termination,checksum"
    assert answer["Tus-Max-Size"] == str(settings.RECORDING_MAX_BYTES)


def test_it_begins_an_upload(client, cast, url, upload):
    assert url == f"/uploads/{upload.pk}/"
    assert (upload.user, upload.assignment, upload.name, upload.size) == (
        cast.student,
        cast.assignment,
        "étude.mp4",
        len(BYTES),
    )
    answer = client.head(url, headers=TUS)
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("0", str(len(BYTES)))
    assert "Upload-Expires" in answer
    assert answer["Cache-Control"] == "no-store"


def test_parts_arrive_one_after_the_other_and_the_last_one_hands_in(client, cast, url, doorbells):
    first = patch(client, url, BYTES[:4000], 0)
    assert (first.status_code, first["Upload-Offset"]) == (204, "4000")
    assert client.head(url, headers=TUS)["Upload-Offset"] == "4000"
    assert not Submission.objects.exists()
    last = patch(client, url, BYTES[4000:], 4000)
    submission = Submission.objects.get()
    assert last["Clavier-Submission"] == f"/submissions/{submission.pk}/"
    assert (submission.student, submission.assignment, submission.attempt) == (cast.student, cast.assignment, 1)
    performance = submission.performance
    assert performance.source_path.read_bytes() == BYTES
    assert performance.piece == str(cast.assignment.piece)
    assert performance.source_name == "étude.mp4"
    assert not performance.may_train
    assert Job.objects.get().performance == performance


@pytest.mark.parametrize("offset", ["0", "9999", "", "x"])
def test_a_part_at_another_place_is_refused(client, url, offset):
    patch(client, url, BYTES[:4000], 0)
    answer = patch(client, url, BYTES[4000:5000], offset)
    assert answer.status_code == 409
    assert client.head(url, headers=TUS)["Upload-Offset"] == "4000"


def test_more_than_was_announced_is_refused(client, url, upload):
    assert patch(client, url, BYTES + b"!", 0).status_code == 413
    assert writing.path_of(upload).stat().st_size == 0


def test_a_part_of_another_kind_is_refused(client, url):
    answer = client.patch(url, BYTES, content_type="video/mp4", headers=TUS | {"upload-offset": "0"})
    assert answer.status_code == 415


def test_another_version_of_the_protocol_is_refused(client, cast, url):
    assert create(client, cast.assignment, **{"tus-resumable": "0.2.2"}).status_code == 412
    assert client.head(url).status_code == 412


def test_one_size_limit_with_a_sentence(client, cast, settings):
    settings.RECORDING_MAX_BYTES = 1000
    answer = create(client, cast.assignment, size=1001)
    assert answer.status_code == 413
    assert "at most 1000" in answer.content.decode().replace("\xa0", " ")
    assert create(client, cast.assignment, size=1000).status_code == 201


def test_an_empty_file_is_refused_with_a_sentence(client, cast):
    answer = create(client, cast.assignment, size=0)
    assert answer.status_code == 400
    assert "empty" in answer.content.decode()


@pytest.mark.parametrize(
    "headers", [{"upload-length": "many"}, {"upload-metadata": "filename"}, {"upload-metadata": "assignment ???"}]
)
def test_an_upload_without_its_facts_is_refused(client, cast, headers):
    assert create(client, cast.assignment, **headers).status_code == 400
    assert not Upload.objects.exists()


def test_a_name_with_a_path_keeps_its_last_part(client, cast):
    create(client, cast.assignment, name="../../etc/passwd")
    assert Upload.objects.get().name == "passwd"


@pytest.mark.parametrize("stranger", ["other_student", "teacher", "admin", "nobody"])
def test_only_students_of_the_course_hand_in(cast, client_of, house, stranger):
    assert create(client_of(getattr(cast, stranger)), cast.assignment).status_code == 404
    assert not Upload.objects.exists()


def test_an_upload_belongs_to_whoever_began_it(cast, client_of, url, upload):
    stranger = client_of(cast.other_student)
    assert stranger.head(url, headers=TUS).status_code == 404
    assert patch(stranger, url, BYTES, 0).status_code == 404
    assert stranger.delete(url, headers=TUS).status_code == 404
    upload.refresh_from_db()
    assert upload.offset == 0


def test_cancelling_leaves_nothing_behind(client, url, upload):
    patch(client, url, BYTES[:4000], 0)
    assert client.delete(url, headers=TUS).status_code == 204
    assert client.head(url, headers=TUS).status_code == 404
    assert not writing.path_of(upload).exists()


def test_an_upload_that_rested_too_long_is_gone(client, url, upload):
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert patch(client, url, BYTES, 0).status_code == 410
    assert not writing.path_of(upload).exists()
    assert not Upload.objects.exists()


def test_every_part_gives_it_more_time(client, url, upload):
    Upload.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    patch(client, url, BYTES[:4000], 0)
    upload.refresh_from_db()
    assert upload.expires_at > timezone.now() + timedelta(hours=23)


def test_too_many_open_uploads_are_refused(client, cast):
    for _ in range(uploads.OPEN_PER_PERSON):
        create(client, cast.assignment)
    answer = create(client, cast.assignment)
    assert answer.status_code == 400
    assert "still open" in answer.content.decode()


def test_a_repeated_last_part_hands_in_once(client, url):
    patch(client, url, BYTES, 0)
    again = patch(client, url, b"", len(BYTES))
    assert again["Clavier-Submission"] == f"/submissions/{Submission.objects.get().pk}/"
    assert Performance.objects.count() == 1


def test_asking_hands_in_what_a_killed_server_had_received(client, url, upload):
    """The offset was committed, the server died, and the client only asks where it stands."""
    writing.path_of(upload).write_bytes(BYTES)
    Upload.objects.update(offset=len(BYTES))
    answer = client.head(url, headers=TUS)
    assert answer["Clavier-Submission"] == f"/submissions/{Submission.objects.get().pk}/"


def test_bytes_beyond_the_committed_offset_are_written_anew(client, url, upload):
    writing.path_of(upload).write_bytes(b"torn by a crash" * 100)
    patch(client, url, BYTES, 0)
    assert Performance.objects.get().source_path.read_bytes() == BYTES


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
