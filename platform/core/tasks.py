"""Ids in, one service call, nothing else. Every task may run twice."""

from grading.queues import house_task
from grading.services import reduction

from .models import School


@house_task
def keep_less() -> None:
    days = School.current().keep_days
    if days is not None:
        reduction.reduce_due(days)
