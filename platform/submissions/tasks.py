"""What the house does for submissions from time to time. Every task may run twice."""

from grading.queues import house_task

from .services import leftovers, withdrawals


@house_task
def sweep_uploads() -> None:
    leftovers.sweep()


@house_task
def erase_withdrawn() -> None:
    withdrawals.erase_old()
