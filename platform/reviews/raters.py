"""Who may rate a recording next, and how much waits for whom: what rounds ask (grading/services/rounds.py)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Consent
from accounts.services import consents
from courses.models import Enrolment
from grading.models import Abstention, Rating, Result
from submissions.models import Submission
from submissions.services import appeals

from .models import Moderation


def may_rate(performances: Collection[UUID], again: bool) -> Mapping[UUID, Collection[int]]:
    """The teachers of its course who have neither rated it nor left it to others.

    Once more (`again`) only what is settled, with the student's consent to a second teacher, and once nobody may
    appeal any more: whoever has heard it could not answer an appeal.
    """
    rows = Submission.objects.alive().playable().filter(performance__in=performances)
    if again:
        rows = rows.filter(pk__in=[row.pk for row in _settled(rows) if _is_past_appeal(row)])
    found = list(rows.values_list("performance", "student", "assignment__course"))
    teachers = _teachers({course for _, _, course in found})
    heard = _heard([performance for performance, _, _ in found])
    return {performance: teachers[course] - heard[performance] - {student} for performance, student, course in found}


def waiting(teachers: Collection[int]) -> Mapping[int, float]:
    """For each of these, a fair part of all that waits in each of their courses."""
    shares = _waiting_per_teacher()
    found: dict[int, float] = defaultdict(float)
    rows = Enrolment.objects.filter(user__in=teachers, role__in=Enrolment.TEACHING)
    for teacher, course in rows.values_list("user", "course"):
        found[teacher] += shares.get(course, 0.0)
    return found


def _settled(rows: Any) -> Any:
    """Released, neither under appeal nor sent back, by a student who agreed to be marked by a second teacher."""
    sent_back = Moderation.objects.filter(submission=OuterRef("pk"), settled_at__isnull=True)
    under_appeal = Q(appeal__isnull=False, appeal__decided_at__isnull=True)
    released = rows.filter(~Exists(sent_back), ~under_appeal, performance__result__isnull=False)
    agreed = consents.of_many(users=released.values("student"), purpose=Consent.Purpose.SECOND)
    return released.filter(student__in=agreed).select_related("performance__result", "assignment__course", "appeal")


def _is_past_appeal(submission: Submission) -> bool:
    if hasattr(submission, "appeal"):
        return True  # it can be asked for once
    closes = appeals.closes_at(submission.performance.result, submission.assignment.course)
    return closes is None or closes < timezone.now()


def _teachers(courses: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = Enrolment.objects.filter(course__in=courses, role__in=Enrolment.TEACHING, user__is_active=True)
    for course, teacher in rows.values_list("course", "user"):
        found[course].add(teacher)
    return found


def _heard(performances: Collection[UUID]) -> dict[UUID, set[int]]:
    found: dict[UUID, set[int]] = defaultdict(set)
    marked = Rating.objects.exclude(purpose=Rating.Purpose.STANDARD)
    for rows in (marked, Abstention.objects.all()):
        these = rows.filter(performance__in=performances).order_by()
        for performance, rater in these.values_list("performance", "rater"):
            found[performance].add(rater)
    return found


def _waiting_per_teacher() -> dict[int, float]:
    """For each course what lacks a result, by its teachers."""
    released = Result.objects.filter(performance=OuterRef("performance"))
    rows = Submission.objects.alive().playable().filter(~Exists(released)).order_by()
    counts = rows.values_list("assignment__course").annotate(count=Count("pk"))
    teachers = _teachers([course for course, _ in counts])
    return {course: count / max(1, len(teachers[course])) for course, count in counts}
