"""Who is in a course, and as what."""

from django.db import transaction

from accounts.models import User
from core import history

from ..models import Course, Enrolment


@transaction.atomic
def enrol(*, course: Course, user: User, role: str, by: User) -> Enrolment:
    """Put a person into a course, or change what they are there."""
    before = Enrolment.objects.filter(course=course, user=user).values_list("role", flat=True).first()
    enrolment, _ = Enrolment.objects.update_or_create(course=course, user=user, defaults={"role": role})
    if before != role:
        was = {"role": before} if before else None
        history.record(kind="enrolled", actor=by, course=course.pk, before=was, after={"role": role})
    return enrolment
