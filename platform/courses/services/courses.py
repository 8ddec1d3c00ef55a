"""A course and its settings."""

from typing import Any

from django.db import transaction

from accounts.models import User
from core import history

from ..models import Course
from . import changes


@transaction.atomic
def keep(*, course: Course | None, by: User, **fields: Any) -> Course:
    """Make a course, or change one; what changed of it goes into the history."""
    if course is None:
        made = Course.objects.create(**fields)
        history.record(kind="course_added", actor=by, course=made.pk, after={"name": made.name})
        return made
    row = Course.objects.select_for_update().get(pk=course.pk)
    before, after = changes.apply(row, fields)
    if after:
        row.save(update_fields=tuple(after))
        history.record(kind="course_changed", actor=by, course=row.pk, before=before, after=after)
    return row
