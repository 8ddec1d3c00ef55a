"""What the doctor says of the model."""

from collections.abc import Iterator

from core.doctor import Finding
from grading.models import Alarm


def alarms() -> Iterator[Finding]:
    """Each that is open, and nothing where all is quiet."""
    for alarm in Alarm.objects.filter(closed_at__isnull=True).order_by("raised_at"):
        yield Finding("alarm", f"{alarm} since {alarm.raised_at:%Y-%m-%d}; see /lab/watch/", well=False)
