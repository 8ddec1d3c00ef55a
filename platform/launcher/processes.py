"""A program we start, and the promise that it does not outlive us."""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1  # prctl(2): the signal a process gets when its parent dies
LOG_LIMIT = 10_000_000  # bytes; a longer log is put aside when its program is started

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """The user a program runs as when we are root and it must not be."""

    uid: int
    gid: int


# What stands on what: the later stages end first.
DATABASE, BROKER, SITE = range(3)


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0  # seconds between the stop signal and SIGKILL
    stage: int = SITE


def unprivileged() -> Account | None:
    """The account for programs that refuse to run as root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def as_account(account: Account | None) -> dict[str, Any]:
    """The subprocess arguments that make a command run as that account."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def can_reach(account: Account | None, path: Path) -> bool:
    """Whether that account can get to the path; asked by trying, since modes do not tell the whole truth."""
    if account is None:
        return os.access(path, os.R_OK | os.X_OK)
    try_it = ["/bin/sh", "-c", 'test -r "$0" && test -x "$0" || test -d "$0" -a -x "$0"', str(path)]
    return subprocess.run(try_it, cwd="/", check=False, **as_account(account)).returncode == 0


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before its program starts, so that the kernel ends it when this process dies.

    To be used from the main thread: the kernel sends the signal when the thread that started the child ends.
    """
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, stop_signal)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def spawn(program: Program, log: Path | None = None) -> subprocess.Popen[bytes]:
    """Starts the program in a process group of its own, writing to the log, else to where we write."""
    if log is None:
        return _popen(program, None)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as sink:
        return _popen(program, sink)


def _popen(program: Program, sink: IO[bytes] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        program.command,
        cwd=program.folder,
        env={**os.environ, **program.environment},
        stdin=subprocess.DEVNULL,
        stdout=sink,
        stderr=sink,
        process_group=0,
        preexec_fn=die_with_parent(program.stop_signal),  # runs after the change of account, which would undo it
        **as_account(program.account),
    )


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended. Its number stays taken until reap(), so its group can still be ended safely."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def reap(process: subprocess.Popen[bytes]) -> int:
    """Kills what is left of an ended program's group, such as the ffmpeg of a dead worker, and gives its status."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def stop(running: Iterable[tuple[Program, subprocess.Popen[bytes]]]) -> None:
    """Asks the programs to end, waits as long as each is patient, and then ends their whole groups."""
    asked = [(program, process) for program, process in running if process.returncode is None]
    for program, process in asked:
        process.send_signal(program.stop_signal)
    began = time.monotonic()
    for program, process in asked:
        while not has_ended(process) and time.monotonic() < began + program.patience:
            time.sleep(0.02)
        reap(process)
