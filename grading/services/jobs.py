"""Queue, claim, keep and end a piece of work.

The row is the truth. A worker claims it by a conditional update whose row count decides, keeps its lease alive from a
thread, and may only write while its token still stands in the row. What a killed worker leaves behind runs out of
lease and is given back by the sweeper.
"""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError

from grading.models import Bundle, Job, Performance, PublishFailure, Spoken, Study, TrainingRun
from grading.signals import recording_refused

logger = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
RINGS = 20  # of the doorbell, for many jobs that are queued at once


class LeaseLost(Exception):
    """Another worker holds the job now; what this one was about to write must not be written."""


def lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def queue(
    *,
    kind: Job.Kind,
    performance: Performance | None = None,
    training_run: TrainingRun | None = None,
    study: Study | None = None,
    spoken: Spoken | None = None,
    bundle: Bundle | None = None,
) -> Job:
    """The open job of this kind about this one thing, made if there is none; the doorbell rings after the commit."""
    job, created = Job.objects.get_or_create(
        kind=kind,
        performance=performance,
        training_run=training_run,
        study=study,
        spoken=spoken,
        bundle=bundle,
        state__in=Job.OPEN,
        defaults={"state": "queued"},
    )
    if created:
        transaction.on_commit(partial(publish, job))
    return job


def queue_all(*, kind: Job.Kind, performances: Sequence[Performance]) -> None:
    """The same about thousands at once, in one statement. The doorbell rings for the first few; the sweeper rings for
    the others as soon as the broker has nothing left to do.
    """
    Job.objects.bulk_create([Job(kind=kind, performance=one) for one in performances], ignore_conflicts=True)
    transaction.on_commit(partial(_ring, kind, [one.pk for one in performances[:RINGS]]))


def _ring(kind: Job.Kind, performances: Sequence[uuid.UUID]) -> None:
    for job in Job.objects.filter(kind=kind, performance__in=performances, state=Job.State.QUEUED):
        publish(job)


def publish(job: Job) -> bool:
    """Ring the doorbell. A broker that is down loses nothing: the sweeper rings again, and the doctor is told."""
    from grading import tasks

    task = getattr(tasks, Job.Kind(job.kind))
    Job.objects.filter(pk=job.pk).update(published_at=timezone.now())
    try:
        task.delay(job.pk)
    except (OperationalError, OSError) as error:
        logger.warning("Could not publish %s: %s", job, error)
        PublishFailure.objects.create(task=task.name, error=str(error)[:500])
        return False
    return True


def claim(job_id: int, *, kind: Job.Kind) -> Job | None:
    """The job, now ours; None where it is done, gone or in another's hands."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, kind=kind, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        token=uuid.uuid4(),
        worker=f"{socket.gethostname()}:{os.getpid()}",
        attempt=F("attempt") + 1,
        lease_until=now + lease(),
        started_at=now,
        error="",
    )
    return (
        Job.objects.select_related(
            "performance", "training_run", "study__performance", "study__other", "spoken__performance", "bundle"
        ).get(pk=job_id)
        if taken
        else None
    )


def report(job: Job, stage: str, fraction: float) -> None:
    """Say how far the work is, which is also a heartbeat."""
    held = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING).update(
        stage=stage, fraction=min(max(fraction, 0.0), 1.0), lease_until=timezone.now() + lease()
    )
    if not held:
        raise LeaseLost(f"{job} was taken over by another worker.")


@contextmanager
def attempt(job: Job) -> Iterator[None]:
    """Run one attempt at the job: its lease is kept alive, and an error gives the job back with the reason."""
    with _heartbeat(job):
        try:
            yield
        except LeaseLost as lost:
            logger.info("%s", lost)
        except Exception as error:
            logger.exception("Attempt %s at %s failed", job.attempt, job)
            with transaction.atomic():
                row = (
                    Job.objects.select_for_update().filter(pk=job.pk, token=job.token, state=Job.State.RUNNING).first()
                )
                if row is not None:
                    give_back(row, f"{type(error).__name__}: {error}"[:2000])


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Keep the lease alive from a thread, however long one step of the work takes."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(settings.JOB_LEASE_SECONDS / 3):
                Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING).update(
                    lease_until=timezone.now() + lease()
                )
        except DatabaseError:
            logger.exception("The heartbeat of %s stopped; its lease will run out.", job)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"beat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def finish(job: Job, *, trouble: str = "") -> None:
    """End the job inside the caller's transaction, or undo that transaction: the fence of every result.

    `trouble` is what went wrong on the way without stopping it, for the doctor.
    """
    _end(job, Job.State.DONE, trouble)


def fail(job: Job, error: str) -> None:
    """End the job for good: trying again would not help."""
    _end(job, Job.State.FAILED, error)


def _end(job: Job, state: Job.State, error: str) -> None:
    ended = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING).update(
        state=state, error=error, ended_at=timezone.now(), fraction=1.0, lease_until=None
    )
    if not ended:
        raise LeaseLost(f"{job} was taken over by another worker.")


def give_back(job: Job, error: str) -> None:
    """Queue the job again, or fail it when its attempts are used up. The caller holds the row's lock."""
    job.error, job.token, job.lease_until = error, None, None
    if job.attempt < settings.JOB_ATTEMPTS:
        job.state = Job.State.QUEUED
        transaction.on_commit(partial(publish, job))
    else:
        job.state, job.ended_at = Job.State.FAILED, timezone.now()
        if job.kind == Job.Kind.PREPARE:
            Performance.objects.filter(jobs=job).update(
                state=Performance.State.FAILED,
                trouble=gettext_noop(
                    "We could not process this recording. Your file is safe; the school has been told."
                ),
            )
            transaction.on_commit(
                lambda: recording_refused.send(sender=Performance, performance=Performance.objects.get(jobs=job))
            )
        elif job.kind == Job.Kind.GRADE:
            Performance.objects.filter(jobs=job).update(
                trouble=gettext_noop("The model could not grade this recording, so a teacher grades it alone.")
            )
        elif job.kind == Job.Kind.SPOKEN:
            Spoken.objects.filter(jobs=job).update(
                state=Spoken.State.REFUSED,
                trouble=gettext_noop("This remark could not be made playable. Please record it again."),
            )
        elif job.kind == Job.Kind.BUNDLE:
            broke = {"code": "broke", "told": {}, "place": {}}
            Bundle.objects.filter(jobs=job).update(state=Bundle.State.REFUSED, numbers={"wrong": broke})
    job.save(update_fields=("state", "error", "token", "lease_until", "ended_at"))
