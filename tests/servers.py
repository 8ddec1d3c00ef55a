"""The database and the broker of the tests: those the environment names, else temporary ones of our own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from launcher.processes import die_with_parent

ROOT = Path(__file__).resolve().parents[1]
STOP_S = 60  # for both servers to end and their folder to be removed


def start() -> tuple[str, str, Callable[[], None]]:
    """Gives (database URL, broker URL, stop). Call it once, from the main thread, before the settings are loaded.

    Servers of ours end when this process does, however it ends: the kernel tells them.
    """
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if given[0] and given[1]:
        return given[0], given[1], lambda: None
    servers = subprocess.Popen(
        [sys.executable, "-m", "launcher", "servers", "--temporary"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    for line in servers.stdout or ():
        if line.startswith("{"):
            urls = json.loads(line)
            return urls["DATABASE_URL"], urls["REDIS_URL"], lambda: _stop(servers)
    raise RuntimeError(f"The servers of the tests did not start (status {servers.wait()}); what they wrote says why.")


def _stop(servers: "subprocess.Popen[str]") -> None:
    servers.terminate()
    servers.communicate(timeout=STOP_S)
