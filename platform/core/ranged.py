"""A file over HTTP with Range, If-Range and ETag, so that a player can seek; Django's FileResponse has none of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_cache_control

BUFFER = 256 * 1024  # bytes
# What a player gets at once when it asks for all the rest: it asks again for what it plays, so that no more is sent
# than it needs, and no thread waits for somebody who listens slowly.
PIECE = 256 * 1024
PLAYERS = {"video", "audio"}  # as browsers name them in Sec-Fetch-Dest
ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def private_file(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """A file under MEDIA_ROOT, to somebody who was found to be allowed it: by nginx where it stands in front."""
    if not settings.MEDIA_ACCEL_PREFIX:
        return file_response(request, path, content_type)
    inside = quote(path.relative_to(settings.MEDIA_ROOT).as_posix())
    return HttpResponse(
        content_type=content_type,
        headers={
            "X-Accel-Redirect": f"{settings.MEDIA_ACCEL_PREFIX.rstrip('/')}/{inside}",
            "Cache-Control": "private, no-cache",
        },
    )


def file_response(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """The file, the part of it that was asked for, or word that nothing changed. Raises FileNotFoundError."""
    facts = path.stat()
    size, etag = facts.st_size, f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    response: HttpResponseBase
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = _content(request, path, size, etag)
        response["Content-Type"] = content_type
        response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _content(request: HttpRequest, path: Path, size: int, etag: str) -> HttpResponseBase:
    fresh = request.headers.get("If-Range", etag) == etag
    stretch = wanted(request.headers.get("Range", ""), size) if fresh else None
    if stretch is not None and not stretch:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = range(size) if stretch is None else stretch
    if stretch is not None and request.headers.get("Sec-Fetch-Dest") in PLAYERS:
        part = part[:PIECE]
    response = StreamingHttpResponse(
        [] if request.method == "HEAD" else _read(path, part), status=200 if stretch is None else 206
    )
    response["Content-Length"] = str(len(part))
    if stretch is not None:
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return response


def wanted(header: str, size: int) -> range | None:
    """The bytes asked for; empty where there are none such; None where the whole file is to be sent.

    Several ranges, or a header that makes no sense, are answered with the whole file, as RFC 9110 section 14.2 allows.
    """
    match = ONE_RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _read(path: Path, part: range) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.start)
        left = len(part)
        while left and (block := file.read(min(BUFFER, left))):
            left -= len(block)
            yield block
