"""The tus protocol, as its clients speak it: https://tus.io/protocols/resumable-upload."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import Assignment
from grading.models import Job, Performance
from submissions.models import Submission, Upload
from submissions.services import uploads, writing
from tests import factories

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


def test_the_server_says_what_it_speaks(client, cast, settings):
    answer = client.options("/uploads/")
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,creation-with-upload,expiration,termination,checksum"
    assert answer["Tus-Max-Size"] == str(settings.RECORDING_MAX_BYTES)
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"
    assert client.options(create(client, cast.assignment)["Location"])["Tus-Version"] == "1.0.0"


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
    answer = create(client, cast.assignment, **{"tus-resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"], answer["Tus-Resumable"]) == (412, "1.0.0", "1.0.0")
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
    "headers",
    [
        {"upload-length": "many"},
        {"upload-length": "-5"},
        {"upload-length": "+5"},
        {"upload-length": "5_000"},
        {"upload-length": "9" * 5000},
        {"upload-metadata": ""},
        {"upload-metadata": "filename"},
        {"upload-metadata": "assignment ???"},
        {"upload-metadata": "assignment MQ"},
        {"upload-metadata": "assignment MQ==,assignment Mg=="},
        {"upload-metadata": "assignment MQ==,, filename YQ=="},
        {"upload-metadata": "assignment MQ==,filename /w=="},
    ],
)
def test_an_upload_without_its_facts_is_refused(client, cast, headers):
    answer = create(client, cast.assignment, **headers)
    assert answer.status_code == 400
    assert "needs a length, a file name and an assignment" in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("headers", "words"),
    [({"upload-defer-length": "1"}, "how long the file is"), ({"upload-concat": "partial"}, "from its beginning")],
)
def test_what_is_not_spoken_here_is_refused_in_words(client, cast, headers, words):
    answer = create(client, cast.assignment, **headers)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\passwd", "a/b\x00/pass\nwd"])
def test_a_name_with_a_path_is_harmless(client, cast, name, house):
    create(client, cast.assignment, name=name)
    upload = Upload.objects.get()
    assert upload.name == "passwd"
    assert [path.name for path in (house / "uploads").iterdir()] == [str(upload.pk)]


@pytest.mark.parametrize("name", ["", "..", "/", "\x00"])
def test_a_file_without_a_name_gets_one(client, cast, name):
    create(client, cast.assignment, name=name)
    assert Upload.objects.get().name == "recording"


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


def test_what_rested_longest_makes_room_for_what_is_begun_now(client, cast):
    urls = [create(client, cast.assignment)["Location"] for _ in range(uploads.OPEN_PER_PERSON)]
    patch(client, urls[0], BYTES[:4000], 0)  # so that the second one has rested longest
    assert create(client, cast.assignment).status_code == 201
    assert Upload.objects.count() == uploads.OPEN_PER_PERSON
    assert client.head(urls[1], headers=TUS).status_code == 404
    assert client.head(urls[0], headers=TUS)["Upload-Offset"] == "4000"


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


def test_clients_that_can_only_post_name_the_method_in_a_header(client, url):
    """The protocol asks for it. Only of a POST: its token was checked, which that of a GET is not."""
    named = {"x-http-method-override": "PATCH", "upload-offset": "0"}
    kind = "application/offset+octet-stream"
    assert client.post(url, BYTES[:4000], content_type=kind, headers=TUS | named).status_code == 204
    assert client.head(url, headers=TUS)["Upload-Offset"] == "4000"
    assert client.get(url, headers=TUS | {"x-http-method-override": "DELETE"}).status_code == 405
    assert client.post(url, headers=TUS | {"x-http-method-override": "GET"}).status_code == 405
    assert client.post(url, headers=TUS).status_code == 405
    assert client.post(url, headers=TUS | {"x-http-method-override": "DELETE"}).status_code == 204
    assert not Upload.objects.exists()


class TestTheFirstPartWithTheCreation:
    def create(self, client, assignment, data, size=SIZE, **headers):
        facts = {"upload-length": str(size), "upload-metadata": metadata(filename="a.mp4", assignment=assignment.pk)}
        kind = "application/offset+octet-stream"
        return client.post("/uploads/", data, content_type=kind, headers=TUS | facts | headers)

    def test_it_is_kept(self, client, cast):
        answer = self.create(client, cast.assignment, BYTES[:4000])
        assert (answer.status_code, answer["Upload-Offset"]) == (201, "4000")
        assert patch(client, answer["Location"], BYTES[4000:], 4000).status_code == 204
        assert Performance.objects.get().source_path.read_bytes() == BYTES

    def test_a_whole_file_is_handed_in_at_once(self, client, cast):
        answer = self.create(client, cast.assignment, BYTES)
        assert answer["Clavier-Submission"] == f"/submissions/{Submission.objects.get().pk}/"

    def test_more_than_was_announced_begins_nothing(self, client, cast):
        assert self.create(client, cast.assignment, BYTES, size=SIZE - 1).status_code == 413
        assert not Upload.objects.exists()

    def test_a_wrong_checksum_begins_nothing(self, client, cast, house):
        assert self.create(client, cast.assignment, BYTES, **{"upload-checksum": "sha1 AAAA"}).status_code == 460
        assert not Upload.objects.exists()
        assert list((house / "uploads").iterdir()) == []


class TestChecksums:
    @pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
    def test_a_part_that_is_right_is_kept(self, client, url, algorithm):
        counted = base64.b64encode(hashlib.new(algorithm, BYTES).digest()).decode()
        answer = patch(client, url, BYTES, 0, **{"upload-checksum": f"{algorithm} {counted}"})
        assert answer.status_code == 204
        assert Performance.objects.get().source_path.read_bytes() == BYTES

    def test_nothing_is_kept_of_a_part_that_is_wrong(self, client, url, upload):
        patch(client, url, BYTES[:4000], 0)
        counted = base64.b64encode(hashlib.sha1(b"something else").digest()).decode()
        answer = patch(client, url, BYTES[4000:], 4000, **{"upload-checksum": f"sha1 {counted}"})
        assert answer.status_code == 460
        assert "send it again" in answer.content.decode()
        assert writing.path_of(upload).read_bytes() == BYTES[:4000]
        assert client.head(url, headers=TUS)["Upload-Offset"] == "4000"
        assert patch(client, url, BYTES[4000:], 4000).status_code == 204
        assert Performance.objects.get().source_path.read_bytes() == BYTES

    @pytest.mark.parametrize("header", ["crc32 AAAA", "sha1", "sha1 ???", "", "SHA1 AAAA", "shake_128 AAAA"])
    def test_what_is_no_checksum_is_refused(self, client, url, header):
        answer = patch(client, url, BYTES, 0, **{"upload-checksum": header})
        assert answer.status_code == (460 if header == "sha1" else 400)
        assert client.head(url, headers=TUS)["Upload-Offset"] == "0"


def test_who_may_not_hand_in_now_is_told_why(client, cast):
    Assignment.objects.update(attempts=1)
    factories.submission(student=cast.student, assignment=cast.assignment)
    answer = create(client, cast.assignment)
    assert answer.status_code == 403
    assert "as often as this piece allows" in answer.content.decode()
    assert not Upload.objects.exists()


def test_of_several_uploads_begun_for_the_last_attempt_one_is_taken(client, cast, house):
    Assignment.objects.update(attempts=1)
    first, second = (create(client, cast.assignment)["Location"] for _ in range(2))
    assert patch(client, first, BYTES, 0).status_code == 204
    answer = patch(client, second, BYTES, 0)
    assert answer.status_code == 403
    assert "as often as this piece allows" in answer.content.decode()
    assert Submission.objects.count() == 1
    assert not (house / second.strip("/")).exists()


def test_an_upload_begun_in_time_is_taken_however_slow_the_line(client, cast, url):
    Assignment.objects.update(due_at=timezone.now() - timedelta(minutes=1), accepts_late=False)
    assert create(client, cast.assignment).status_code == 403
    Upload.objects.update(created_at=timezone.now() - timedelta(minutes=9))
    assert patch(client, url, BYTES, 0).status_code == 204
