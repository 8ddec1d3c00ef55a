"""What submissions show on the start page and on the page of a course."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from courses.access import teaches as teaches_in
from courses.models import Assignment, Course, Enrolment
from grading.models import Performance

from .models import Submission
from .standing import standing

NEXT, LATEST, WAITING = 5, 6, 5  # rows


def student_home(user: User) -> Mapping[str, Any] | None:
    """What to play next, what went wrong, and the latest results."""
    learns = Course.objects.filter(enrolments__user=user, enrolments__role=Enrolment.Role.STUDENT)
    if not learns.exists():
        return None
    alive = Submission.objects.of(user).alive().filter(assignment=OuterRef("pk"))
    open_assignments = (
        Assignment.objects.filter(~Exists(alive), course__in=learns)
        .select_related("piece", "course")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
    own = Submission.objects.of(user).for_list()
    return {
        "next": list(open_assignments[:NEXT]),
        "latest": [standing(row, user) for row in own[:LATEST]],
        "now": timezone.now(),
    }


def teacher_home(user: User) -> Mapping[str, Any] | None:
    if not teaches_in(user):
        return None
    waiting = Submission.objects.awaiting(user)
    return {
        "count": waiting.count(),
        "appeals": waiting.filter(appeal__isnull=False, appeal__decided_at__isnull=True).count(),
        "first": [standing(row, user) for row in waiting.for_list().order_by("created_at")[:WAITING]],
    }


def course_assignments(user: User, *, course: Course, teaches: bool) -> Mapping[str, Any]:
    """A student sees their own attempts at each; a teacher how many have handed in and how many wait."""
    assignments = (
        course.assignments.select_related("piece")
        .annotate(
            handed_in=Count("submissions__student", distinct=True),
            waiting=Count(
                "submissions",
                Q(
                    submissions__performance__result__isnull=True,
                    submissions__performance__state__in=(Performance.State.PREPARED, Performance.State.GRADED),
                    submissions__in=Submission.objects.alive(),
                ),
            ),
        )
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
    own = Submission.objects.of(user).filter(assignment__course=course).for_list().order_by("assignment", "-attempt")
    attempts = {
        pk: [standing(row, user) for row in rows] for pk, rows in groupby(own, key=lambda row: row.assignment_id)
    }
    return {
        "rows": [(assignment, attempts.get(assignment.pk, [])) for assignment in assignments],
        "teaches": teaches,
        "course": course,
        "now": timezone.now(),
    }


def course_students(user: User, *, course: Course, teaches: bool) -> Mapping[str, Any] | None:
    """Each student with the latest level."""
    if not teaches:
        return None
    newest: dict[int, Any] = {}
    handed_in = Submission.objects.filter(assignment__course=course).for_list().order_by("student", "-created_at")
    for submission in handed_in.distinct("student"):
        newest[submission.student_id] = standing(submission, user)
    students = course.enrolments.filter(role=Enrolment.Role.STUDENT).select_related("user").order_by("user__name")
    return {"rows": [(enrolment.user, newest.get(enrolment.user_id)) for enrolment in students], "course": course}
