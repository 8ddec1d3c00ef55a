"""A head of course sends a released result back to its teacher. It stays released until she has released again."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grading.models import Result
from submissions.models import Appeal, Submission

from ..models import Moderation
from . import acts
from .marking import SHORTEST_REASON


class NotSentBack(ValueError):
    """Why it stays as it is, in words for the head of course."""


@transaction.atomic
def send_back(*, submission: Submission, head: User, reason: str) -> Moderation:
    reason = reason.strip()
    result = Result.objects.filter(performance=submission.performance_id).select_related("rating").first()
    if result is None:
        raise NotSentBack(_("This recording has no result yet."))
    if Appeal.objects.filter(submission=submission, decided_at__isnull=True).exists():
        raise NotSentBack(_("The student has asked for another look already, and a colleague answers."))
    if result.rating.rater_id == head.pk:
        raise NotSentBack(_("This level is your own: change it on the desk."))
    if len(reason) < SHORTEST_REASON:
        raise NotSentBack(_("Please say in a sentence what should be looked at again."))
    try:
        with transaction.atomic():
            sent = Moderation.objects.create(submission=submission, head=head, reason=reason)
    except IntegrityError:
        raise NotSentBack(_("It was sent back already, and its teacher has not released it again.")) from None
    acts.record("sent_back", submission, actor=head, before={"level": result.level}, note=reason)
    return sent
