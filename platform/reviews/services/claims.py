"""Who has which recording on her desk. A claim is a turn with a lease; one that ran out may be taken over.

Whatever decides about turns holds the lock on the recording's row, here and in `marking`.
"""

import contextlib
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from grading.models import Performance, Result
from submissions.models import Appeal, Submission
from submissions.seals import is_audited

from .. import visibility
from ..models import Marking
from ..queries import QueueQuerySet, live_claims, queue
from . import acts

LEASE = timedelta(hours=8)
Role = Marking.Role


class Held(Exception):
    """A colleague has the only turn that is left; the message is for the teacher."""


@transaction.atomic
def take(*, submission: Submission, teacher: User) -> Marking:
    """This teacher's turn at the recording, for `LEASE` from now. Taking it again only renews the lease."""
    Performance.objects.select_for_update().get(pk=submission.performance_id)
    if not Submission.objects.kept().filter(pk=submission.pk).exists():
        raise Held(_("The student has taken this recording back."))
    turns = list(Marking.objects.filter(submission=submission).select_related("teacher", "rating"))
    role = _role(submission, turns, teacher)
    turns = _without_stale(turns, role, teacher)
    turn = next((turn for turn in turns if turn.role == role), None) or Marking(submission=submission, role=role)
    new = turn.pk is None or turn.teacher_id != teacher.pk
    if new:
        turn.teacher, turn.claimed_at, turn.done_at = teacher, timezone.now(), None
    turn.leased_until = timezone.now() + LEASE
    turn.save()
    if new:
        acts.record("claimed", submission, actor=teacher, after={"role": turn.role})
    return turn


def next_for(*, teacher: User, course: int | None = None) -> Marking | None:
    """Claim what a human adds most to; when nothing is free, what she herself began longest ago."""
    gone: list[object] = []
    while True:
        # One transaction for each try, so that nobody waits for a row that was let go.
        with transaction.atomic():
            submission = _lock_first(teacher, course, gone)
            if submission is None:
                return _begun(teacher, course)
            # It was chosen before it was locked: only what is read now is true.
            if _is_free(submission, teacher):
                return take(submission=submission, teacher=teacher)
        gone.append(submission.pk)


def extend(*, submission: Submission, teacher: User) -> None:
    """Whoever works on a recording holds it: the lease begins anew, and what is free becomes hers."""
    own = Marking.objects.filter(submission=submission, teacher=teacher, done_at__isnull=True)
    if own.update(leased_until=timezone.now() + LEASE) or not _is_free(submission, teacher):
        return
    # A colleague may be quicker still; what was typed is kept all the same.
    with contextlib.suppress(Held):
        take(submission=submission, teacher=teacher)


@transaction.atomic
def give_back(*, submission: Submission, teacher: User) -> bool:
    """Let a colleague have it; False where there was nothing to give back. What was rated in this turn stays."""
    Performance.objects.select_for_update().get(pk=submission.performance_id)
    own = Marking.objects.filter(submission=submission, teacher=teacher, done_at__isnull=True)
    turn = own.select_related("rating__rater").first()
    if turn is None:
        return False
    if turn.rating is None:
        turn.delete()
    else:
        # It was taken over from whoever rated in it, and goes back to them.
        turn.teacher, turn.done_at = turn.rating.rater, turn.rating.created_at
        turn.save(update_fields=("teacher", "done_at"))
    acts.record("gave_back", submission, actor=teacher, before={"role": turn.role})
    return True


def is_held(submission: Submission) -> bool:
    """Whether a teacher is at it now."""
    return bool(live_claims().filter(submission=submission).exists())


def forget(submission: Submission) -> None:
    """Nobody marks it any more: turns that ran out and drafts go. Call it under the lock."""
    submission.markings.filter(done_at__isnull=True).delete()
    submission.drafts.all().delete()


def holder(submission: Submission) -> Marking | None:
    """The claim that holds now; of two, the older one."""
    turn: Marking | None = (
        live_claims().filter(submission=submission).select_related("teacher").order_by("claimed_at").first()
    )
    return turn


