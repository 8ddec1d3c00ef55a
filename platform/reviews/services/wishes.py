"""What a student's consent changes on teachers' desks: the second marking, and anchors made of recordings."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Consent, User
from accounts.services import consents
from grading.models import Performance, Rating
from grading.services import ratings, rounds
from submissions.models import Submission
from submissions.services import letters

from .. import standards
from ..models import Anchor, Marking
from . import acts, anchors

Role = Marking.Role


def on_second(student: User, granted: bool) -> None:
    """Withdrawn: where no second marker has begun, one teacher marks, and nobody else checks the model on it. The lot
    is never drawn again."""
    if granted:
        return
    rounds.withdraw(player=student)
    for submission in Submission.objects.of(student).filter(second=True, performance__result__isnull=True):
        _leave_to_one(submission)


def on_showing(student: User, granted: bool) -> None:
    """Withdrawn: anchors made of this student's recordings are asked of nobody any more; they stay in their packs."""
    if granted:
        return
    for anchor in Anchor.objects.filter(performance__player=student, retired=False):
        anchors.retire(anchor=anchor, head=None)


def needs_pack_first(teacher: User, submission: Submission) -> bool:
    """Whether the course would ask a second teacher beside this one, and the student wishes none."""
    if submission.second or consents.holds(user=submission.student, purpose=Consent.Purpose.SECOND):
        return False
    return not standards.is_fresh(teacher=teacher, course=submission.assignment.course)


@transaction.atomic
def _leave_to_one(submission: Submission) -> None:
    Performance.objects.select_for_update().get(pk=submission.performance_id)
    turns = {turn.role: turn for turn in submission.markings.select_related("rating__rater", "rating__autograde")}
    second, first = turns.get(Role.SECOND), turns.get(Role.FIRST)
    if second is not None:
        if second.done_at or second.leased_until > timezone.now():
            return
        second.delete()
    submission.second = False
    submission.save(update_fields=("second",))
    acts.record("second_withdrawn", submission, actor=None, before={"second": True}, after={"second": False})
    if first is not None and first.done_at and first.rating is not None:
        _let_stand(submission, first, first.rating)


def _let_stand(submission: Submission, first: Marking, rating: Rating) -> None:
    """The first marker's rating is the result; where her course asks more of who decides alone, it is her turn."""
    if standards.is_fresh(teacher=rating.rater, course=submission.assignment.course):
        acts.record("released", submission, actor=rating.rater, after=acts.facts(rating), note=rating.reason)
        ratings.release(rating=rating)
        letters.released(submission)
        return
    first.done_at = None
    first.save(update_fields=("done_at",))
