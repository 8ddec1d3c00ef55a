"""Keeps a group of programs running: what dies is started again, and all end together, the database last."""

import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .processes import BROKER, DATABASE, SITE, Program, has_ended, reap, spawn, stop
from .trouble import Trouble

FIRST_PAUSE_S = 0.5  # before a program that died is started again; doubled each time
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0  # a program that ran this long starts again with the first pause
STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class StopAsked(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


@dataclass
class _Member:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    pause: float = FIRST_PAUSE_S
    due: float | None = None  # when to start it again; None while it runs


def tell(line: str) -> None:
    with suppress(OSError):  # nobody reads on: the terminal was closed; that must not stop an orderly end
        print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


class Group:
    """The programs we keep running. Use as a context manager: leaving it ends them all."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._members: list[_Member] = []
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS | {signal.SIGCHLD})

    def __enter__(self) -> "Group":
        return self

    def __exit__(self, *_: object) -> None:
        for stage in (SITE, BROKER, DATABASE):
            members = [member for member in self._members if member.program.stage == stage]
            stop((member.program, member.process) for member in members)
            if members:
                tell(f"{', '.join(member.program.name for member in members)} ended")

    def start(self, program: Program) -> None:
        """Starts the program and keeps it running."""
        process = spawn(program, self.log_of(program))
        self._members.append(_Member(program, process, time.monotonic()))
        tell(f"{program.name} started (process {process.pid})")

    def log_of(self, program: Program) -> Path:
        return self._logs / f"{program.name}.log"

    def run(self, program: Program) -> None:
        """Runs a program to its end, in view of the reader, while the others are looked after."""
        process = spawn(program)
        try:
            while not has_ended(process):
                self.tend(1.0)
        finally:
            stop([(program, process)])
        if process.returncode:
            raise Trouble(f"`{program.name}` failed; what it wrote above says why.")

    def wait_until(self, ready: Callable[[], bool], name: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise Trouble(f"{name} did not answer within {seconds:.0f} seconds; see {self._logs / name}.log.")
            self.tend(0.1)

    def keep(self) -> None:
        """Looks after the programs until we are asked to stop."""
        while True:
            self.tend(LONGEST_PAUSE_S)

    def tend(self, seconds: float) -> None:
        """Waits for the next event, at most so long, and starts what has died and had its pause."""
        dues = [member.due for member in self._members if member.due is not None]
        wait = min([seconds, *(max(due - time.monotonic(), 0.0) for due in dues)])
        received = signal.sigtimedwait(STOP_SIGNALS | {signal.SIGCHLD}, wait)
        if received and received.si_signo in STOP_SIGNALS:
            raise StopAsked
        for member in self._members:
            if member.due is None:
                self._notice_end(member)
            elif member.due <= time.monotonic():
                self._start_again(member)

    def _notice_end(self, member: _Member) -> None:
        if not has_ended(member.process):
            return
        status, now = reap(member.process), time.monotonic()
        member.pause = FIRST_PAUSE_S if now - member.started > STEADY_S else member.pause
        member.due = now + member.pause
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        tell(f"{member.program.name} {how}; it starts again in {member.pause:g} s (see {self.log_of(member.program)})")
        member.pause = min(member.pause * 2, LONGEST_PAUSE_S)

    def _start_again(self, member: _Member) -> None:
        member.process = spawn(member.program, self.log_of(member.program))
        member.started, member.due = time.monotonic(), None
        tell(f"{member.program.name} started again (process {member.process.pid})")
