"""What a killed worker or a silent broker left behind is taken up again. Runs every few seconds; may run twice."""

import logging
from datetime import timedelta

import redis
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from grading.models import Job, PublishFailure

from . import jobs, spoken
from .house import QUEUE_OF

logger = logging.getLogger(__name__)

# A doorbell rung this long ago and still not answered, while the broker's queue is empty, was lost.
DOORBELL_PATIENCE = timedelta(seconds=10)
RINGS_PER_SWEEP = 50
KEEP_FAILURES = timedelta(days=30)


def sweep() -> None:
    reclaim()
    ring_again()
    spoken.forget_unused()
    PublishFailure.objects.filter(at__lt=timezone.now() - KEEP_FAILURES).delete()


@transaction.atomic
def reclaim() -> int:
    """Give back every job whose worker let the lease run out; how many."""
    expired = Job.objects.select_for_update(skip_locked=True).filter(
        state=Job.State.RUNNING, lease_until__lt=timezone.now()
    )
    count = 0
    for job in expired:
        logger.warning("%s: the worker %s stopped answering in attempt %s", job, job.worker, job.attempt)
        jobs.give_back(job, f"The worker {job.worker} stopped answering.")
        count += 1
    return count


def ring_again() -> int:
    """Publish queued jobs of which the broker knows nothing any more; how many."""
    late = Job.objects.filter(state=Job.State.QUEUED).exclude(published_at__gt=timezone.now() - DOORBELL_PATIENCE)
    count = 0
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as broker:
        for kind in late.order_by().values_list("kind", flat=True).distinct():
            if broker.llen(QUEUE_OF[Job.Kind(kind)]):
                continue
            for job in late.filter(kind=kind)[:RINGS_PER_SWEEP]:
                count += jobs.publish(job)
    return count
