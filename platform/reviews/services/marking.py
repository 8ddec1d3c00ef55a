"""A teacher's marks become a rating, and the ratings of a recording its result.

One marker: her rating is the result. Two: neither sees the other's until both have finished; no further apart than the
assignment allows, the first one's stands, else a third teacher settles it. A rating that checks the model is kept, and
changes nothing. docs/marking.md tells it at length.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grading.models import Abstention, Autograde, Performance, Rating, Result
from grading.services import ratings
from submissions.models import Appeal, Submission
from submissions.seals import is_audited, is_sealed
from submissions.services import letters

from .. import standards, visibility
from ..marks import Marks
from ..models import Draft, Marking
from . import acts, claims, settling, wishes

SHORTEST_REASON = 10  # characters: a reason, not a sigh


class NotReady(ValueError):
    """Something is missing before this can be released; the message says what."""


class AlreadyReleased(Exception):
    """A rating was given since this page was opened: a colleague's release, or one's own second click."""

    def __init__(self, rating: Rating | None) -> None:
        super().__init__(_("This recording was released while you were looking at it."))
        self.rating = rating


@dataclass(frozen=True)
class Released:
    rating: Rating
    result: Result | None  # None: another teacher is still to mark it, or it checks the model


@transaction.atomic
def release(
    *,
    submission: Submission,
    teacher: User,
    marks: Marks,
    autograde: Autograde | None,
    seen: int | None,
    batch: int = 0,
) -> Released:
    """Record the rating and release what follows of it, once.

    `autograde` is the one that stood on the page, `seen` the id of the rating that `latest` gave when the page was
    opened: a second click, or a colleague's release in between, is noticed and changes nothing. `batch` is how
    many are accepted together.
    """
    submission, marks = _locked(submission), marks.trimmed()
    before = latest(submission=submission, teacher=teacher)
    if (before.pk if before else None) != seen:
        raise AlreadyReleased(before)
    appeal = Appeal.objects.filter(submission=submission, decided_at__isnull=True).first()
    _require(submission, teacher, marks, appeal)
    turn = _turn(submission, teacher, appeal)
    rating = _record(
        submission, teacher, marks, autograde, purpose=turn.role if turn else Rating.Purpose.FIRST, batch=batch > 0
    )
    if turn is not None:
        turn.rating, turn.done_at = rating, timezone.now()
        turn.save(update_fields=("rating", "done_at"))
    if rating.purpose == Rating.Purpose.AUDIT:
        acts.record("audited", submission, actor=teacher, after=acts.facts(rating))
        result = None
    else:
        result = settling.settle(submission=submission, rating=rating, appeal=appeal, answer=marks.answer, batch=batch)
    Draft.objects.filter(submission=submission, teacher=teacher).delete()
    if result is not None and appeal is None:
        letters.released(submission)
    return Released(rating, result)


@transaction.atomic
def abstain(*, submission: Submission, teacher: User, kind: str, reason: str) -> Abstention:
    """Give no level: the student records it again, or a colleague marks it. Whoever has rated it cannot any more."""
    submission = _locked(submission)
    sealed = is_sealed(teacher, submission)
    if (visibility.is_released(submission) and not sealed) or visibility.has_rated(teacher, submission):
        raise NotReady(_("This recording has your level or a result already."))
    if is_audited(teacher, submission) and kind == Abstention.Kind.UNUSABLE:
        raise NotReady(_("It has a result already. You can leave the check of the model to a colleague."))
    if sealed and kind == Abstention.Kind.UNUSABLE:
        raise NotReady(_("It has a result, which the student asks about. You can leave the answer to a colleague."))
    if kind not in Abstention.Kind.values:
        raise NotReady(_("Say whether the recording cannot be judged, or whether somebody else should judge it."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotReady(_("Please say in a few words why."))
    abstention, new = Abstention.objects.get_or_create(
        performance=submission.performance, rater=teacher, defaults={"kind": kind, "reason": reason.strip()}
    )
    if not new:
        raise NotReady(_("You have abstained from this recording already."))
    turns = submission.markings.filter(done_at__isnull=True)
    (turns if kind == Abstention.Kind.UNUSABLE else turns.filter(teacher=teacher)).delete()
    Draft.objects.filter(submission=submission, teacher=teacher).delete()
    if kind == Abstention.Kind.UNUSABLE:
        letters.asked_again(submission, reason=abstention.reason)
    acts.record("abstained", submission, actor=teacher, after={"kind": kind}, note=abstention.reason)
    return abstention


def latest(*, submission: Submission, teacher: User) -> Rating | None:
    """What releasing again would replace: the released rating, else one's own that waits for a colleague's. Who may
    answer an appeal, or check the model, replaces nothing that they know of."""
    if is_sealed(teacher, submission):
        return None
    if visibility.is_released(submission):
        return submission.performance.result.rating
    turn = submission.markings.filter(teacher=teacher, rating__isnull=False).select_related("rating").first()
    return turn.rating if turn else None


def _locked(submission: Submission) -> Submission:
    """The submission as it is now; whoever else releases this recording waits until we have finished."""
    Performance.objects.select_for_update().get(pk=submission.performance_id)
    related = ("assignment__course__standard__pack", "performance__result__rating", "performance__autograde")
    now = Submission.objects.select_related(*related).get(pk=submission.pk)
    if now.withdrawn_at is not None:
        raise NotReady(_("The student has taken this recording back."))
    return now


def _require(submission: Submission, teacher: User, marks: Marks, appeal: Appeal | None) -> None:
    if why := visibility.barred(teacher, submission):
        raise NotReady(why)
    if marks.level is None:
        raise NotReady(_("Choose a level before you release."))
    if appeal is not None and len(marks.answer) < SHORTEST_REASON:
        raise NotReady(_("The student has appealed. Write an answer: a sentence that says why it is this level."))
    abstentions = Abstention.objects.filter(performance=submission.performance_id)
    if abstentions.filter(kind=Abstention.Kind.UNUSABLE).exists():
        raise NotReady(_("The student was asked to record this again, so it gets no level."))
    if abstentions.filter(rater=teacher).exists():
        raise NotReady(_("You have left this recording to a colleague."))
    if is_audited(teacher, submission):
        return
    if visibility.is_released(submission):
        if not standards.is_fresh(teacher=teacher, course=submission.assignment.course):
            raise NotReady(
                _(
                    "This course asks for a fresh standardisation before you change a result alone. "
                    "Grade its pack first; your draft is kept."
                )
            )
    elif visibility.is_open(submission) and visibility.has_rated(teacher, submission):
        raise NotReady(_("A third teacher settles the difference now; your level stands as you gave it."))
    elif wishes.needs_pack_first(teacher, submission):
        raise NotReady(
            _(
                "This student wishes to be marked by one teacher, and this course asks for a fresh standardisation of "
                "whoever decides alone. Grade its pack first; your draft is kept."
            )
        )


def _turn(submission: Submission, teacher: User, appeal: Appeal | None) -> Marking | None:
    """The teacher's turn, taken now if she holds none. A colleague who changes a released result takes nobody's."""
    if visibility.is_released(submission) and appeal is None and not is_audited(teacher, submission):
        return submission.markings.filter(teacher=teacher, rating__isnull=False).order_by("-done_at").first()
    try:
        return claims.take(submission=submission, teacher=teacher)
    except claims.Held as held:
        raise NotReady(str(held)) from held


def _record(
    submission: Submission, teacher: User, marks: Marks, shown: Autograde | None, *, purpose: str, batch: bool
) -> Rating:
    assert marks.level is not None
    sees = visibility.sees_autograde(teacher, submission)
    return ratings.record(
        performance=submission.performance,
        rater=teacher,
        level=marks.level,
        criteria=dict(marks.criteria),
        comment=marks.comment,
        reason=marks.reason,
        remarks=[remark.to_json() for remark in marks.remarks],
        # What a blind recording is compared with afterwards is what the model says of it now.
        autograde=shown if sees else submission.performance.autograde,
        autograde_visible=sees and shown is not None,
        purpose=purpose,
        batch=batch,
    )
