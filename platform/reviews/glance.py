"""What waits for a teacher, on the start page."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractUser

from . import queries
from .access import reviews

SHOWN = 4


def glance(user: AbstractUser) -> Mapping[str, Any] | None:
    if not reviews(user):
        return None
    counts = queries.counts(user)
    return {
        "total": sum(counts.values()),
        "appeals": counts.get(queries.Why.APPEAL, 0),
        "uncertain": counts.get(queries.Why.UNCERTAIN, 0),
        "rows": list(queries.queue(user).for_list()[:SHOWN]),
    }
