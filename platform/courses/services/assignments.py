"""What is to be played, and how it is marked."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import history

from ..models import Assignment, Course, Enrolment
from . import changes


class AssignmentRefused(ValueError):
    """Why an assignment cannot be kept so, in words for the teacher."""


@transaction.atomic
def keep(*, assignment: Assignment, by: User, **fields: Any) -> Assignment:
    """Set an assignment, or change one; what changed of it goes into the history."""
    if fields.get("second_marking", Assignment.SecondMarking.NONE) != Assignment.SecondMarking.NONE:
        require_two_teachers(assignment.course)
    if assignment.pk is None:
        made = Assignment.objects.create(course=assignment.course, **fields)
        told = {"piece": str(made.piece), "second_marking": made.second_marking}
        history.record(kind="assignment_added", actor=by, course=made.course_id, after=told)
        return made
    row = Assignment.objects.select_for_update(of=("self",)).select_related("piece", "rubric").get(pk=assignment.pk)
    piece = str(row.piece)
    before, after = changes.apply(row, fields)
    if after:
        row.save(update_fields=tuple(after))
        told = {"assignment": row.pk, "of": piece}
        history.record(
            kind="assignment_changed", actor=by, course=row.course_id, before=told | before, after=told | after
        )
    return row


def require_two_teachers(course: Course) -> None:
    if Enrolment.objects.filter(course=course, role__in=Enrolment.TEACHING).count() < 2:
        raise AssignmentRefused(
            _("Second marking needs two teachers in this course, and there is one. Ask an admin to enrol another.")
        )
