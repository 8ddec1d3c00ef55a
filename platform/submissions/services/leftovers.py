"""What uploads leave behind when nobody comes back: swept by a task of the house. May run twice."""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from ..models import Upload
from .uploads import MayNot, cancel, hand_in
from .writing import LIFE, Busy, writing

logger = logging.getLogger(__name__)

AT_ONCE = 200  # rows of one sweep; the next one takes the rest
# A file may be there a moment before its row is committed, and a second name until its submission is.
PATIENCE = timedelta(hours=1)


def sweep() -> int:
    """How many rows and files went."""
    _hand_in_what_is_whole()
    count = _expired() + _without_a_row()
    if count:
        logger.info("%s left-overs of uploads were removed", count)
    return count


def _hand_in_what_is_whole() -> None:
    """Files that arrived to the last byte when the server was killed, and whose sender did not ask again."""
    rested = timezone.now() + LIFE - PATIENCE
    for upload in Upload.objects.filter(offset=F("size"), submission__isnull=True, expires_at__lt=rested)[:AT_ONCE]:
        try:
            hand_in(upload=upload)
        except MayNot:
            cancel(upload=upload)
        except (OSError, Upload.DoesNotExist) as reason:
            logger.warning("Upload %s was not handed in: %s", upload.pk, reason)


def _expired() -> int:
    """Uploads left alone too long, with their bytes; those handed in have done their duty."""
    count = 0
    for upload in Upload.objects.filter(expires_at__lt=timezone.now()).order_by("expires_at")[:AT_ONCE]:
        with suppress(Busy, Upload.DoesNotExist), writing(upload):
            if upload.expires_at < timezone.now():
                cancel(upload=upload)
                count += 1
    return count


def _without_a_row() -> int:
    """Files of which the database knows nothing: of a server killed at a wrong moment, of a person erased."""
    count = 0
    for path in list(_old_files(Path(settings.UPLOADS_ROOT))):
        if not _is_awaited(path):
            path.unlink(missing_ok=True)
            count += 1
    return count


def _is_awaited(path: Path) -> bool:
    """Whether it holds the bytes of an upload that is still to be handed in; a second name lives for a moment only."""
    try:
        pk = uuid.UUID(path.name)
    except ValueError:
        return False
    return Upload.objects.filter(pk=pk, submission__isnull=True).exists()


def _old_files(folder: Path) -> Iterator[Path]:
    """By the time of their last change, to which a second name given counts as well."""
    oldest = time.time() - PATIENCE.total_seconds()
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_ctime < oldest:
                yield path
