"""How a recording stands for one teacher, as facts that may change under her hands: each with a mark to compare and a
sentence to read. The desk is made with it, and asks again while she works (static/js/desk/notices.mjs)."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from grading.models import Rating
from submissions.models import Submission

from .models import Marking, Moderation
from .queries import QueueQuerySet
from .services import claims, marking

Fact = dict[str, Any]


def of(*, submission: Submission, teacher: User) -> dict[str, Fact | None]:
    before = marking.latest(submission=submission, teacher=teacher)
    return facts(
        before=before,
        moderation=open_moderation(submission),
        holder=colleague_in_the_way(submission=submission, teacher=teacher),
        teacher=teacher,
    )


def facts(
    *, before: Rating | None, moderation: Moderation | None, holder: Marking | None, teacher: User
) -> dict[str, Fact | None]:
    return {
        "released": {"id": before.pk, "sentence": _released(before, teacher)} if before else None,
        "sent_back": {"id": moderation.pk, "sentence": f"{moderation.head} has sent it back."} if moderation else None,
        "held": {"id": holder.pk, "sentence": held(holder)} if holder else None,
    }


def open_moderation(submission: Submission) -> Moderation | None:
    return Moderation.objects.select_related("head").filter(submission=submission, settled_at__isnull=True).first()


def colleague_in_the_way(*, submission: Submission, teacher: User) -> Marking | None:
    """The claim of a colleague that leaves this teacher no turn, if there is one."""
    holder = claims.holder(submission)
    if holder is None or holder.teacher_id == teacher.pk:
        return None
    if submission.markings.filter(teacher=teacher).exists():
        return None
    free = QueueQuerySet(Submission).waiting_for(teacher).free(teacher).filter(pk=submission.pk)
    return None if free.exists() else holder


def held(turn: Marking) -> str:
    until = timezone.localtime(turn.leased_until)
    day = "" if until.date() == timezone.localdate() else f"{date_format(until, 'j F')}, "
    return f"{turn.teacher} has this recording on the desk until {day}{until:%H:%M}."


def _released(rating: Rating, teacher: User) -> str:
    if rating.rater_id == teacher.pk:
        return f"You released level {rating.level} from another tab."
    return f"{rating.rater} released this recording at level {rating.level}."
