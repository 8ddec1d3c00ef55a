"""Who works in the house: heartbeats of the workers, and the doorbells that failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from grading.models import Job, PublishFailure, WorkerBeat

QUEUE_OF = {
    Job.Kind.PREPARE: "media",
    Job.Kind.SPOKEN: "media",
    Job.Kind.ALIGN: "media",
    Job.Kind.REDUCE: "media",
    Job.Kind.BUNDLE: "media",
    Job.Kind.GRADE: "gpu",
    Job.Kind.SHADOW: "gpu",
    Job.Kind.EXPLAIN: "gpu",
    Job.Kind.TRAIN: "training",
}
QUEUES = ("media", "gpu", "training", "house")
SILENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Worker:
    name: str
    queue: str
    beat_at: datetime
    alive: bool


def beat(*, name: str, queue: str, machine: Mapping[str, Any] | None = None) -> None:
    """`machine` is what a training worker has found out about where it runs."""
    told = {"machine": dict(machine)} if machine else {}
    WorkerBeat.objects.update_or_create(name=name, defaults={"queue": queue, "beat_at": timezone.now(), **told})


def leave(*, name: str) -> None:
    """A worker that ends properly says so; its last heartbeat stays, aged, so that silence shows at once."""
    WorkerBeat.objects.filter(name=name).update(beat_at=timezone.now() - SILENCE)


def workers() -> list[Worker]:
    now = timezone.now()
    return [
        Worker(row.name, row.queue, row.beat_at, now - row.beat_at < SILENCE)
        for row in WorkerBeat.objects.order_by("queue", "name")
    ]


def silent_since(kind: Job.Kind) -> datetime | None:
    """Since when no worker for this kind of job has been heard of; None while one works."""
    newest = (
        WorkerBeat.objects.filter(queue=QUEUE_OF[kind]).order_by("-beat_at").values_list("beat_at", flat=True).first()
    )
    if newest is None:
        oldest = Job.objects.filter(kind=kind, state=Job.State.QUEUED).order_by("created_at").first()
        return oldest.created_at if oldest else timezone.now()
    return newest if timezone.now() - newest >= SILENCE else None


def training_machine() -> dict[str, Any] | None:
    """What the training worker that was heard of last runs on; None where none is there, or it does not know yet."""
    alive = WorkerBeat.objects.filter(queue=QUEUE_OF[Job.Kind.TRAIN], beat_at__gt=timezone.now() - SILENCE)
    newest = alive.exclude(machine={}).order_by("-beat_at").first()
    return newest.machine if newest else None


def publish_failures(*, since: timedelta = timedelta(days=1)) -> int:
    return PublishFailure.objects.filter(at__gt=timezone.now() - since).count()
