"""What a group of processes holds in memory, looked at many times a second."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

EVERY_S = 0.05
MB = 1024**2
PAGE = 4096


@dataclass
class Growth:
    """MB above what was held before: of all processes together, and of the one that grew most."""

    together: float = 0.0
    fattest: float = 0.0


@contextmanager
def growth(pids: Callable[[], Iterable[int]]) -> Iterator[Growth]:
    before, seen, stop = _resident(pids()), Growth(), threading.Event()

    def watch() -> None:
        while not stop.wait(EVERY_S):
            now = _resident(pids())
            seen.together = max(seen.together, (sum(now.values()) - sum(before.values())) / MB)
            seen.fattest = max([seen.fattest, *((size - before.get(pid, 0)) / MB for pid, size in now.items())])

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _resident(pids: Iterable[int]) -> dict[int, int]:
    """Bytes by process; one that has ended meanwhile holds none."""
    sizes = {}
    for pid in pids:
        with suppress(OSError):
            sizes[pid] = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return sizes
