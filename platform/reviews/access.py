"""Permission is in the fetch: whoever may not review a recording cannot tell that it exists."""

import uuid

from django.http import Http404

from accounts.models import User
from courses.models import Course
from submissions.models import Submission


def get_for_review(user: User, pk: uuid.UUID) -> Submission:
    """A recording of a course this person teaches, with everything the desk shows; 404 for everyone else."""
    try:
        return (
            Submission.objects.taught_by(user)
            .select_related(
                "student",
                "assignment__piece",
                "assignment__course",
                "assignment__rubric",
                "performance__result__rating__rater",
                "appeal",
            )
            .get(pk=pk)
        )
    except Submission.DoesNotExist:
        raise Http404 from None


def get_taught_courses(user: User) -> list[Course]:
    """The courses whose recordings this person reviews; 404 for someone who teaches none."""
    courses = list(Course.objects.taught_by(user))
    if not courses and not user.is_admin:
        raise Http404
    return courses
