"""What only a real web server shows: memory, two who write at once, bodies in chunks, and lines that fall silent."""

import hashlib
import http.client
import io
import socket
import threading
import time

import pytest

from grading.models import Performance
from launcher.site import WEB_PROCESSES, WEB_THREADS
from submissions.models import Submission, Upload
from submissions.services import uploads
from tests import factories, web

from .test_tus import metadata

MIB = 1024**2
PART = "application/offset+octet-stream"
SILENCE_S = 1
GROWTH_MB = 100  # the most by which a web process may grow


@pytest.fixture
def site(transactional_db, cast, house):
    with web.running(house, environment={"UPLOAD_SILENCE_SECONDS": str(SILENCE_S)}) as running:
        yield running


@pytest.fixture
def ask(cast, site):
    """One request on a connection of its own: (status, headers, body)."""
    own = web.signed_in(cast.student) | {"Tus-Resumable": "1.0.0"}

    def ask(method, address, headers=None, body=None, **options):
        line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60, blocksize=MIB)
        try:
            line.request(method, address, body=body, headers=own | (headers or {}), **options)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            line.close()

    ask.own = own
    return ask


@pytest.fixture
def begin(ask, cast):
    def begin(size):
        facts = metadata(filename="a.mp4", assignment=cast.assignment.pk)
        status, headers, _ = ask("POST", "/uploads/", {"Upload-Length": str(size), "Upload-Metadata": facts})
        assert status == 201
        return headers["Location"]

    return begin


def part_at(offset, **more):
    return {"Upload-Offset": str(offset), "Content-Type": PART} | more


