"""The whole site as `make demo` starts it, in a folder of its own: real servers, real workers, real media."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.processes import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
END_S = 60
# What the launcher starts for itself, whatever the tests run on.
OWN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CLAVIER_VAR", "DJANGO_SETTINGS_MODULE")


@dataclass(frozen=True)
class RunningSite:
    url: str
    var: Path
    said: list[str]

    def has_said(self, words: str) -> bool:
        return any(words in line for line in self.said)

    def kill(self, program: str) -> None:
        """At once, as no program expects it; its supervisor starts it again."""
        started = re.compile(rf"{program} started (?:again )?\(process (\d+)\)")
        *_, process = (found[1] for line in self.said if (found := started.search(line)))
        os.kill(int(process), signal.SIGKILL)


@contextmanager
def running(var: Path, *, takes: Sequence[int], **environment: str) -> Iterator[RunningSite]:
    """The demo school with only these recordings, until the block ends."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "launcher", "demo"],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name not in OWN},
            "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
            "CLAVIER_VAR": str(var),
            "CLAVIER_PORT": str(port),
            "DEMO_TAKES": ",".join(map(str, takes)),
            **environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    said: list[str] = []
    try:
        for line in process.stdout or ():
            said.append(line.rstrip())
            if "Ctrl-C ends it" in line:
                break
        else:
            raise RuntimeError("The site did not start:\n" + "\n".join(said))
        threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True).start()
        yield RunningSite(f"http://127.0.0.1:{port}", var, said)
    finally:
        process.terminate()
        process.wait(timeout=END_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
