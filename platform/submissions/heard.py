"""Recordings that are shown to the class: which they are, and who hears them."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Consent, User
from accounts.services import consents
from courses.models import Course, Enrolment
from grading.models import Performance

from .models import Submission


def heard() -> QuerySet[Submission]:
    """Shown, and still to be shown: released, playable, with the player's consent, who still learns in that course."""
    learns = Enrolment.objects.filter(
        course=OuterRef("assignment__course"), user=OuterRef("student"), role=Enrolment.Role.STUDENT
    )
    return Submission.objects.filter(
        Exists(learns),
        consents.held_by("student", Consent.Purpose.SHOWING),
        shown_at__isnull=False,
        withdrawn_at__isnull=True,
        performance__result__isnull=False,
        performance__state__in=(Performance.State.PREPARED, Performance.State.GRADED),
        performance__reduced_at__isnull=True,
    )


def heard_by(user: User) -> QuerySet[Submission]:
    """In the courses this person is in now."""
    return heard().filter(assignment__course__in=Course.objects.of(user))


def may_hear(user: AbstractUser, performance: Performance) -> bool:
    """What core asks before it plays a recording to somebody who may not see it otherwise."""
    assert isinstance(user, User)
    return heard_by(user).filter(performance=performance).exists()


def course_heard(user: User, *, course: Course, teaches: bool) -> Mapping[str, Any] | None:
    rows = heard().filter(assignment__course=course).select_related("student", "assignment__piece", "performance")
    shown = list(rows.order_by("-shown_at"))
    return {"rows": shown} if shown else None
