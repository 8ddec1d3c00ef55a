"""What submissions show on the start page and on the page of a course."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from courses.models import Assignment, Course, Enrolment
from grading.models import Performance

from .models import Submission
from .standing import standing

NEXT, LATEST = 5, 6  # rows


def student_home(user: User) -> Mapping[str, Any] | None:
    """What to play next, what went wrong, and the latest results."""
    learns = Course.objects.filter(enrolments__user=user, enrolments__role=Enrolment.Role.STUDENT)
    if not learns.exists():
        return None
    own = Submission.objects.of(user)
    alive = Exists(own.alive().filter(assignment=OuterRef("pk")))
    again = Exists(own.asked_again().filter(assignment=OuterRef("pk")))
    open_assignments = (
        Assignment.objects.annotate(again=again)
        .filter(Q(again=True) | ~alive, course__in=learns)
        .select_related("piece", "course")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
    return {
        "next": list(open_assignments[:NEXT]),
        "latest": [standing(row, user) for row in own.for_list()[:LATEST]],
        "now": timezone.now(),
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
