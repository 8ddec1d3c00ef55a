"""Put limits on this process, then become another program: `cage.py CPU_S MEMORY_BYTES FILE_BYTES program [word ...]`.

Run as a script by `ml.media.bounded`, with nothing but the standard library, so that the limits hold before the first
byte of a stranger's file is read. It is a small program of its own, because limits set between fork and exec are not
safe in a process with threads.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """On Linux: when the worker is killed, what it started is killed too."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def main(arguments: list[str]) -> None:
    cpu_seconds, memory_bytes, file_bytes, *command = arguments
    die_with_parent()
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_CPU, int(cpu_seconds))
    limit(resource.RLIMIT_FSIZE, int(file_bytes))
    limit(resource.RLIMIT_AS, int(memory_bytes))
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
