"""What reviewing shows on the pages of the apps below."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from courses.access import teaches
from courses.models import Course

from . import queries
from .ranking import Why
from .rows import Row

FIRST = 5  # rows


def teacher_home(user: User) -> Mapping[str, Any] | None:
    """What she has begun, how many wait beside it, and the first of them."""
    if not teaches(user):
        return None
    waiting = queries.queue(user)
    free = waiting.free(user)
    counts = queries.counts(free)
    return {
        "count": sum(counts.values()),
        "appeals": counts.get(Why.APPEAL, 0),
        "asked": counts.get(Why.ASKED, 0) + counts.get(Why.AUDIT, 0),
        "begun": [Row(row, user) for row in waiting.begun_by(user).in_order().for_rows()[:FIRST]],
        "first": [Row(row, user) for row in free.in_order().for_rows()[:FIRST]],
    }


def course_head(user: User, *, course: Course, teaches: bool) -> Mapping[str, Any] | None:
    """The way to the released results and the history, for a head of the course."""
    if not teaches or not Course.objects.headed_by(user).filter(pk=course.pk).exists():
        return None
    return {"course": course}
