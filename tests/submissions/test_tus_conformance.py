"""Clients of the protocol that are not ours, against the web server itself, over lines that break."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from submissions.models import Submission, Upload
from tests import cutting, web

from .tus_clients import tus_js, tuspy

MIB = 1024**2
SIZE = 24 * MIB + 321
PART = 4 * MIB

CLIENTS = {
    "tus-js-client, in parts": (tus_js, {"chunkSize": PART}),
    "tus-js-client, in one part": (tus_js, {}),
    "tus-js-client, data with the creation": (tus_js, {"chunkSize": PART, "uploadDataDuringCreation": True}),
    "tus-js-client, POST alone": (tus_js, {"chunkSize": PART, "overridePatchMethod": True}),
    "tuspy, in parts": (tuspy, {"chunk_size": PART}),
    "tuspy, in one part": (tuspy, {}),
    "tuspy, with checksums": (tuspy, {"chunk_size": PART, "upload_checksum": True}),
}
over_every_client = pytest.mark.parametrize("client", CLIENTS)


@pytest.fixture
def film(tmp_path):
    """No two blocks of it are alike, so that a byte in a wrong place shows."""
    path = tmp_path / "étude.mp4"
    blocks = (hashlib.sha512(number.to_bytes(8, "big")).digest() for number in range(SIZE // 64 + 1))
    path.write_bytes(b"".join(blocks)[:SIZE])
    return path


@pytest.fixture
def site(transactional_db, cast, house):
    with web.running(house) as running:
        yield running


@pytest.fixture
def send(cast):
    """Sends the film by one of the clients, to the site behind this address."""

    def send(client, address, film):
        function, options = CLIENTS[client]
        facts = {"filename": film.name, "assignment": str(cast.assignment.pk)}
        function(f"{address}/uploads/", film, headers=web.signed_in(cast.student), metadata=facts, **options)

    return send


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def arrived() -> Path:
    """The one file that was handed in."""
    assert Upload.objects.count() == 1
    return Submission.objects.get().performance.source_path


@over_every_client
def test_what_arrives_is_what_was_sent(site, send, film, client):
    send(client, site.url, film)
    assert digest(arrived()) == digest(film)
    assert Submission.objects.get().performance.source_name == "étude.mp4"


@over_every_client
def test_a_line_that_breaks_at_10_50_and_90_per_cent_loses_nothing(site, send, film, client):
    # Until the part that comes with a creation is here, nobody knows an address to go on at.
    first = 0.2 if "creation" in client else 0.1
    with cutting.line_to(site.port, {int(SIZE * share): lambda: None for share in (first, 0.5, 0.9)}) as line:
        send(client, line.url, film)
        assert line.cuts == 3
    assert digest(arrived()) == digest(film)


@pytest.mark.parametrize("client", [name for name in CLIENTS if name.endswith(("part", "checksums"))])
def test_a_web_server_killed_in_the_middle_loses_nothing(site, send, film, client):
    def die_and_come_back():
        site.kill()
        site.start()

    # A server ends with the thread that started it, so it is one that stays.
    with ThreadPoolExecutor(1) as keeper:
        marks = {int(SIZE * 0.5): lambda: keeper.submit(die_and_come_back).result()}
        with cutting.line_to(site.port, marks) as line:
            send(client, line.url, film)
            assert line.cuts == 1
    assert digest(arrived()) == digest(film)