class Film(io.RawIOBase):
    """So many bytes, made as they are read, and the digest of those that were."""

    def __init__(self, size, head=b"", tail=b""):
        self.left, self.head, self.tail = size, head, tail
        self.counted = hashlib.sha256()
        self.number = 0

    def read(self, size=-1):
        if self.head:
            head, self.head = self.head, b""
            return head
        if self.left == 0:
            tail, self.tail = self.tail, b""
            return tail
        self.number += 1
        block = (hashlib.sha256(self.number.to_bytes(8, "big")).digest() * (MIB // 32))[: self.left]
        self.left -= len(block)
        self.counted.update(block)
        return block


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source():
    return Submission.objects.get().performance.source_path


def test_a_large_file_in_one_part_does_not_grow_the_web_process(site, ask, begin):
    size = 300 * MIB
    address = begin(size)
    before = site.megabytes()
    film = Film(size)
    status, _, _ = ask("PATCH", address, part_at(0, **{"Content-Length": str(size)}), film)
    assert status == 204
    grown = site.megabytes("VmHWM") - before
    print(f"grown by {grown:.0f} MB")  # noqa: T201
    assert grown < GROWTH_MB
    assert digest(source()) == film.counted.hexdigest()


def test_a_large_checksummed_part_is_not_held_in_memory_either(site, ask, begin):
    size = 150 * MIB
    address = begin(size)
    before = site.megabytes()
    wrong = {"Content-Length": str(size), "Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    status, _, said = ask("PATCH", address, part_at(0, **wrong), Film(size))
    assert status == 460
    assert "send it again" in said
    assert site.megabytes("VmHWM") - before < GROWTH_MB
    assert ask("HEAD", address)[1]["Upload-Offset"] == "0"


def test_a_large_form_goes_onto_the_disk_as_it_comes(site, ask, cast):
    """Without scripts; the token is sent as a field of the form, as a page does."""
    size = 150 * MIB
    head = (
        f'--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{web.CSRF}\r\n'
        '--b\r\nContent-Disposition: form-data; name="recording"; filename="a.mp4"\r\n\r\n'
    ).encode()
    film = Film(size, head, b"\r\n--b--\r\n")
    length = size + len(film.head) + len(film.tail)
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(length), "X-CSRFToken": ""}
    before = site.megabytes()
    status, answer, _ = ask("POST", f"/assignments/{cast.assignment.pk}/hand-in/", headers, film)
    assert (status, answer["Location"]) == (302, f"/submissions/{Submission.objects.get().pk}/")
    assert site.megabytes("VmHWM") - before < GROWTH_MB
    assert digest(source()) == film.counted.hexdigest()


@pytest.mark.parametrize(("headers", "wanted"), [({"Content-Length": str(5 * 1024**3)}, 413), ({}, 411)])
def test_a_form_past_the_limit_or_without_a_length_is_refused_before_it_is_sent(site, ask, cast, headers, wanted):
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    line.putrequest("POST", f"/assignments/{cast.assignment.pk}/hand-in/")
    kind = {"Content-Type": "multipart/form-data; boundary=b", "Transfer-Encoding": "chunked"}
    kind = kind if not headers else {"Content-Type": kind["Content-Type"]}
    for name, value in (ask.own | kind | headers).items():
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()  # not a byte of the body was sent
    assert answer.status == wanted
    assert "Nothing was handed in" in answer.read().decode()
    line.close()


def test_a_part_in_chunks_arrives_as_well(ask, begin):
    body = bytes(range(256)) * 4096
    address = begin(len(body))
    blocks = [body[start : start + 70_000] for start in range(0, len(body), 70_000)]
    status, headers, _ = ask("PATCH", address, part_at(0), iter(blocks), encode_chunked=True)
    assert (status, headers["Upload-Offset"]) == (204, str(len(body)))
    assert source().read_bytes() == body


def test_chunks_that_are_more_than_was_announced_leave_nothing(ask, begin):
    address = begin(1000)
    status, _, said = ask("PATCH", address, part_at(0), iter([b"x" * 900, b"y" * 200]), encode_chunked=True)
    assert status == 413
    assert "more than the file was said to have" in said
    assert ask("HEAD", address)[1]["Upload-Offset"] == "0"


def test_of_two_who_write_at_one_offset_one_wins(site, ask, begin):
    size = 6 * MIB
    address = begin(size)
    first = half_sent(site, ask, address, b"1" * size)
    assert ask("PATCH", address, part_at(0), b"2" * size)[0] == 423
    first.send(b"1" * (size // 2))
    assert first.getresponse().status == 204
    first.close()
    assert source().read_bytes() == b"1" * size
    assert Performance.objects.count() == 1


def test_many_who_send_the_same_part_at_once_hand_in_once(ask, begin):
    size = 3 * MIB
    address = begin(size)
    statuses = []
    ready = threading.Barrier(6)

    def send(letter):
        ready.wait()
        statuses.append(ask("PATCH", address, part_at(0), letter * size)[0])

    threads = [threading.Thread(target=send, args=(letter.encode(),)) for letter in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {204, 409, 423}
    assert statuses.count(204) == 1
    letters = source().read_bytes()
    assert len(letters) == size
    assert len(set(letters)) == 1


def half_sent(site, ask, address, body):
    """A connection over which half of a part has been sent, and written by the server."""
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    line.putrequest("PATCH", address)
    for name, value in (ask.own | part_at(0, **{"Content-Length": str(len(body))})).items():
        line.putheader(name, value)
    line.endheaders()
    line.send(body[: len(body) // 2])
    for _ in range(100):
        if ask("PATCH", address, part_at(0), b"")[0] == 423:
            return line
        time.sleep(0.05)
    raise AssertionError("The server did not begin to write.")


def test_a_line_that_fell_silent_frees_its_upload_and_keeps_what_came(site, ask, begin):
    """As when a phone goes out of reach: nobody says goodbye."""
    body = b"music" * MIB
    address = begin(len(body))
    line = half_sent(site, ask, address, body)
    time.sleep(SILENCE_S + 0.5)
    offset = int(ask("HEAD", address)[1]["Upload-Offset"])
    assert len(body) // 2 - MIB <= offset <= len(body) // 2
    assert ask("PATCH", address, part_at(offset), body[offset:])[0] == 204
    line.close()
    assert source().read_bytes() == body


def test_a_class_that_hands_in_on_slow_lines_leaves_the_site_to_others(transactional_db, cast, house):
    """As many processes and threads as a house has; thirty recordings stand half way at the same moment."""
    with web.running(house, workers=WEB_PROCESSES, threads=WEB_THREADS) as site:
        lines = [half_way(site, cast) for _ in range(30)]
        began = time.perf_counter()
        assert site.answers()
        assert time.perf_counter() - began < 3.0
        for line in lines:
            line.close()


def half_way(site, cast):
    """A student of the course who has sent half of a recording."""
    student = factories.user()
    factories.enrol(cast.course, student)
    upload = uploads.begin(user=student, assignment=cast.assignment, name="a.mp4", size=2000)
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    line.putrequest("PATCH", f"/uploads/{upload.pk}/")
    own = web.signed_in(student) | {"Tus-Resumable": "1.0.0"}
    for name, value in (own | part_at(0, **{"Content-Length": "2000"})).items():
        line.putheader(name, value)
    line.endheaders(b"x" * 1000)
    return line


def test_a_connection_that_breaks_in_a_checksummed_part_leaves_what_was_there_before(site, ask, begin):
    body = b"music" * MIB
    address = begin(len(body) + 1)
    ask("PATCH", address, part_at(0), b"!")
    counted = "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="
    request = f"PATCH {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    headers = ask.own | part_at(1, **{"Upload-Checksum": counted})
    with socket.create_connection(("127.0.0.1", site.port)) as line:
        line.sendall(request.encode() + b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items()))
        line.sendall(b"\r\n" + body[: 3 * MIB])
    for _ in range(100):
        if ask("PATCH", address, part_at(0), b"")[0] != 423:
            break
        time.sleep(0.05)
    assert ask("HEAD", address)[1]["Upload-Offset"] == "1"
    assert Upload.objects.get().offset == 1
