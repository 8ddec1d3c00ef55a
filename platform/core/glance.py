"""The house at a glance, for an admin's start page."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractUser

from grading.models import Job, Performance, TrainingRun
from grading.services import datasets, house, registry


def glance(user: AbstractUser) -> Mapping[str, Any] | None:
    if not user.is_staff:
        return None
    alive = {worker.queue for worker in house.workers() if worker.alive}
    run = TrainingRun.objects.defer("log", "history").prefetch_related("jobs").first()
    return {
        "labels": datasets.labels(),
        "in_use": registry.champion(),
        "silent": [queue for queue in ("media", "gpu", "training") if queue not in alive],
        "publish_failures": house.publish_failures(),
        "open_jobs": Job.objects.filter(state__in=Job.OPEN, kind__in=Job.AWAITED).count(),
        "failed": Performance.objects.filter(state=Performance.State.FAILED).count(),
        "run": run if run and run.job and run.job.state in Job.OPEN else None,
    }
