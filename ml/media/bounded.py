"""Programs that touch a stranger's bytes run here: bounded in time, memory and output, with an empty environment."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ml.media.facts import MIB

CAGE = Path(__file__).with_name("cage.py")
POLL_SECONDS = 0.05
CPU_ROUNDING_SECONDS = 0.2
ERROR_CHARACTERS = 4000


@dataclass(frozen=True)
class Bounds:
    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int  # address space
    file_bytes: int = MIB  # the largest file it may write, its own standard output included


class OutOfBounds(Exception):
    """The program was stopped; `what` is 'time' or 'memory'."""

    def __init__(self, what: str) -> None:
        super().__init__(f"stopped: out of {what}")
        self.what = what


class Killed(Exception):
    """Somebody else ended the program, such as the kernel when memory was full: the file is not to blame."""


class Failed(Exception):
    """The program ended with an error; the text is what it said."""


def run(command: Sequence[str | Path], bounds: Bounds, *, watch: Callable[[str], None] | None = None) -> str:
    """Run `command` (its first word an absolute path) inside `bounds` and return its standard output.

    `watch` is called with everything said so far, about ten times a second at most.
    Raises OutOfBounds, Killed or Failed.
    """
    words = [sys.executable, "-I", "-S", CAGE, bounds.cpu_seconds, bounds.memory_bytes, bounds.file_bytes, *command]
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    before = _cpu_of_children()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        process = subprocess.Popen(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            env=environment,
            cwd=tempfile.gettempdir(),
        )
        try:
            _wait(process, bounds.wall_seconds, (lambda: watch(_text(said))) if watch else None)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        complaint = _text(complained)[-ERROR_CHARACTERS:]
        # The kernel ends a program that used up its CPU time by the same signal as anybody else would.
        used_up = _cpu_of_children() - before >= bounds.cpu_seconds - CPU_ROUNDING_SECONDS
        _judge(process.returncode, complaint, used_up=used_up)
        return _text(said)


def _wait(process: subprocess.Popen[bytes], wall_seconds: float, look: Callable[[], None] | None) -> None:
    end = time.monotonic() + wall_seconds
    while True:
        try:
            process.wait(timeout=POLL_SECONDS if look else wall_seconds)
            return
        except subprocess.TimeoutExpired:
            if time.monotonic() >= end:
                raise OutOfBounds("time") from None
            if look:
                look()


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _text(stream: BinaryIO) -> str:
    size = os.fstat(stream.fileno()).st_size
    return os.pread(stream.fileno(), size, 0).decode("utf-8", "replace")


def _judge(code: int, complaint: str, *, used_up: bool) -> None:
    if code == 0:
        return
    if code == -signal.SIGXCPU or (code == -signal.SIGKILL and used_up):
        raise OutOfBounds("time")
    if code in (-signal.SIGKILL, -signal.SIGTERM):
        raise Killed(f"ended by {signal.Signals(-code).name} from outside")
    if "MemoryError" in complaint or "Cannot allocate memory" in complaint or "malloc of size" in complaint:
        raise OutOfBounds("memory")
    raise Failed(f"ended with {code}: {complaint.strip()}")
