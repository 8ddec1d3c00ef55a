"""Clavier's own programs: the web server, one worker per queue and the scheduler, and their environment."""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from .places import ROOT, make_private, write_secret
from .processes import SITE, Program
from .servers import Servers
from .trouble import Trouble

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
# One worker per queue, each doing one thing at a time. The house's short tasks need no process pool.
POOLS = {"media": "prefork", "gpu": "prefork", "training": "prefork", "house": "solo"}
WEB_PROCESSES = 2
# A recording on a slow line holds a thread while it is sent; a class that hands in at once must leave some free. Each
# thread holds a connection to the database too (postgres.py: MAX_CONNECTIONS).
WEB_THREADS = 32
HEALTH_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class Site:
    """How the site is reached, and what its programs read from the environment."""

    port: int
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def manage(self, *arguments: str) -> Program:
        return Program(arguments[0], (sys.executable, "manage.py", *arguments), self.environment, ROOT, stage=SITE)

    def web(self) -> Program:
        serve = ["--bind", f"{HOST}:{self.port}", "--worker-class", "gthread"]
        keep = ["--worker-tmp-dir", "/dev/shm", "--no-control-socket"]  # nothing outside var and memory
        size = ["--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)]
        command = (sys.executable, "-m", "gunicorn", *serve, *size, *keep, "config.wsgi")
        return Program("web", command, self.environment, ROOT, stage=SITE)

    def workers(self) -> list[Program]:
        return [self.worker(queue) for queue in POOLS]

    def worker(self, queue: str) -> Program:
        pool = ["--pool", POOLS[queue], "--concurrency", "1"]
        return self._celery(queue, "worker", "-n", f"{queue}@%h", "-Q", queue, *pool, "--without-mingle")

    def scheduler(self) -> Program:
        return self._celery("scheduler", "beat", "--pidfile=")

    def _celery(self, name: str, *arguments: str) -> Program:
        command = (sys.executable, "-m", "celery", "-A", "config", *arguments, "--loglevel", "INFO")
        return Program(name, command, self.environment, ROOT, stage=SITE)

    def answers(self) -> bool:
        """Whether the site says that it is well."""
        try:
            with build_opener(ProxyHandler({})).open(f"{self.url}/healthz", timeout=HEALTH_TIMEOUT_S) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def open_site(var: Path, servers: Servers) -> Site:
    environment = {
        **servers.environment,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(var),
        "CLAVIER_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
    }
    port = wanted_port()
    environment["SITE_URL"] = os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}"
    return Site(port, environment)


def wanted_port() -> int:
    text = os.environ.get("CLAVIER_PORT") or str(DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"CLAVIER_PORT must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def secret_key(var: Path) -> str:
    kept = make_private(var) / "secret_key"
    if not kept.exists():
        write_secret(kept, secrets.token_urlsafe(48))
    return kept.read_text().strip()
