"""Students who hand in over HTTP, by tus, and do not give up when the site goes away for a moment."""

import base64
import http.client
import time
from dataclasses import dataclass
from pathlib import Path

PART_BYTES = 200_000
PATIENCE_S = 300.0
PAUSE_S = 0.5
CSRF = "c" * 32


@dataclass(frozen=True)
class Student:
    """Signed in by a session's key; `assignment` is what to hand in for."""

    name: str
    port: int
    session: str
    assignment: int


def hand_in(student: Student, film: Path) -> str:
    """The address of the submission that came of it."""
    body = film.read_bytes() + _free_box(student.name.encode())
    facts = {"filename": film.name, "assignment": str(student.assignment)}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())
    created = _until(
        student, "POST", "/uploads/", {201}, {"Upload-Length": str(len(body)), "Upload-Metadata": metadata}
    )
    address = created["Location"]
    while True:
        state = _until(student, "HEAD", address, {200})
        if submission := state.get("Clavier-Submission"):
            return submission
        _send_parts(student, address, body, int(state["Upload-Offset"]))


def _free_box(content: bytes) -> bytes:
    """A box that mp4 readers skip: makes the same film another file, so that no grade comes from a cache."""
    return (8 + len(content)).to_bytes(4, "big") + b"free" + content


def _send_parts(student: Student, address: str, body: bytes, offset: int) -> None:
    """As far as the line holds; where it broke is asked anew."""
    try:
        while offset < len(body):
            part = body[offset : offset + PART_BYTES]
            headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            status, answer = _ask(student, "PATCH", address, headers, part)
            if status != 204:
                return
            offset = int(answer["Upload-Offset"])
    except (OSError, http.client.HTTPException):
        time.sleep(PAUSE_S)


def _until(
    student: Student, method: str, address: str, wanted: set[int], headers: dict[str, str] | None = None
) -> dict[str, str]:
    """The headers of the first answer with a wanted status; a site that is away is asked again."""
    deadline, last = time.monotonic() + PATIENCE_S, "nothing"
    while time.monotonic() < deadline:
        try:
            status, answer = _ask(student, method, address, headers or {})
            if status in wanted:
                return answer
            last = str(status)
            if 400 <= status < 500 and status != 423:
                break
        except (OSError, http.client.HTTPException) as error:
            last = repr(error)
        time.sleep(PAUSE_S)
    raise RuntimeError(f"{method} {address} was answered with {last}.")


def _ask(
    student: Student, method: str, address: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", student.port, timeout=20)
    try:
        own = {
            "Cookie": f"sessionid={student.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Tus-Resumable": "1.0.0",
        }
        connection.request(method, address, body=body or None, headers={**own, **headers})
        response = connection.getresponse()
        response.read()
        return response.status, dict(response.getheaders())
    finally:
        connection.close()
