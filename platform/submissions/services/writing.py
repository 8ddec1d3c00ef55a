"""Bytes of an upload onto the disk: from its offset on, by one writer at a time, never more than a buffer in memory."""

import errno
import hashlib
import hmac
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Upload

LIFE = timedelta(hours=24)  # an upload may rest this long between two parts
BUFFER = 256 * 1024  # bytes read and written at once; as much is lost when a line falls silent
COMMIT_EVERY = 8 * 1024**2  # bytes after which the offset is made durable
ALGORITHMS = ("sha1", "sha256", "md5")
FULL = {errno.ENOSPC, errno.EDQUOT}

Read = Callable[[int], bytes]


class Busy(ValueError):
    """Another request is writing this upload."""


class NoRoom(ValueError):
    """The disk is full. What was made durable before stays."""


class WrongPart(ValueError):
    """Nothing of this part is kept; the upload stands where it stood before."""


class TooMuch(WrongPart):
    """More bytes than the file was said to have."""


class WrongChecksum(WrongPart):
    """The bytes are not those that the sender hashed, or not all of them."""


@dataclass(frozen=True)
class Checksum:
    """What a part's sender has counted: one of ALGORITHMS, and its digest."""

    algorithm: str
    digest: bytes


def path_of(upload: Upload) -> Path:
    return Path(settings.UPLOADS_ROOT) / str(upload.id)


@contextmanager
def writing(upload: Upload) -> Iterator[Upload]:
    """Hold the upload for one writer, across processes, and see its offset as it is now. Raises Busy."""
    key = upload.id.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (held,) = cursor.fetchone()
    if not held:
        raise Busy(_("This upload is being written by another request."))
    try:
        upload.refresh_from_db()
        yield upload
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def append(*, upload: Upload, read: Read, checksum: Checksum | None = None) -> Upload:
    """Write what `read` gives, from the upload's offset on. Call it inside `writing(...)`. Raises WrongPart, NoRoom.

    However the connection ends, what was written stays; of a part with a checksum only if all of it is right.
    """
    try:
        return _append(upload, read, checksum)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise NoRoom(no_room()) from error


def no_room() -> str:
    return _("The school's disk has no room for this recording. Please tell your school, and send it again later.")


def _append(upload: Upload, read: Read, checksum: Checksum | None) -> Upload:
    with path_of(upload).open("r+b") as file:
        file.truncate(upload.offset)
        file.seek(upload.offset)
        start = upload.offset
        try:
            if checksum is None:
                _write(upload, file, read)
            else:
                _write_whole(upload, file, read, checksum)
        except WrongPart:
            file.truncate(start)
            upload.offset = start
            raise
        finally:
            _commit(upload, file)
    return upload


def _write(upload: Upload, file: BinaryIO, read: Read) -> None:
    """What comes after the last commit is committed by whoever calls: a part of our own page costs one."""
    committed = upload.offset
    for block in _blocks(upload, read):
        if upload.offset - committed >= COMMIT_EVERY:
            _commit(upload, file)
            committed = upload.offset
        file.write(block)
        upload.offset += len(block)


def _write_whole(upload: Upload, file: BinaryIO, read: Read, checksum: Checksum) -> None:
    """The offset moves at the end alone: until then a crash leaves what was there before."""
    counted, length = hashlib.new(checksum.algorithm, usedforsecurity=False), 0
    for block in _blocks(upload, read):
        file.write(block)
        counted.update(block)
        length += len(block)
    if not hmac.compare_digest(counted.digest(), checksum.digest):
        raise WrongChecksum(_("This part has changed on its way. Please send it again."))
    upload.offset += length


def _blocks(upload: Upload, read: Read) -> Iterator[bytes]:
    """What comes, until it ends or the file is full."""
    room = upload.size - upload.offset
    while room and (block := read(min(BUFFER, room))):
        room -= len(block)
        yield block
    if not room and read(1):
        raise TooMuch(_("This is more than the file was said to have."))


def _commit(upload: Upload, file: BinaryIO) -> None:
    """The offset in the database is never ahead of the bytes on the disk."""
    file.flush()
    os.fdatasync(file.fileno())
    upload.expires_at = timezone.now() + LIFE
    Upload.objects.filter(pk=upload.pk).update(offset=upload.offset, expires_at=upload.expires_at)
