import pytest
import redis
from django.conf import settings

from grading import tasks
from grading.queues import QUEUES


@pytest.fixture
def published(monkeypatch) -> list[tuple[str, int]]:
    """The doorbells that were rung, in order, instead of ringing them; the broker's queues begin empty."""
    rung: list[tuple[str, int]] = []
    for task in (tasks.prepare, tasks.grade, tasks.train):
        monkeypatch.setattr(task, "delay", lambda pk, name=task.name: rung.append((name, pk)))
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete(*set(QUEUES.values()))
    return rung
