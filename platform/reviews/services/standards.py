"""A teacher sits with a pack of anchors: a rating each, the distance at once, and the mean of it at the end."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from grading.models import Rating
from grading.services import ratings

from .. import standards
from ..models import Anchor, Pack, Standardisation

is_fresh = standards.is_fresh


class NotAsked(ValueError):
    """This recording cannot be graded in this sitting (any more); the message is for the teacher."""


@dataclass(frozen=True)
class Graded:
    rating: Rating
    new: bool  # False: it had been given already, by another click or tab, and stays as it was


def begin(*, pack: Pack, teacher: User) -> Standardisation:
    """The open sitting, or a new one: there is one at a time."""
    sitting, _ = Standardisation.objects.get_or_create(pack=pack, teacher=teacher, finished_at=None)
    return sitting


@transaction.atomic
def grade(*, sitting: Standardisation, anchor: Anchor, level: int, criteria: Mapping[str, int]) -> Graded:
    """Record what the teacher says of one anchor, once; the last one ends the sitting."""
    sitting = _locked(sitting)
    before = sitting.ratings.filter(performance=anchor.performance_id).first()
    if before is not None:
        return Graded(before, new=False)
    if sitting.finished_at is not None:
        raise NotAsked(_("This sitting is over. Begin a new one to grade again."))
    if not sitting.pack.anchors.filter(pk=anchor.pk, retired=False).exists():
        raise NotAsked(
            _("This recording was taken out of the pack meanwhile, so it does not count. Go on with the next.")
        )
    rating = ratings.record(
        performance=anchor.performance,
        rater=sitting.teacher,
        level=level,
        criteria=criteria,
        comment="",
        reason="",
        remarks=[],
        autograde=None,
        autograde_visible=False,
        purpose=Rating.Purpose.STANDARD,
    )
    sitting.ratings.add(rating)
    if not standards.outstanding(sitting):
        _finish(sitting)
    return Graded(rating, new=True)


@transaction.atomic
def finish(*, sitting: Standardisation) -> Standardisation:
    """End a sitting whose last recordings were taken out of the pack before they were graded."""
    sitting = _locked(sitting)
    if sitting.finished_at is None:
        if standards.outstanding(sitting):
            raise NotAsked(_("There are recordings left to grade."))
        _finish(sitting)
    return sitting


def _locked(sitting: Standardisation) -> Standardisation:
    """The sitting as it is now; a second tab waits."""
    rows = Standardisation.objects.select_for_update(of=("self",)).select_related("pack", "teacher")
    return rows.get(pk=sitting.pk)


def _finish(sitting: Standardisation) -> None:
    summary = standards.sitting(sitting).summary
    sitting.finished_at = timezone.now()
    sitting.distance = summary.distance if summary else None
    sitting.save(update_fields=("finished_at", "distance"))
    history.record(
        kind="standardised",
        actor=sitting.teacher,
        after={
            "pack": sitting.pack.name,
            "recordings": summary.n if summary else 0,
            "distance": summary.distance if summary else None,
        },
    )
