"""A teacher plays a recording to the class, as long as its player agrees."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent, User
from accounts.services import consents
from core import history
from grading.models import Performance

from ..models import Submission


class ShowingRefused(ValueError):
    """Why it is not shown, in words for the teacher."""


@transaction.atomic
def show(*, submission: Submission, by: User) -> Submission:
    """From now on the classmates of its course hear it. Showing it twice is showing it once."""
    submission = _locked(submission)
    if reason := objection(submission):
        raise ShowingRefused(reason)
    if submission.shown_at is None:
        submission.shown_at, submission.shown_by = timezone.now(), by
        submission.save(update_fields=("shown_at", "shown_by"))
        _record("shown", submission, by)
    return submission


@transaction.atomic
def unshow(*, submission: Submission, by: User | None) -> Submission:
    """Nobody else hears it any more, at once."""
    submission = _locked(submission)
    if submission.shown_at is not None:
        submission.shown_at = submission.shown_by = None
        submission.save(update_fields=("shown_at", "shown_by"))
        _record("unshown", submission, by)
    return submission


def objection(submission: Submission) -> str | None:
    """Why it cannot be shown; None where it can."""
    if not hasattr(submission.performance, "result") or submission.withdrawn_at is not None:
        return _("A recording can be shown once its result is released.")
    if not submission.performance.is_playable:
        return _("This recording is not kept as a film any more.")
    if not consents.holds(user=submission.student, purpose=Consent.Purpose.SHOWING):
        return _("%(who)s has not agreed to be shown to the class.") % {"who": submission.student}
    return None


def on_consent(student: User, granted: bool) -> None:
    """A withdrawal hides what was shown. Granting again shows nothing by itself: a teacher has to."""
    if granted:
        return
    for submission in Submission.objects.of(student).filter(shown_at__isnull=False):
        unshow(submission=submission, by=None)


def _locked(submission: Submission) -> Submission:
    Performance.objects.select_for_update().get(pk=submission.performance_id)
    return Submission.objects.select_related("performance__result", "assignment", "student").get(pk=submission.pk)


def _record(kind: str, submission: Submission, by: User | None) -> None:
    course = submission.assignment.course_id
    history.record(kind=kind, actor=by, performance=submission.performance, course=course)
