"""A spoken remark's way in: kept as it came, made playable by the media worker, forgotten when nobody used it."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grading import engine
from grading.models import Job, Performance, Spoken
from grading.people import User

from . import jobs

MAX_BYTES = 5 * 1024**2
BUFFER = 64 * 1024  # bytes read and written at once
WAITING_PER_PERSON = 10
KEPT_UNUSED = timedelta(days=30)


class SpokenRefused(ValueError):
    """Why a spoken remark is not taken, in words for whoever spoke."""


class TooLarge(SpokenRefused):
    def __init__(self) -> None:
        super().__init__(_("This remark is too large. Two minutes fit; please say it in two parts."))


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def receive(*, performance: Performance, author: User, data: Readable) -> Spoken:
    """Write what `data` gives to the disk, at most MAX_BYTES of it, and queue its way to a playable file."""
    waiting = Spoken.objects.filter(author=author, state=Spoken.State.ARRIVED)
    if waiting.count() >= WAITING_PER_PERSON:
        raise SpokenRefused(_("Several remarks of yours are still being made playable. Please wait a moment."))
    spoken = Spoken(performance=performance, author=author)
    try:
        _write(data, spoken.source_path)
        with transaction.atomic():
            spoken.save(force_insert=True)
            jobs.queue(kind=Job.Kind.SPOKEN, spoken=spoken)
    except BaseException:
        spoken.source_path.unlink(missing_ok=True)
        raise
    return spoken


def _write(data: Readable, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with path.open("wb") as file:
        while block := data.read(BUFFER):
            size += len(block)
            if size > MAX_BYTES:
                raise TooLarge
            file.write(block)
    if not size:
        raise SpokenRefused(_("Nothing was recorded. Please look at the microphone and speak again."))


def make_playable(job_id: int) -> None:
    job = jobs.claim(job_id, kind=Job.Kind.SPOKEN)
    if job is None:
        return
    spoken = job.spoken
    assert spoken is not None
    with jobs.attempt(job):
        try:
            seconds = engine.voice(spoken.source_path, spoken.path)
        except engine.Refused as refusal:
            with transaction.atomic():
                jobs.fail(job, str(refusal))
                Spoken.objects.filter(pk=spoken.pk).update(state=Spoken.State.REFUSED, trouble=str(refusal))
        else:
            with transaction.atomic():
                jobs.finish(job)
                Spoken.objects.filter(pk=spoken.pk).update(state=Spoken.State.READY, seconds=seconds)
        spoken.source_path.unlink(missing_ok=True)


# Who else holds on to a spoken remark than the remarks of a rating: the apps above tell in `AppConfig.ready`.
Keeper = Callable[[list[Spoken]], Iterable[UUID]]
_keepers: list[Keeper] = []


def add_keeper(keeper: Keeper) -> None:
    """`keeper` gives the ids, among these, that are still in use."""
    _keepers.append(keeper)


def forget_unused() -> int:
    """Remove what was spoken long ago and never used; how many."""
    old = list(
        Spoken.objects.filter(created_at__lt=timezone.now() - KEPT_UNUSED, remarks__isnull=True).select_related(
            "performance"
        )
    )
    kept = {pk for keeper in _keepers for pk in keeper(old)} if old else set()
    unused = [spoken for spoken in old if spoken.pk not in kept]
    for spoken in unused:
        erase(spoken=spoken)
    return len(unused)


def erase(*, spoken: Spoken) -> None:
    paths = (spoken.source_path, spoken.path)
    spoken.delete()
    for path in paths:
        path.unlink(missing_ok=True)


def sources_of(performance: Performance) -> list[Path]:
    """What was spoken about a recording and is not playable yet, on the disk."""
    return [spoken.source_path for spoken in Spoken.objects.filter(performance=performance)]
