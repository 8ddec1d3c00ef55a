"""The student's word that a recording counts, although something was found that may spoil it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from grading.models import Performance

from ..models import Submission


class KeepingRefused(ValueError):
    """Why it cannot be said, in words for the student."""


@transaction.atomic
def keep(*, submission: Submission, by: User) -> Submission:
    """From now on it counts, once: said again, or after its time is over, nothing changes."""
    performance = Performance.objects.select_for_update().get(pk=submission.performance_id)
    submission = Submission.objects.select_related("performance", "assignment").get(pk=submission.pk)
    if submission.student_id != by.pk:
        raise KeepingRefused(_("Only the student can say that a recording counts."))
    if submission.withdrawn_at is not None:
        raise KeepingRefused(_("You took this recording back, so it counts for nothing."))
    if performance.held_until is None or performance.held_until <= timezone.now():
        return submission
    performance.held_until = None
    performance.save(update_fields=("held_until",))
    history.record(
        kind="kept",
        actor=by,
        performance=performance,
        course=submission.assignment.course_id,
        after={"attempt": submission.attempt, "found": [finding["check"] for finding in performance.findings]},
    )
    submission.performance = performance
    return submission
