"""A parent that outlives the supervisor: whatever ends it, no process it started is left behind."""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .processes import die_with_parent

PR_SET_CHILD_SUBREAPER = 36  # prctl(2): orphans below us become our children
GRACE_S = 5.0  # for programs that got their stop signal when the supervisor died
PASSED_ON = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def guarded(work: Callable[[], int]) -> int:
    """Runs the work in a child process, passes stop signals on to it, and ends all its descendants after it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON | {signal.SIGCHLD})
    prepare = die_with_parent(signal.SIGTERM)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        prepare()
        _work_and_exit(work)
    status = _wait(child)
    _end_descendants(0.0 if os.WIFEXITED(status) else GRACE_S)
    return os.waitstatus_to_exitcode(status)


def _work_and_exit(work: Callable[[], int]) -> None:
    code = 1
    try:
        code = work()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except Exception:  # noqa: BLE001 - a forked child must not go on with its parent's work
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(code)


def _wait(child: int) -> int:
    while True:
        received = signal.sigwait(PASSED_ON | {signal.SIGCHLD})
        if received in PASSED_ON:
            os.kill(child, signal.SIGTERM)
            continue
        while (ended := _reap_one()) is not None:
            if ended[0] == child:
                return ended[1]


def _reap_one() -> tuple[int, int] | None:
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else None


def _end_descendants(grace: float) -> None:
    """Orphans become our children: they are asked to end as they arrive, and killed when the grace is over."""
    deadline, asked = time.monotonic() + grace, set[int]()
    while left := descendants(os.getpid()):
        over = time.monotonic() > deadline
        for pid in left if over else _children() - asked:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if over else signal.SIGTERM)
            asked.add(pid)
        while _reap_one():
            continue
        time.sleep(0.02)


def _children() -> set[int]:
    return {pid for pid, parent in _parents().items() if parent == os.getpid()}


def descendants(ancestor: int) -> set[int]:
    """The numbers of all processes below this one, from /proc."""
    parents = _parents()
    found = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {ancestor}


def _parents() -> dict[int, int]:
    return dict(filter(None, map(_pid_and_parent, Path("/proc").glob("[0-9]*"))))


def _pid_and_parent(folder: Path) -> tuple[int, int] | None:
    try:
        stat = (folder / "stat").read_text()
    except OSError:  # it has just ended
        return None
    return int(folder.name), int(stat.rpartition(")")[2].split()[1])
