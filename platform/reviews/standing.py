"""How a recording stands for one teacher, as facts that may change under her hands: each with a mark to compare and a
sentence to read. The desk is made with it, and asks again while she works (static/js/desk/notices.mjs)."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from grading.models import Rating
from submissions.models import Submission
from submissions.seals import is_sealed

from .models import Marking, Moderation
from .queries import QueueQuerySet
from .services import claims, marking

Fact = dict[str, Any]


def of(*, submission: Submission, teacher: User) -> dict[str, Fact | None]:
    before = marking.latest(submission=submission, teacher=teacher)
    return facts(
        before=before,
        moderation=open_moderation(submission, teacher),
        holder=colleague_in_the_way(submission=submission, teacher=teacher),
        teacher=teacher,
    )


def facts(
    *, before: Rating | None, moderation: Moderation | None, holder: Marking | None, teacher: User
) -> dict[str, Fact | None]:
    return {
        "released": {"id": before.pk, "sentence": _released(before, teacher)} if before else None,
        "sent_back": {"id": moderation.pk, "sentence": _("%(who)s has sent it back.") % {"who": moderation.head}}
        if moderation
        else None,
        "held": {"id": holder.pk, "sentence": held(holder)} if holder else None,
    }


def open_moderation(submission: Submission, teacher: User) -> Moderation | None:
    """What a head of course has sent back; its reason would tell who may answer an appeal what was said."""
    if is_sealed(teacher, submission):
        return None
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
    told = {"who": turn.teacher, "time": date_format(until, "TIME_FORMAT")}
    if until.date() == timezone.localdate():
        return _("%(who)s has this recording on the desk until %(time)s.") % told
    told["day"] = date_format(until, "MONTH_DAY_FORMAT")
    return _("%(who)s has this recording on the desk until %(day)s, %(time)s.") % told


def _released(rating: Rating, teacher: User) -> str:
    if rating.rater_id == teacher.pk:
        return _("You released level %(level)s from another tab.") % {"level": rating.level}
    told = {"who": rating.rater, "level": rating.level}
    return _("%(who)s released this recording at level %(level)s.") % told
