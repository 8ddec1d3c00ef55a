"""Permission is in the fetch: the object, or 404 to whoever may not know of it."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from courses.access import studies
from courses.models import Assignment, Course, Enrolment
from grading.models import Performance

from .duets import Pair
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


def get_own_pair(user: User, pk: uuid.UUID, other: str | None) -> Pair:
    """One's own recording, and another of the same piece that can be played too: the one named, else the nearest."""
    rows = (
        Submission.objects.of(user)
        .kept()
        .playable()
        .select_related("assignment__piece", "assignment__course", "performance__result")
    )
    one = get_object_or_404(rows, pk=pk)
    choice = list(rows.filter(assignment__piece=one.assignment.piece_id).exclude(pk=pk).order_by("-created_at"))
    if other is not None:
        named = next((row for row in choice if str(row.pk) == other), None)
        if named is None:
            raise Http404
        return Pair(one, named, choice)
    before = (row for row in choice if row.created_at < one.created_at)
    return Pair(one, next(before, choice[0] if choice else None), choice)


def get_upload_for(user: User, pk: uuid.UUID) -> Upload:
    return get_object_or_404(Upload.objects.filter(user=user), pk=pk)


def get_assignment_to_play(user: User, pk: int) -> Assignment:
    """An assignment of a course in which the person is a student: only they hand in."""
    assignments = Assignment.objects.select_related("course", "piece").filter(course__in=Course.objects.of(user))
    assignment = get_object_or_404(assignments, pk=pk)
    if not studies(user, assignment.course):
        raise Http404
    return assignment


def get_taught_student(user: User, pk: int) -> tuple[User, list[Course]]:
    """A student of courses that this person teaches, and those courses."""
    student = get_object_or_404(User, pk=pk)
    studied = Course.objects.filter(enrolments__user=student, enrolments__role=Enrolment.Role.STUDENT)
    courses = list(Course.objects.taught_by(user).filter(pk__in=studied))
    if not courses:
        raise Http404
    return student, courses


def may_see_performance(user: AbstractUser, performance: Performance) -> bool:
    """What core asks before it serves a picture or a sound."""
    assert isinstance(user, User)
    handed_in = Submission.objects.filter(performance=performance)
    # What nobody has handed in, as the house's own recordings, is an admin's business.
    return handed_in.visible_to(user).exists() or (user.is_admin and not handed_in.exists())
