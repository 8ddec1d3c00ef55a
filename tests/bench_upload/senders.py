"""The clients: each a process of its own, all with the same code but for how a file is packed for one site."""

import base64
import hashlib
import http.client
import io
import multiprocessing
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MIB = 1024**2
PART_BYTES = 8 * MIB  # as our own page sends them
PATIENCE_S = 1800
BOUNDARY = "a-boundary-of-the-benchmark"


@dataclass(frozen=True)
class Target:
    """Where and as whom one client sends; `way` is one of WAYS."""

    port: int
    way: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    assignment: int = 0
    field: str = "file"


def content(number: int) -> bytes:
    """A MiB of noise, another one for each client; a film is the same MiB again and again."""
    return random.Random(number).randbytes(MIB)


def digest(number: int, megabytes: int) -> str:
    counted, block = hashlib.sha256(), content(number)
    for _ in range(megabytes):
        counted.update(block)
    return counted.hexdigest()


def send_all(targets: list[Target], megabytes: int) -> float:
    """All at once; seconds from the first byte of anybody to the last answer."""
    start = multiprocessing.get_context("spawn")
    gate, answers = start.Barrier(len(targets) + 1), start.Queue()
    crew = [
        start.Process(target=_client, args=(target, number, megabytes, gate, answers))
        for number, target in enumerate(targets)
    ]
    for process in crew:
        process.start()
    gate.wait(PATIENCE_S)
    began = time.perf_counter()
    wrong = [said for said in (answers.get(timeout=PATIENCE_S) for _ in crew) if said]
    took = time.perf_counter() - began
    for process in crew:
        process.join()
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(crew)} clients were not served. {wrong[0]}")
    return took


def _client(target: Target, number: int, megabytes: int, gate: Any, answers: Any) -> None:
    block = content(number)
    line = http.client.HTTPConnection("127.0.0.1", target.port, timeout=PATIENCE_S, blocksize=MIB)
    gate.wait(PATIENCE_S)
    try:
        WAYS[target.way](line, target, block, f"film-{number}.mp4", megabytes)
        answers.put("")
    except Exception as error:  # noqa: BLE001 — told to whoever waits for the answers
        answers.put(f"{type(error).__name__}: {error}")


def _tus(line: http.client.HTTPConnection, target: Target, block: bytes, name: str, megabytes: int) -> None:
    _in_parts(line, target, block, name, megabytes, lambda part: {})


def _checksummed(line: http.client.HTTPConnection, target: Target, block: bytes, name: str, megabytes: int) -> None:
    def counted(part: bytes) -> dict[str, str]:
        return {"Upload-Checksum": f"sha1 {base64.b64encode(hashlib.sha1(part).digest()).decode()}"}

    _in_parts(line, target, block, name, megabytes, counted)


def _whole(line: http.client.HTTPConnection, target: Target, block: bytes, name: str, megabytes: int) -> None:
    """One part, made while it is sent."""
    upload = _begin(line, target, name, megabytes)
    body, length = _Pieces([block] * megabytes), {"Content-Length": str(megabytes * MIB)}
    _ask(line, "PATCH", upload, {**target.headers, **_part_at(0), **length}, body, 204)


def _in_parts(
    line: http.client.HTTPConnection,
    target: Target,
    block: bytes,
    name: str,
    megabytes: int,
    more: Callable[[bytes], dict[str, str]],
) -> None:
    upload, size, offset = _begin(line, target, name, megabytes), megabytes * MIB, 0
    while offset < size:
        part = block * (min(PART_BYTES, size - offset) // MIB)
        answer = _ask(line, "PATCH", upload, {**target.headers, **_part_at(offset), **more(part)}, part, 204)
        offset = int(answer["Upload-Offset"])


def _begin(line: http.client.HTTPConnection, target: Target, name: str, megabytes: int) -> str:
    """The address of a new upload."""
    facts = {"filename": name, "assignment": str(target.assignment)}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())
    begun = {"Upload-Length": str(megabytes * MIB), "Upload-Metadata": metadata}
    return _ask(line, "POST", target.address, {**target.headers, **begun}, b"", 201)["Location"]


def _part_at(offset: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}


def _form(line: http.client.HTTPConnection, target: Target, block: bytes, name: str, megabytes: int) -> None:
    disposition = f'Content-Disposition: form-data; name="{target.field}"; filename="{name}"'
    head = f"--{BOUNDARY}\r\n{disposition}\r\nContent-Type: video/mp4\r\n\r\n".encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    length = len(head) + megabytes * MIB + len(tail)
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(length)}
    body = _Pieces([head, *[block] * megabytes, tail])
    _ask(line, "POST", target.address, {**target.headers, **kind}, body, 200, 201)


class _Pieces(io.RawIOBase):
    """A body that http.client reads piece by piece."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = iter(pieces)

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def _ask(
    line: http.client.HTTPConnection, method: str, address: str, headers: Mapping[str, str], body: Any, *wanted: int
) -> http.client.HTTPMessage:
    line.request(method, address, body=body, headers=dict(headers))
    answer = line.getresponse()
    said = answer.read()
    if answer.status not in wanted:
        raise RuntimeError(f"{method} {address} was answered with {answer.status}: {said[:300]!r}")
    return answer.headers


WAYS: dict[str, Callable[..., None]] = {"tus": _tus, "checksummed": _checksummed, "whole": _whole, "form": _form}
