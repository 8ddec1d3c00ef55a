"""A teacher's marks become a rating, and the ratings of a recording its result."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from grading.models import Autograde, Performance, Result
from grading.services import ratings
from submissions.models import Appeal, Submission

from ..marks import Marks
from ..models import Draft


class NotReady(ValueError):
    """Something is missing before this can be released; the message says what."""


class AlreadyReleased(Exception):
    """A result was released since this page was opened."""

    def __init__(self, result: Result | None) -> None:
        super().__init__("This recording was released while you were looking at it.")
        self.result = result


@transaction.atomic
def release(
    *,
    submission: Submission,
    teacher: User,
    marks: Marks,
    autograde: Autograde | None,
    seen: int | None,
) -> Result:
    """Record the rating and release it, once.

    `autograde` is the one that stood on the page, `seen` the id of the rating released when the page was opened: a
    second click, or a colleague's release in between, is noticed and changes nothing.
    """
    performance = Performance.objects.select_for_update().get(pk=submission.performance_id)
    standing = Result.objects.filter(performance=performance).select_related("rating__rater").first()
    if (standing.rating_id if standing else None) != seen:
        raise AlreadyReleased(standing)
    if marks.level is None:
        raise NotReady("Choose a level before you release.")
    appeal = Appeal.objects.filter(submission=submission, decided_at__isnull=True).first()
    if appeal is not None and not marks.answer:
        raise NotReady("The student has appealed. Write an answer before you release.")
    rating = ratings.record(
        performance=performance,
        rater=teacher,
        level=marks.level,
        criteria=dict(marks.criteria),
        comment=marks.comment,
        reason=marks.reason,
        remarks=[remark.to_json() for remark in marks.remarks],
        autograde=autograde,
        autograde_visible=autograde is not None,
    )
    result = ratings.release(rating=rating)
    if appeal is not None:
        answer_appeal(appeal=appeal, teacher=teacher, answer=marks.answer)
    Draft.objects.filter(submission=submission, teacher=teacher).delete()
    return result


def answer_appeal(*, appeal: Appeal, teacher: User, answer: str) -> Appeal:
    appeal.answer, appeal.decided_by, appeal.decided_at = answer, teacher, timezone.now()
    appeal.save(update_fields=("answer", "decided_by", "decided_at"))
    return appeal
