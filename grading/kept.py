"""Answers that hold for everybody for a moment, so that a thousand who ask do not make a thousand queries."""

import math
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """A value of this process, read anew once it is older than so many seconds. One reads, the others wait for it."""

    def __init__(self, read: Callable[[], T], *, seconds: float) -> None:
        self._read, self._seconds = read, seconds
        self._lock = threading.Lock()
        self._at = -math.inf

    def __call__(self) -> T:
        with self._lock:
            if time.monotonic() - self._at > self._seconds:
                self._value = self._read()
                self._at = time.monotonic()
            return self._value

    def forget(self) -> None:
        self._at = -math.inf
