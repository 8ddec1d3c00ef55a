"""A request to look again."""

from django.db import IntegrityError, transaction

from accounts.models import User

from ..models import Appeal, Submission

SHORTEST = 10  # characters: a reason, not a sigh


class AppealRefused(ValueError):
    """Why it cannot be asked for, in words for the student."""


def appeal(*, submission: Submission, by: User, reason: str) -> Appeal:
    reason = reason.strip()
    if submission.student_id != by.pk or not hasattr(submission.performance, "result"):
        raise AppealRefused("You can ask for another look once your result is here.")
    if len(reason) < SHORTEST:
        raise AppealRefused("Please say in a sentence what your teacher should look at again.")
    try:
        with transaction.atomic():
            return Appeal.objects.create(submission=submission, reason=reason)
    except IntegrityError:
        raise AppealRefused("You have asked for another look already. It can be done once.") from None
