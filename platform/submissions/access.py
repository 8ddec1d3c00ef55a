"""Permission is in the fetch: the object, or 404 to whoever may not know of it."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from courses.access import studies
from courses.models import Assignment, Course
from grading.models import Performance

from .models import Submission, Upload

GRADES = ("autograde", "result__rating__autograde")


def get_submission_for(user: User, pk: uuid.UUID) -> Submission:
    """The student's own, or one of a course that the person teaches; with everything its page shows."""
    submissions = Submission.objects.visible_to(user).select_related(
        "student",
        "assignment__piece",
        "assignment__course",
        "assignment__rubric",
        "performance__result__rating__rater",
        "performance__result__rating__autograde__model",
        "performance__autograde__model",
        "appeal__decided_by",
    )
    # What is long and not shown (provisional.py asks for what is).
    long = [f"performance__{grade}__model__{text}" for grade in GRADES for text in ("report", "card")]
    return get_object_or_404(submissions.defer(*long), pk=pk)


def get_own_submission(user: User, pk: uuid.UUID) -> Submission:
    return get_object_or_404(
        Submission.objects.of(user).select_related("performance__result", "assignment__course", "appeal"), pk=pk
    )


def get_upload_for(user: User, pk: uuid.UUID) -> Upload:
    return get_object_or_404(Upload.objects.filter(user=user), pk=pk)


def get_assignment_to_play(user: User, pk: int) -> Assignment:
    """An assignment of a course in which the person is a student: only they hand in."""
    assignments = Assignment.objects.select_related("course", "piece").filter(course__in=Course.objects.of(user))
    assignment = get_object_or_404(assignments, pk=pk)
    if not studies(user, assignment.course):
        raise Http404
    return assignment


def may_see_performance(user: AbstractUser, performance: Performance) -> bool:
    """What core asks before it serves a picture or a sound."""
    assert isinstance(user, User)
    handed_in = Submission.objects.filter(performance=performance)
    # What nobody has handed in, as the house's own recordings, is an admin's business.
    return handed_in.visible_to(user).exists() or (user.is_admin and not handed_in.exists())
