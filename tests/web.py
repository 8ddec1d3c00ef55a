"""The web server as it runs in a house: gunicorn on a port of its own, on the database of the tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client

from launcher.guard import descendants
from launcher.processes import die_with_parent

ROOT = Path(__file__).resolve().parents[1]
START_S = 60.0
CSRF = "c" * 32


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Web:
    """Starts again on the same port after it was killed."""

    var: Path
    environment: dict[str, str]
    workers: int = 1
    threads: int = 8
    application: str = "config.wsgi"
    page: str = "/sign-in/"  # comes once the application is loaded
    port: int = field(default_factory=free_port)
    process: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        size = ["--workers", str(self.workers), "--threads", str(self.threads), "--worker-class", "gthread"]
        keep = ["--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "warning"]
        with (self.var / "web.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", *size, *keep, self.application],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        deadline = time.monotonic() + START_S
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.var / "web.log").read_text())
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether a page of the application comes."""
        with suppress(OSError, HTTPException):
            line = HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                line.request("GET", self.page)
                return line.getresponse().status == 200
            finally:
                line.close()
        return False

    def kill(self) -> None:
        """Master and workers at once, as when the power goes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=START_S)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=START_S)

    def megabytes(self, kind: str = "VmRSS") -> float:
        """Of the fattest worker: VmRSS is what it has now, VmHWM the most it ever had."""
        return max(_megabytes(pid, kind) for pid in descendants(self.process.pid))

    def pids(self) -> list[int]:
        return [self.process.pid, *descendants(self.process.pid)]


def _megabytes(pid: int, kind: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"{kind} of process {pid} is not known.")


@contextmanager
def running(var: Path, **more: Any) -> Iterator[Web]:
    """Needs committed rows: a test of it asks for `transactional_db`. `var` is what the fixture `house` gives."""
    environment = more.pop("environment", {})
    web = Web(
        var,
        {
            "DATABASE_URL": database_url(),
            # Nobody listens there: doorbells are written down as failed at once, and no worker of others is woken.
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "SECRET_KEY": settings.SECRET_KEY,
            "CLAVIER_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
            **environment,
        },
        **more,
    )
    web.start()
    try:
        yield web
    finally:
        web.stop()


def database_url() -> str:
    at = {key: quote(str(value), safe="") for key, value in connection.settings_dict.items() if isinstance(value, str)}
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{connection.settings_dict['PORT']}/{at['NAME']}"


def signed_in(user: Any) -> dict[str, str]:
    """Headers with which any client is this person."""
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    return {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
