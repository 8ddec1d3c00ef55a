"""A student takes a recording back before anybody has marked it.

From then on nobody but the student sees it; it counts for nothing and is erased by itself after `KEPT`, or at once
where the student asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from grading.models import Performance, Rating
from grading.services import performances

from ..models import Submission

KEPT = timedelta(days=30)


class WithdrawalRefused(ValueError):
    """Why it cannot be taken back, in words for the student."""


@dataclass(frozen=True)
class Desk:
    """What the app above knows of a teacher's work, because imports point down."""

    holds: Callable[[Submission], bool]  # whether a teacher is at it now
    forget: Callable[[Submission], None]  # what was begun about it and is not finished


_desks: list[Desk] = []


def add_desk(desk: Desk) -> None:
    _desks.append(desk)


@transaction.atomic
def withdraw(*, submission: Submission, by: User) -> Submission:
    """Take it back, once; asking again changes nothing. A teacher's release waits for us at the lock, or we for it."""
    submission = _locked(submission)
    if submission.student_id != by.pk:
        raise WithdrawalRefused(_("Only the student can take a recording back."))
    if submission.withdrawn_at is not None:
        return submission
    reason = objection(submission)
    if reason is not None:
        raise WithdrawalRefused(reason)
    submission.withdrawn_at = timezone.now()
    submission.save(update_fields=("withdrawn_at",))
    for desk in _desks:
        desk.forget(submission)
    history.record(
        kind="withdrawn",
        actor=by,
        performance=submission.performance,
        course=submission.assignment.course_id,
        after={"attempt": submission.attempt},
    )
    return submission


def objection(submission: Submission) -> str | None:
    """Why it cannot be taken back any more; None where it can."""
    if hasattr(submission.performance, "result"):
        return _("Your result is here already, so this recording stays.")
    ratings = Rating.objects.filter(performance=submission.performance_id).exclude(purpose=Rating.Purpose.STANDARD)
    if ratings.exists():
        return _("A teacher has marked this recording already, so it stays.")
    if any(desk.holds(submission) for desk in _desks):
        return _("A teacher is listening to this recording now, so it stays.")
    return None


@transaction.atomic
def erase(*, submission: Submission, by: User) -> None:
    """Everything of a recording that was taken back, before its time is up."""
    submission = _locked(submission)
    if submission.student_id != by.pk or submission.withdrawn_at is None:
        raise WithdrawalRefused(_("Take the recording back first; then it can be erased."))
    performances.erase(performance=submission.performance)


def erase_old() -> int:
    """What was taken back longer ago than `KEPT`; returns how many."""
    old = Submission.objects.filter(withdrawn_at__lt=timezone.now() - KEPT).select_related("performance")[:50]
    for submission in old:
        performances.erase(performance=submission.performance)
    return len(old)


def gone_at(submission: Submission) -> datetime | None:
    return submission.withdrawn_at and submission.withdrawn_at + KEPT


def _locked(submission: Submission) -> Submission:
    """As it is now; a teacher who releases it waits until we have finished."""
    Performance.objects.select_for_update().get(pk=submission.performance_id)
    return Submission.objects.select_related("performance__result", "assignment").get(pk=submission.pk)
