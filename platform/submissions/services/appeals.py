"""A request to look again, once, within the time that the course gives; its own clock begins with it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from courses.models import Course
from grading.models import Performance, Result

from ..models import Appeal, Submission

SHORTEST = 10  # characters: a reason, not a sigh


class AppealRefused(ValueError):
    """Why it cannot be asked for, in words for the student."""


@transaction.atomic
def appeal(*, submission: Submission, by: User, reason: str) -> Appeal:
    """Whoever releases the recording again meanwhile waits: it is the level of this moment that the appeal is about."""
    reason = reason.strip()
    performance = Performance.objects.select_for_update().get(pk=submission.performance_id)
    result = Result.objects.filter(performance=performance).first()
    if submission.student_id != by.pk or result is None:
        raise AppealRefused(_("You can ask for another look once your result is here."))
    before = Appeal.objects.filter(submission=submission).first()
    if before is not None and before.reason == reason:
        return before  # the second of two clicks
    if before is not None:
        raise AppealRefused(_("You have asked for another look already. It can be done once."))
    course = submission.assignment.course
    if why := _too_late(performance, result, course):
        raise AppealRefused(why)
    if len(reason) < SHORTEST:
        raise AppealRefused(_("Please say in a sentence what should be looked at again."))
    due = answer_by(course, asked_at=timezone.now())
    made = Appeal.objects.create(submission=submission, reason=reason, about_id=result.rating_id, answer_by=due)
    told = {"answer_by": due.date().isoformat()}
    history.record(kind="appealed", actor=by, performance=performance, course=course.pk, after=told)
    return made


def closes_at(result: Result, course: Course) -> datetime | None:
    """Until when a student may ask; None where the course takes no appeals."""
    return _days_on(result.released_at, course.appeal_days) if course.appeal_days else None


def answer_by(course: Course, *, asked_at: datetime) -> datetime:
    return _days_on(asked_at, course.answer_days)


def _days_on(moment: datetime, days: int) -> datetime:
    """The end of that day where the school is: what is said with a date holds for the whole of it."""
    local = timezone.localtime(moment) + timedelta(days=days)
    return local.replace(hour=23, minute=59, second=59, microsecond=0)


def _too_late(performance: Performance, result: Result, course: Course) -> str:
    closes = closes_at(result, course)
    if closes is None:
        return _("This course takes no requests to look again. Speak with your teacher.")
    if closes < timezone.now():
        return _("You could ask for another look until %(day)s.") % {"day": date_format(closes, "DATE_FORMAT")}
    if performance.reduced_at is not None:
        return _("The recording itself is kept no more, so nobody can listen to it again.")
    return ""
