"""How busy the house is, the same for all who wait: who stands in the queues, who works, how long a job takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from grading.kept import Kept
from grading.models import Job

from . import house

RECENT = 30  # finished jobs of a kind from which its pace is taken


@dataclass(frozen=True)
class Crowd:
    """Queues by the kind of job: whose turn it is when, and whether anybody works at all."""

    places: Mapping[str, Mapping[int, int]]  # kind: {job: how many of its kind stand before it}
    running: Mapping[str, int]
    workers: Mapping[str, int]  # queue: workers alive
    silent: Mapping[str, datetime | None]

    def queued(self, kind: str) -> int:
        return len(self.places.get(kind, {}))

    def place(self, job: Job) -> int:
        """Behind everybody where the job is newer than this picture."""
        return self.places.get(job.kind, {}).get(job.pk, self.queued(job.kind))

    def helpers(self, kind: str) -> int:
        return self.workers.get(house.QUEUE_OF[Job.Kind(kind)], 0)


def _look() -> Crowd:
    rows = Job.objects.filter(state__in=Job.OPEN).order_by("created_at", "pk").values_list("kind", "pk", "state")
    places: dict[str, dict[int, int]] = {}
    running: dict[str, int] = {}
    for kind, pk, state in rows:
        if state == Job.State.QUEUED:
            mine = places.setdefault(kind, {})
            mine[pk] = len(mine)
        else:
            running[kind] = running.get(kind, 0) + 1
    workers: dict[str, int] = {}
    for worker in house.workers():
        workers[worker.queue] = workers.get(worker.queue, 0) + worker.alive
    silent = {kind.value: house.silent_since(kind) for kind in (Job.Kind.PREPARE, Job.Kind.GRADE)}
    return Crowd(places, running, workers, silent)


def _measure() -> Mapping[str, float]:
    """Seconds that a job of each kind took lately, by the median; kinds without history are not there."""
    pace = {}
    for kind in Job.Kind.values:
        done = Job.objects.filter(kind=kind, state=Job.State.DONE).order_by("-created_at")
        times = done.values_list("started_at", "ended_at")[:RECENT]
        seconds = [(ended - started).total_seconds() for started, ended in times if started and ended]
        if seconds:
            pace[kind] = median(seconds)
    return pace


crowd = Kept(_look, seconds=2)
pace = Kept(_measure, seconds=60)


def forget() -> None:
    crowd.forget()
    pace.forget()
