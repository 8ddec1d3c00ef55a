"""What people say of a recording, and its release."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.models import Autograde, Criterion, Performance, Rating, Remark, Result, Spoken, Technique
from grading.models.grades import LEVELS
from grading.people import User
from grading.signals import result_released

from . import rounds, usual


class RatingError(ValueError):
    """Why a rating cannot be taken, in words for the teacher."""


@transaction.atomic
def record(
    *,
    performance: Performance,
    rater: User,
    level: int,
    criteria: Mapping[str, int],
    comment: str,
    reason: str,
    remarks: Sequence[Mapping[str, Any]],
    autograde: Autograde | None,
    autograde_visible: bool,
    purpose: str = Rating.Purpose.FIRST,
    batch: bool = False,
) -> Rating:
    """Add a rating. Never changes an earlier one, nor what the model said."""
    if not performance.is_playable:
        raise RatingError(_("This recording cannot be played yet, so it cannot be rated."))
    if level not in LEVELS:
        raise RatingError(
            _("The level is a whole number from %(low)s to %(high)s.") % {"low": LEVELS[0], "high": LEVELS[-1]}
        )
    if autograde is not None and (autograde.performance_id != performance.pk or autograde.shadow):
        raise RatingError(_("That grade belongs to another recording."))
    if any(mark not in Criterion.MARKS for mark in criteria.values()):
        raise RatingError(
            _("A criterion is marked from %(low)s to %(high)s.")
            % {"low": Criterion.MARKS[0], "high": Criterion.MARKS[-1]}
        )
    if autograde and autograde_visible and not autograde.low <= level <= autograde.high and not reason.strip():
        raise RatingError(
            _(
                "Level %(level)s lies outside %(low)s to %(high)s, where the model expects it. "
                "Please say in a few words why: it helps the model most."
            )
            % {"level": level, "low": autograde.low, "high": autograde.high}
        )
    rating = Rating.objects.create(
        performance=performance,
        rater=rater,
        level=level,
        criteria=dict(criteria),
        comment=comment.strip(),
        reason=reason.strip(),
        autograde=autograde,
        autograde_visible=autograde_visible,
        purpose=purpose,
        batch=batch,
    )
    Remark.objects.bulk_create(_remark(rating, remark) for remark in remarks)
    rounds.answer(rating=rating)
    return rating


def _remark(rating: Rating, remark: Mapping[str, Any]) -> Remark:
    text, spoken = str(remark.get("text") or "").strip(), _spoken(rating, remark.get("spoken"))
    if not text and spoken is None:
        raise RatingError(_("A remark needs some words, written or spoken."))
    mark = remark.get("mark") or ""
    if mark and mark not in Remark.Mark.values:
        raise RatingError(_("A remark is marked as well done, look here, mistake or technique."))
    start, end = _moment(rating, remark.get("start")), remark.get("end")
    if end is not None:
        end = _moment(rating, end)
        if end <= start:
            raise RatingError(_("A remark must end after it begins."))
    return Remark(
        rating=rating,
        start=start,
        end=end,
        text=text,
        mark=mark,
        criterion=remark.get("criterion") or "",
        technique=_technique(remark.get("technique")),
        spoken=spoken,
    )


def _technique(pk: int | None) -> Technique | None:
    if pk is None:
        return None
    technique = Technique.objects.filter(pk=pk).first()
    if technique is None:
        raise RatingError(_("That technique is not in the school's vocabulary any more."))
    return technique


def _spoken(rating: Rating, pk: str | None) -> Spoken | None:
    """What this rater has spoken about this recording, or what its released result holds already."""
    if not pk:
        return None
    usable = Q(author=rating.rater_id) | Q(remarks__rating__result__performance=rating.performance_id)
    spoken = Spoken.objects.filter(usable, pk=pk, performance=rating.performance_id).first()
    if spoken is None:
        raise RatingError(_("That spoken remark belongs to another recording."))
    if spoken.state == Spoken.State.REFUSED:
        raise RatingError(
            _("One of the spoken remarks cannot be played. %(why)s")
            % {"why": _(spoken.trouble) if spoken.trouble else ""}
        )
    return spoken


def _moment(rating: Rating, value: Any) -> float:
    try:
        moment = float(value)
    except (TypeError, ValueError):
        raise RatingError(_("A remark needs a moment in the recording.")) from None
    if not math.isfinite(moment) or not 0 <= moment <= (rating.performance.duration or 0.0) + 1:
        raise RatingError(_("A remark must lie within the recording."))
    return moment


@transaction.atomic
def release(*, rating: Rating, rule: Result.Rule | None = None) -> Result:
    """Show the rating to the student. The human's value wins over the model's, and the rule says how it came about.

    Without a rule of several teachers, the rating's own: how it compares with what the model said.
    """
    Performance.objects.select_for_update().get(pk=rating.performance_id)
    result, _ = Result.objects.update_or_create(
        performance=rating.performance,
        defaults={"rating": rating, "rule": rule or _compared(rating), "released_at": timezone.now()},
    )
    usual.keep(player=rating.performance.player)
    transaction.on_commit(lambda: result_released.send(sender=Result, result=result))
    return result


def _compared(rating: Rating) -> Result.Rule:
    if rating.autograde is None:
        return Result.Rule.TEACHER
    return Result.Rule.ACCEPTED if rating.level == rating.autograde.rounded else Result.Rule.OVERRIDDEN