def _is_free(submission: Submission, teacher: User) -> bool:
    return QueueQuerySet(Submission).waiting_for(teacher).free(teacher).filter(pk=submission.pk).exists()


def _lock_first(teacher: User, course: int | None, gone: Sequence[object]) -> Submission | None:
    """The first free one that nobody is deciding about; where all that are left are locked, one to wait for."""
    rows = _in(queue(teacher), course).free(teacher).exclude(pk__in=gone).in_order().select_related("performance")
    unlocked = rows.select_for_update(of=("performance",), skip_locked=True).first()
    return unlocked or rows.select_for_update(of=("performance",)).first()


def _begun(teacher: User, course: int | None) -> Marking | None:
    waiting = _in(QueueQuerySet(Submission).waiting_for(teacher), course)
    own = live_claims().filter(teacher=teacher, submission__in=waiting.values("pk")).select_related("submission")
    turn: Marking | None = own.order_by("claimed_at").first()
    return take(submission=turn.submission, teacher=teacher) if turn is not None else None


def _in(rows: QueueQuerySet, course: int | None) -> QueueQuerySet:
    return rows if course is None else rows.filter(assignment__course=course)


def _role(submission: Submission, turns: Sequence[Marking], teacher: User) -> str:
    """Which turn is this teacher's now. Call it under the lock."""
    if Appeal.objects.filter(submission=submission, decided_at__isnull=True).exists():
        if visibility.has_rated(teacher, submission):
            raise Held(_("You have marked it. A colleague who has not answers the appeal."))
        return _first_free([Role.APPEAL], turns, teacher)
    if is_audited(teacher, submission):
        return _first_free([Role.AUDIT], turns, teacher)
    own = [turn for turn in turns if turn.role in Marking.INDEPENDENT and turn.teacher_id == teacher.pk]
    if own:
        return own[0].role
    result = Result.objects.filter(performance=submission.performance_id).first()
    if result is None:
        return _first_free(_needed(submission, turns), turns, teacher)
    # Releasing again takes over the turn whose rating stands, though it is done.
    role = next((turn.role for turn in turns if turn.rating_id == result.rating_id), Role.FIRST)
    return _first_free([role], [turn for turn in turns if turn.done_at is None], teacher)


def _without_stale(turns: Sequence[Marking], role: str, teacher: User) -> list[Marking]:
    """A check of the model that is not asked for any more makes room for what is: a teacher has one turn."""
    stale = {
        turn.pk
        for turn in turns
        if turn.role == Role.AUDIT != role and turn.teacher_id == teacher.pk and turn.done_at is None
    }
    if stale:
        Marking.objects.filter(pk__in=stale).delete()
    return [turn for turn in turns if turn.pk not in stale]


def _needed(submission: Submission, turns: Sequence[Marking]) -> list[str]:
    if not submission.second:
        return [Role.FIRST]
    levels = [turn.rating.level for turn in turns if turn.done_at and turn.rating and turn.role != Role.APPEAL]
    differ = len(levels) > 1 and max(levels) - min(levels) > submission.assignment.tolerance
    return [Role.FIRST, Role.SECOND, *([Role.THIRD] if differ else [])]


def _first_free(roles: Sequence[str], turns: Sequence[Marking], teacher: User) -> str:
    standing = {turn.role: turn for turn in turns if turn.done_at or turn.leased_until > timezone.now()}
    held = [standing[role] for role in roles if role in standing and standing[role].teacher_id != teacher.pk]
    free = [role for role in roles if role not in {turn.role for turn in held}]
    if free:
        return free[0]
    live = [turn for turn in held if turn.done_at is None]
    if not live:
        raise Held(_("Colleagues have marked it already."))
    until = date_format(timezone.localtime(live[0].leased_until), "TIME_FORMAT")
    raise Held(_("%(who)s has it until %(time)s.") % {"who": live[0].teacher, "time": until})
