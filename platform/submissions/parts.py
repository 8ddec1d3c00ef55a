"""What submissions show on the start page and on the page of a course."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from accounts.services import guardians
from courses.models import Assignment, Course, Enrolment
from grading.models import Performance

from .lines import by_student, line
from .models import Appeal, Submission
from .standing import standing

NEXT, LATEST = 5, 6  # rows


def student_home(user: User) -> Mapping[str, Any] | None:
    """What waits for one's word, what to play next, the latest recordings, and appeals that are not answered yet."""
    learns = Course.objects.filter(enrolments__user=user, enrolments__role=Enrolment.Role.STUDENT)
    if not learns.exists():
        return None
    own, now = Submission.objects.of(user), timezone.now()
    held = own.held().for_list()
    return {
        "held": [standing(row, user) for row in held],
        "next": list(_to_play(own, learns)[:NEXT]),
        "latest": [standing(row, user) for row in own.exclude(pk__in=[row.pk for row in held]).for_list()[:LATEST]],
        "appeals": list(
            Appeal.objects.filter(submission__student=user, decided_at__isnull=True)
            .select_related("submission__assignment__piece")
            .order_by("answer_by")
        ),
        "is_limited": guardians.is_limited(user),
        "now": now,
    }


def _to_play(own: Any, learns: Any) -> Any:
    """Assignments without a recording that is judged, or with one that a teacher asks to have again."""
    alive = Exists(own.alive().filter(assignment=OuterRef("pk")))
    held = Exists(own.held().filter(assignment=OuterRef("pk")))
    again = Exists(own.asked_again().filter(assignment=OuterRef("pk")))
    closed = Q(accepts_late=False, due_at__lt=timezone.now())
    return (
        Assignment.objects.annotate(again=again)
        .filter(Q(again=True) | ~alive & ~held, ~closed, course__in=learns)
        .select_related("piece", "course")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def course_assignments(user: User, *, course: Course, teaches: bool) -> Mapping[str, Any]:
    """A student sees their own attempts at each; a teacher how many have handed in and how many wait."""
    kept = Q(submissions__withdrawn_at__isnull=True)
    assignments = (
        course.assignments.select_related("piece")
        .annotate(
            handed_in=Count("submissions__student", kept, distinct=True),
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
    lines = {pk: line(rows, user) for pk, rows in groupby(own, key=lambda row: row.assignment_id)}
    return {
        "rows": [(assignment, lines.get(assignment.pk)) for assignment in assignments],
        "teaches": teaches,
        "course": course,
        "now": timezone.now(),
    }


def course_students(user: User, *, course: Course, teaches: bool) -> Mapping[str, Any] | None:
    """Each student with the piece they handed in last, and of its attempts the one that counts."""
    if not teaches:
        return None
    handed_in = Submission.objects.kept().unheld().filter(assignment__course=course)
    newest = handed_in.filter(student=OuterRef("student")).order_by("-created_at").values("assignment")[:1]
    attempts = handed_in.filter(assignment=Subquery(newest)).for_list()
    lines = {found.shown.submission.student_id: found for found in by_student(attempts, user)}
    students = course.enrolments.filter(role=Enrolment.Role.STUDENT).select_related("user").order_by("user__name")
    return {"rows": [(enrolment.user, lines.get(enrolment.user_id)) for enrolment in students], "course": course}
