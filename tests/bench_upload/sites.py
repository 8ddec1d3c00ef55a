"""What is measured: where clients send to, which processes serve them, and which files came of it."""

import json
import os
import secrets
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from launcher.guard import descendants
from launcher.processes import die_with_parent
from launcher.site import WEB_PROCESSES, WEB_THREADS
from tests.web import ROOT, Web, free_port

from .senders import Target

LABEL_STUDIO = "label-studio==1.23.2"
HOME = ROOT / "var/bench/label-studio"
INSTALL_S, START_S = 900, 900


class Missing(Exception):
    """This site cannot be measured here, and why."""


@dataclass(frozen=True)
class Site:
    targets: Callable[[int], list[Target]]
    pids: Callable[[], list[int]]
    arrived: Callable[[], list[Path]]


@contextmanager
def plain(folder: Path) -> Iterator[Site]:
    """A view with Django's own handlers, under the same web server."""
    environment = {"PLAIN_ROOT": str(folder), "PYTHONPATH": str(ROOT)}
    running = Web(
        folder.parent, environment, WEB_PROCESSES, WEB_THREADS, "tests.bench_upload.plain:application", "/upload/"
    )
    running.start()
    try:
        yield Site(
            lambda clients: [Target(running.port, "form", "/upload/")] * clients,
            running.pids,
            lambda: list(folder.glob("*.mp4")),
        )
    finally:
        running.stop()


@contextmanager
def label_studio(folder: Path) -> Iterator[Site]:
    """As its own command starts it, with a project into which each client imports. Raises Missing."""
    _install()
    port, token = free_port(), secrets.token_hex(20)
    start = ["start", "--no-browser", "--data-dir", str(folder), "--port", str(port), "--internal-host", "127.0.0.1"]
    person = ["--username", "bench@example.org", "--password", secrets.token_hex(8), "--user-token", token]
    quiet = {"COLLECT_ANALYTICS": "False", "LATEST_VERSION_CHECK": "False", "LABEL_STUDIO_BASE_DATA_DIR": str(folder)}
    with (folder.parent / "label-studio.log").open("w") as log:
        process = subprocess.Popen(
            [HOME / "bin/label-studio", *start, *person, "--enable-legacy-api-token", "--log-level", "WARNING"],
            cwd=folder,
            env={key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ} | quiet,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        try:
            project = _project(process, port, token, Path(log.name))
            target = Target(port, "form", f"/api/projects/{project}/import", {"Authorization": f"Token {token}"})
            yield Site(
                lambda clients: [target] * clients,
                lambda: [process.pid, *descendants(process.pid)],
                lambda: list(folder.rglob("*.mp4")),
            )
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _install() -> None:
    """Into a place of its own: it pins other versions of what we use."""
    if (HOME / "bin/label-studio").exists():
        return
    HOME.parent.mkdir(parents=True, exist_ok=True)
    uv = ROOT / ".venv/bin/uv"
    for command in (
        [uv, "venv", "--quiet", HOME],
        [uv, "pip", "install", "--quiet", "--python", HOME / "bin/python", LABEL_STUDIO],
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False)
        if done.returncode:
            raise Missing(f"{LABEL_STUDIO} could not be installed: {done.stderr.strip().splitlines()[-1]}")


def _project(process: "subprocess.Popen[bytes]", port: int, token: str, log: Path) -> int:
    """Made once it answers, which is after it has made its tables; the number of the project."""
    kind = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/projects/", b'{"title": "Films"}', kind)
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError), urllib.request.urlopen(asked) as answer:
            return int(json.load(answer)["id"])
        time.sleep(1.0)
    raise Missing("Label Studio did not start: " + " ".join(log.read_text().splitlines()[-3:]))
