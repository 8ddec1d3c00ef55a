"""Playing it again: how often and until when one may hand in, which attempt counts, what can still be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.services import guardians
from courses.models import Assignment
from grading.models import Performance

from .models import Submission
from .services import withdrawals

Counting = Assignment.Counting
# With one attempt there is nothing to choose between.
WHICH = {
    Counting.LAST: gettext_lazy("The last attempt that has a result counts."),
    Counting.BEST: gettext_lazy("The best attempt that has a result counts; of two alike the later one."),
    Counting.FIRST: gettext_lazy("The first attempt that has a result counts."),
}


@dataclass(frozen=True)
class Allowance:
    """How one student stands with an assignment at a moment."""

    assignment: Assignment
    used: int
    at: datetime
    # Why this student hands nothing in anywhere, whatever the assignment allows; None for almost everybody.
    objection: str | None = None

    @property
    def left(self) -> int | None:
        """None: as often as one likes. Where the teacher has lowered the number meanwhile, nothing is left."""
        return None if self.assignment.attempts is None else max(self.assignment.attempts - self.used, 0)

    @property
    def is_late(self) -> bool:
        due = self.assignment.due_at
        return due is not None and self.at > due

    @cached_property
    def refusal(self) -> str | None:
        """Why nothing more is taken, in a sentence for the student; None where it is."""
        if self.objection:
            return self.objection
        if self.left == 0:
            return ngettext(
                "You have handed in as often as this piece allows, which is once.",
                "You have handed in as often as this piece allows, which is %(number)s times.",
                self.assignment.attempts or 0,
            ) % {"number": self.assignment.attempts}
        if self.is_late and not self.assignment.accepts_late:
            due = timezone.localtime(self.assignment.due_at)
            return _("This piece was due on %(when)s, and nothing is taken after that.") % {
                "when": date_format(due, "DATETIME_FORMAT")
            }
        return None

    @property
    def sentences(self) -> list[str]:
        """'2 of 3 attempts used.' 'The best attempt counts …' 'Later ones are taken too …'"""
        return [said for said in (self._attempts_said(), counting_said(self.assignment), self._late_said()) if said]

    def _attempts_said(self) -> str:
        limit = self.assignment.attempts
        if limit is None:
            return _("You may hand in as often as you like.")
        return ngettext("%(used)s of %(number)s attempt used.", "%(used)s of %(number)s attempts used.", limit) % {
            "used": self.used,
            "number": limit,
        }

    def _late_said(self) -> str:
        if self.refusal is not None:
            return ""
        if self.is_late:
            return _("You can still hand in; it is marked as late.")
        return late_said(self.assignment)


def allowance(student: User, assignment: Assignment, *, at: datetime | None = None) -> Allowance:
    used = Submission.objects.of(student).filter(assignment=assignment).used().count()
    return Allowance(assignment, used, at or timezone.now(), guardians.objection(student))


def may_hand_in(student: User, assignment: Assignment, *, at: datetime | None = None) -> str | None:
    """None where the student may, else why not. `at`: when the hand-in was begun, so that a slow line costs nothing."""
    return allowance(student, assignment, at=at).refusal


def counting(attempts: Iterable[Submission]) -> Submission | None:
    """Of one student's attempts at one assignment the one that counts, by its rule; None before the first result."""
    released = sorted((row for row in attempts if _has_result(row)), key=lambda row: row.attempt)
    if not released:
        return None
    rule = released[0].assignment.counting
    if rule == Counting.FIRST:
        return released[0]
    if rule == Counting.BEST:
        return max(released, key=lambda row: (row.performance.result.level, row.attempt))
    return released[-1]


def rules(assignment: Assignment) -> list[str]:
    """The same for its teachers, who hand nothing in."""
    limit = assignment.attempts
    if limit is None:
        often = _("Each student may hand in as often as they like.")
    else:
        often = ngettext("Each student may hand in once.", "Each student may hand in %(number)s times.", limit) % {
            "number": limit
        }
    return [said for said in (often, counting_said(assignment), late_said(assignment)) if said]


def counting_said(assignment: Assignment) -> str:
    """Which attempt counts; '' where there is only one."""
    return "" if assignment.attempts == 1 else str(WHICH[Counting(assignment.counting)])


def late_said(assignment: Assignment) -> str:
    """What becomes of a recording that comes late; '' without a date."""
    if assignment.due_at is None:
        return ""
    if assignment.accepts_late:
        return _("Later ones are taken too, and marked as late.")
    return _("Nothing is taken after that.")


def withdrawal(submission: Submission, user: User) -> dict[str, Any]:
    """What its page needs to offer taking it back, and to say when it is gone."""
    return {"may_withdraw": may_withdraw(submission, user), "gone_at": withdrawals.gone_at(submission)}


def may_withdraw(submission: Submission, user: User) -> bool:
    return (
        submission.student_id == user.pk
        and submission.withdrawn_at is None
        and submission.performance.state != Performance.State.REFUSED
        and not submission.again
        and withdrawals.objection(submission) is None
    )


def _has_result(submission: Submission) -> bool:
    return hasattr(submission.performance, "result") and submission.withdrawn_at is None and not submission.again
