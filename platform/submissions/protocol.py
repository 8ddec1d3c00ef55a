"""What a request of the tus 1.0 protocol says in its headers, as values: https://tus.io/protocols/resumable-upload."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from .services.writing import ALGORITHMS, Checksum, Read

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "expiration", "termination", "checksum")
PART = "application/offset+octet-stream"


class Refused(Exception):
    """The protocol's own answer to a request that is not taken: a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@dataclass(frozen=True)
class Announcement:
    """A file that is to come: how many bytes, for which assignment, and the name it had."""

    size: int
    assignment: int
    name: str


def method(request: HttpRequest) -> str:
    """Clients that can only POST name another method in a header. Only a POST's CSRF token has been checked."""
    named = request.headers.get("X-HTTP-Method-Override", "").upper()
    return named if named and request.method == "POST" else request.method or ""


def check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Refused(412, _("This server speaks version 1.0.0 of the tus protocol."))


def announcement(request: HttpRequest) -> Announcement:
    if "Upload-Defer-Length" in request.headers:
        raise Refused(400, _("Please say with Upload-Length how long the file is; a length that follows is not taken."))
    if "Upload-Concat" in request.headers:
        raise Refused(400, _("Please send the file from its beginning to its end; pieces to be joined are not taken."))
    try:
        facts = metadata(request.headers.get("Upload-Metadata", ""))
        size, assignment = _whole(request.headers.get("Upload-Length", "")), _whole(facts["assignment"])
    except (ValueError, KeyError):
        raise Refused(400, _("The upload needs a length, a file name and an assignment.")) from None
    return Announcement(size, assignment, facts.get("filename", ""))


def metadata(header: str) -> dict[str, str]:
    """`key base64,key base64`. Raises ValueError where a key is missing or twice there, or its value is not base64."""
    facts: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _space, value = pair.strip().partition(" ")
        if not key or key in facts:
            raise ValueError(f"{header!r} has an empty or a repeated key.")
        facts[key] = base64.b64decode(value.strip(), validate=True).decode()
    return facts


def checksum(request: HttpRequest) -> Checksum | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, value = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refused(400, _("This kind of checksum is not known here: sha1, sha256 and md5 are."))
    try:
        return Checksum(algorithm, base64.b64decode(value.strip(), validate=True))
    except binascii.Error:
        raise Refused(400, _("The checksum must be written in base64.")) from None


def has_part(request: HttpRequest) -> bool:
    return request.content_type == PART


def check_room(request: HttpRequest, room: int) -> None:
    """What says its length is refused before it is read; what does not, once it is too much (services/writing.py)."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > room:
        raise Refused(413, _("This is more than the file was said to have."))


def reader(request: HttpRequest) -> Read:
    """Reads the body as it comes: of a known length, or in chunks, of which Django itself would see nothing."""
    if connection := request.META.get("gunicorn.socket"):
        connection.settimeout(settings.UPLOAD_SILENCE_SECONDS)
    if not request.META.get("HTTP_TRANSFER_ENCODING"):
        return request.read
    if not request.META.get("wsgi.input_terminated"):
        raise Refused(411, _("Please say with Content-Length how long this part is."))
    return _Chunks(request.META["wsgi.input"]).read


@dataclass(frozen=True)
class _Chunks:
    stream: Any

    def read(self, size: int) -> bytes:
        try:
            return bytes(self.stream.read(size))
        except OSError as error:
            raise UnreadablePostError(*error.args) from error


def _whole(text: str) -> int:
    """A whole number in plain digits. Raises ValueError."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is not a whole number.")
    return int(text)
