"""What reviewing shows on the pages of the apps below."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from courses.models import Course


def course_head(user: User, *, course: Course, teaches: bool) -> Mapping[str, Any] | None:
    """The way to the released results and the history, for a head of the course."""
    if not teaches or not Course.objects.headed_by(user).filter(pk=course.pk).exists():
        return None
    return {"course": course}
