"""The only task decorators, one per queue. The soft limit is below the hard limit, below the visibility timeout."""

from collections.abc import Callable
from typing import Any

from celery import shared_task

MINUTE = 60
QUEUES: dict[str, str] = {}


def route(name: str, *_: Any, **__: Any) -> dict[str, str] | None:
    """Celery's router: a task goes to the queue its decorator names."""
    return {"queue": QUEUES[name]} if name in QUEUES else None


def _task(queue: str, soft: int, hard: int) -> Callable[[Callable[..., Any]], Any]:
    def decorate(function: Callable[..., Any]) -> Any:
        QUEUES[f"{function.__module__}.{function.__name__}"] = queue
        return shared_task(
            soft_time_limit=soft, time_limit=hard, acks_late=True, reject_on_worker_lost=True, ignore_result=True
        )(function)

    return decorate


media_task = _task("media", 30 * MINUTE, 31 * MINUTE)
gpu_task = _task("gpu", 60 * MINUTE, 61 * MINUTE)
training_task = _task("training", 12 * 60 * MINUTE, 12 * 60 * MINUTE + 5 * MINUTE)
house_task = _task("house", 4 * MINUTE, 5 * MINUTE)
