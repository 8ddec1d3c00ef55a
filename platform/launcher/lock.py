"""One Clavier per var folder: a file lock that the kernel gives back when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import make_private
from .trouble import Trouble


@contextmanager
def only_one(var: Path, doing: str) -> Iterator[None]:
    """Holds var/launcher.lock, which says what runs; refuses with that sentence when another one holds it."""
    file = os.open(make_private(var) / "launcher.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            says = os.read(file, 1000).decode().strip() or "starting"
            raise Trouble(f"Clavier is already {says}. Stop that one with Ctrl-C first.") from None
        os.ftruncate(file, 0)
        os.write(file, f"{doing} (process {os.getpid()})\n".encode())
        yield
    finally:
        os.close(file)
