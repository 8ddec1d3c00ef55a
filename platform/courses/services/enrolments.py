"""Who is in a course, and as what."""

from django.db import transaction

from accounts.models import User

from ..models import Course, Enrolment


@transaction.atomic
def enrol(*, course: Course, user: User, role: str) -> Enrolment:
    """Put a person into a course, or change what they are there."""
    enrolment, _ = Enrolment.objects.update_or_create(course=course, user=user, defaults={"role": role})
    return enrolment
