"""A site of its own, by the launcher, whose parts can be killed."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from launcher.guard import descendants
from launcher.places import ROOT, read_environment
from launcher.processes import die_with_parent

VICTIMS = ("web", "media", "gpu", "training", "house", "scheduler", "valkey")
START_S = 180
STOP_S = 60
# So that what a killed worker held is taken up again soon.
LEASE_S = 6


class Site:
    """Started by `launcher site` in the var folder; knows its processes by what the launcher tells."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = _free_port()
        self.pids: dict[str, int] = {}
        self.killed: list[str] = []
        self._up = threading.Event()
        environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        environment |= {
            "CLAVIER_VAR": str(var),
            "CLAVIER_PORT": str(self.port),
            "JOB_LEASE_SECONDS": str(LEASE_S),
            "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        }
        self.launcher = subprocess.Popen(
            [sys.executable, "-m", "launcher", "site"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        self.said: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        if not self._up.wait(START_S):
            raise RuntimeError("The site did not start:\n" + "".join(self.said))

    def _listen(self) -> None:
        for line in self.launcher.stdout or ():
            self.said.append(line)
            if found := re.search(r"(\w+) started (?:again )?\(process (\d+)\)", line):
                self.pids[found[1]] = int(found[2])
            if "Clavier is at" in line:
                self._up.set()

    @property
    def environment(self) -> dict[str, str]:
        return read_environment(self.var)

    def kill_one(self, chance: random.Random) -> str:
        """Kill a part of the site, or a child of its (the process that holds the work); which one."""
        name = chance.choice(VICTIMS)
        children = sorted(descendants(self.pids[name]))
        child = bool(children) and chance.random() < 0.5
        with suppress(ProcessLookupError):  # it was just being started again
            os.kill(chance.choice(children) if child else self.pids[name], signal.SIGKILL)
        self.killed.append(f"{name}'s child" if child else name)
        return self.killed[-1]

    def stop(self) -> None:
        self.launcher.terminate()
        self.launcher.wait(STOP_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
