"""A file on its way in: begun, written piece by piece, handed in once, or forgotten."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from accounts.models import Consent, User
from accounts.services import consents
from courses.models import Assignment
from grading.services import performances

from ..models import Submission, Upload
from . import lots

logger = logging.getLogger(__name__)

LIFE = timedelta(hours=24)  # an upload may rest this long between two parts
BUFFER = 1024**2  # bytes read and written at once
COMMIT_EVERY = 8 * 1024**2  # bytes after which the offset is made durable
OPEN_PER_PERSON = 8


class UploadRefused(ValueError):
    """Why a file is not taken, in words for the student."""


class TooLarge(UploadRefused):
    pass


class Busy(UploadRefused):
    """Another request is writing this upload."""


def path_of(upload: Upload) -> Path:
    return Path(settings.UPLOADS_ROOT) / str(upload.id)


@transaction.atomic
def begin(*, user: User, assignment: Assignment, name: str, size: int) -> Upload:
    clear_expired()
    if size < 1:
        raise UploadRefused("This file is empty. Please choose the recording itself.")
    if size > settings.RECORDING_MAX_BYTES:
        raise TooLarge(
            f"This file has {filesizeformat(size)}; at most {filesizeformat(settings.RECORDING_MAX_BYTES)} can be "
            "handed in. A lower video quality helps: 720p is enough."
        )
    if Upload.objects.filter(user=user, submission__isnull=True).count() >= OPEN_PER_PERSON:
        raise UploadRefused("Several uploads of yours are still open. Finish or cancel one of them first.")
    upload = Upload.objects.create(
        user=user, assignment=assignment, name=Path(name).name[:255], size=size, expires_at=timezone.now() + LIFE
    )
    path_of(upload).parent.mkdir(parents=True, exist_ok=True)
    path_of(upload).touch()
    return upload


def append(*, upload: Upload, read: Callable[[int], bytes]) -> Upload:
    """Write what `read` gives, from the upload's offset on; what was written stays, however the connection ends.

    Call it inside `writing(...)`. Memory use is one buffer.
    """
    with path_of(upload).open("r+b") as file:
        file.truncate(upload.offset)
        file.seek(upload.offset)
        uncommitted = 0
        try:
            while (room := upload.size - upload.offset) and (block := read(min(BUFFER, room))):
                file.write(block)
                upload.offset += len(block)
                uncommitted += len(block)
                if uncommitted >= COMMIT_EVERY:
                    _commit(upload, file.fileno(), file.flush)
                    uncommitted = 0
        finally:
            _commit(upload, file.fileno(), file.flush)
    return upload


def _commit(upload: Upload, descriptor: int, flush: Callable[[], None]) -> None:
    """The offset in the database is never ahead of the bytes on the disk."""
    flush()
    os.fdatasync(descriptor)
    upload.expires_at = timezone.now() + LIFE
    Upload.objects.filter(pk=upload.pk).update(offset=upload.offset, expires_at=upload.expires_at)


@contextmanager
def writing(upload: Upload) -> Iterator[Upload]:
    """Hold the upload for one writer, across processes, and see its offset as it is now. Raises Busy."""
    key = upload.id.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (held,) = cursor.fetchone()
    if not held:
        raise Busy("This upload is being written by another request.")
    try:
        upload.refresh_from_db()
        yield upload
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@transaction.atomic
def hand_in(*, upload: Upload) -> Submission:
    """The whole file as a Submission with its Performance: once, however often it is asked for."""
    upload = (
        Upload.objects.select_for_update(of=("self",))
        .select_related("assignment__piece", "assignment__course", "user", "submission")
        .get(pk=upload.pk)
    )
    if upload.submission is not None:
        return upload.submission
    if upload.offset != upload.size:
        raise UploadRefused("The file has not arrived as a whole yet.")
    # One student's hand-ins are numbered one after the other.
    student = User.objects.select_for_update().get(pk=upload.user_id)
    before = Submission.objects.filter(student=student, assignment=upload.assignment)
    attempt = (before.aggregate(Max("attempt"))["attempt__max"] or 0) + 1
    # `receive` moves its source. It gets a second name of the file, so that the bytes survive a transaction undone.
    source = path_of(upload)
    second = source.with_name(f"{source.name}.received")
    second.unlink(missing_ok=True)
    os.link(source, second)
    performance = performances.receive(
        player=student,
        piece=str(upload.assignment.piece),
        source=second,
        source_name=upload.name,
        may_train=consents.holds(user=student, purpose=Consent.Purpose.TRAINING),
    )
    upload.submission = Submission.objects.create(
        assignment=upload.assignment,
        student=student,
        performance=performance,
        attempt=attempt,
        **lots.draw(upload.assignment),
    )
    upload.save(update_fields=("submission",))
    transaction.on_commit(lambda: source.unlink(missing_ok=True))
    return upload.submission


def cancel(*, upload: Upload) -> None:
    """Forget the upload and its bytes; a submission already made of it stays."""
    path = path_of(upload)
    upload.delete()
    path.unlink(missing_ok=True)


def clear_expired() -> int:
    """Uploads left alone too long leave nothing behind; those handed in have done their duty."""
    expired = list(Upload.objects.filter(expires_at__lt=timezone.now())[:50])
    for upload in expired:
        cancel(upload=upload)
    return len(expired)
