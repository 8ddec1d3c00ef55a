"""A line between client and server that breaks after so many bytes, as lines do; or at which something else happens."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

BLOCK = 16 * 1024
# Closing with this option set throws away what is on its way: the other side sees a reset.
RESET = struct.pack("ii", 1, 0)


@dataclass
class Line:
    """Counts the bytes that clients send through it. At each mark the action is done and that connection is cut."""

    server: int
    marks: list[tuple[int, Callable[[], None]]]
    sent: int = 0
    cuts: int = 0
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.server), timeout=10)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        threading.Thread(target=_copy, args=(server, client), daemon=True).start()
        with suppress(OSError):
            while block := client.recv(BLOCK):
                server.sendall(block)
                if action := self._reached(len(block)):
                    _cut(client, server)
                    action()
                    return
        _close(client, server)

    def _reached(self, count: int) -> Callable[[], None] | None:
        with self.lock:
            self.sent += count
            if self.marks and self.sent >= self.marks[0][0]:
                self.cuts += 1
                return self.marks.pop(0)[1]
        return None


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(BLOCK):
            target.sendall(block)
    _close(source, target)


def _cut(*lines: socket.socket) -> None:
    for line in lines:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    _close(*lines)


def _close(*lines: socket.socket) -> None:
    for line in lines:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()


@contextmanager
def line_to(server: int, marks: dict[int, Callable[[], None]]) -> Iterator[Line]:
    """To the server's port; `marks`: bytes and what is done when so many were sent."""
    line = Line(server, sorted(marks.items()))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line.port = listener.getsockname()[1]
        threading.Thread(target=line.serve, args=(listener,), daemon=True).start()
        yield line
        listener.shutdown(socket.SHUT_RDWR)
