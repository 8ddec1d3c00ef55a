"""Keep less of a recording: the frame, the pictures of the sound, the features and what was said; no film, no sound."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from grading import engine
from grading.models import Job, Performance

from . import jobs, storage

AT_ONCE = 20

# Which of these are still needed whole: the apps above tell in `AppConfig.ready`.
Keeper = Callable[[QuerySet[Performance]], QuerySet[Performance]]
_keepers: list[Keeper] = []


def add_keeper(keeper: Keeper) -> None:
    _keepers.append(keeper)


def due(days: int) -> QuerySet[Performance]:
    """Recordings whose result was released more than `days` days ago and that nobody still needs whole.

    An imported collection is no student's of this house, and is kept as it came.
    """
    old = Performance.objects.filter(
        collection="",
        reduced_at__isnull=True,
        state__in=(Performance.State.PREPARED, Performance.State.GRADED),
        result__released_at__lt=timezone.now() - timedelta(days=days),
    )
    for keeper in _keepers:
        old = old.exclude(pk__in=keeper(old).values("pk"))
    return old


def reduce_due(days: int) -> int:
    """Queue the reduction of what is due, a few at a time; how many."""
    performances = list(due(days)[:AT_ONCE])
    for performance in performances:
        jobs.queue(kind=Job.Kind.REDUCE, performance=performance)
    return len(performances)


def reduce(job_id: int) -> None:
    """Make the small film of the frame, then let the rest go."""
    job = jobs.claim(job_id, kind=Job.Kind.REDUCE)
    if job is None:
        return
    performance = job.performance
    assert performance is not None
    with jobs.attempt(job):
        if performance.is_playable:
            engine.crop_film(performance.recording, performance.folder / storage.CROP_FILM)
        with transaction.atomic():
            jobs.finish(job)
            source = performance.source_path if performance.source else None
            performance.studies.all().delete()
            Performance.objects.filter(pk=performance.pk).update(reduced_at=timezone.now(), source="")
            transaction.on_commit(lambda: _let_go(performance, source))


def _let_go(performance: Performance, source: Path | None) -> None:
    if source is not None:
        source.unlink(missing_ok=True)
    for path in list(performance.folder.glob("*")):
        if not storage.is_kept(path):
            storage.remove(path)
