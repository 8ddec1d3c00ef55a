"""Accept several grades of the model at once, after each was seen and heard."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grading.models import Autograde, Performance, Result
from grading.services.ratings import RatingError
from submissions.models import Submission

from .. import queries
from ..marks import Marks
from . import claims, marking
from .marking import Released

# As many as one can listen to in one sitting.
MOST = 12


@dataclass(frozen=True)
class Pick:
    """A recording and the grade that stood beside it on the page."""

    submission: Submission
    autograde: int


@dataclass(frozen=True)
class Accepted:
    taken: list[Released]
    left_out: dict[Submission, str]  # and why


@transaction.atomic
def accept(*, teacher: User, picks: Sequence[Pick]) -> Accepted:
    """The model's level becomes the teacher's own for each; what has changed since it was seen is left out."""
    # All are locked before any is looked at, and always in this order, so that two batches cannot wait for each other.
    performances = sorted(pick.submission.performance_id for pick in picks)
    list(Performance.objects.select_for_update().filter(pk__in=performances).order_by("pk").values_list("pk"))
    left_out = {pick.submission: why for pick in picks if (why := _changed(pick, teacher))}
    left = [pick for pick in picks if pick.submission not in left_out]
    taken = []
    for pick in left:
        try:
            taken.append(_accept(pick, teacher, together=len(left)))
        except (marking.NotReady, RatingError, claims.Held) as refusal:
            left_out[pick.submission] = str(refusal)
    return Accepted(taken, left_out)


@transaction.atomic
def _accept(pick: Pick, teacher: User, *, together: int) -> Released:
    autograde = Autograde.objects.get(pk=pick.autograde)
    return marking.release(
        submission=pick.submission,
        teacher=teacher,
        marks=Marks(level=autograde.rounded),
        autograde=autograde,
        seen=None,
        batch=together,
    )


def _changed(pick: Pick, teacher: User) -> str:
    """Why it cannot be accepted as it was seen; nothing where it can."""
    result = Result.objects.filter(performance=pick.submission.performance_id).select_related("rating__rater").first()
    if result is not None:
        return _("%(who)s has released it meanwhile.") % {"who": result.rating.rater}
    row = queries.queue(teacher).filter(pk=pick.submission.pk, narrow=True).first()
    if row is None or row.performance.autograde_id is None:
        return _("It does not wait for you in this way any more.")
    if row.performance.autograde_id != pick.autograde:
        return _("The model has given it another grade meanwhile.")
    holder = claims.holder(pick.submission)
    if holder is not None and holder.teacher_id != teacher.pk:
        return _("%(who)s has it on the desk.") % {"who": holder.teacher}
    return ""
