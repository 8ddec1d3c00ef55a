"""A mail server for a test: it speaks enough SMTP to take a letter, and keeps what it was told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Postman(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, *, refuses: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.refuses = refuses
        self.to: list[str] = []
        self.taken: list[EmailMessage] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Talk(socketserver.StreamRequestHandler):
    server: Postman

    def handle(self) -> None:
        self._say(b"220 postman")
        while line := self.rfile.readline().strip():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say(b"354 go on")
                self._take()
            elif verb == b"RCPT" and self.server.refuses:
                self._say(b"450 this letter box is full, try later")
            else:
                if verb == b"RCPT":
                    self.server.to.append(line.decode().partition("<")[2].rstrip(">"))
                self._say(b"221 bye" if verb == b"QUIT" else b"250 well")
                if verb == b"QUIT":
                    return

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say(b"250 taken")

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def listening(*, refuses: bool = False) -> Iterator[Postman]:
    with Postman(refuses=refuses) as postman:
        thread = threading.Thread(target=postman.serve_forever, daemon=True)
        thread.start()
        yield postman
        postman.shutdown()
        thread.join(5)
