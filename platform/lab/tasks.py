"""Ids in, one service call, nothing else. Every task may run twice."""

from grading.queues import house_task

from . import letters


@house_task
def tell_of_the_week() -> None:
    letters.send_week()
