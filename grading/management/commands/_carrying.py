"""What both commands do once their bundle is queued."""

import time

from django.core.management.base import CommandError
from django.utils.translation import override

from grading.exchange import words
from grading.models import Bundle, Job
from grading.services import bundles

POLL_SECONDS = 0.5


def carried(bundle: Bundle) -> Bundle:
    """Carried here, or by the worker that was quicker. Raises CommandError with the reason where it is refused."""
    bundles.carry(Job.objects.get(bundle=bundle).pk)
    bundle.refresh_from_db()
    while bundle.state == Bundle.State.WAITING:
        time.sleep(POLL_SECONDS)
        bundle.refresh_from_db()
    if bundle.state == Bundle.State.REFUSED:
        with override("en"):
            raise CommandError(words.sentence(bundle.numbers["wrong"]))
    return bundle
