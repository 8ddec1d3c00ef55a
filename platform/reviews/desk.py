"""What stands on the desk: the recording, what the model said of it, and the teacher's own marks so far."""

import json
from typing import Any

from django.urls import reverse

from accounts.models import User
from grading.models import Autograde, Criterion, Rating
from grading.models.grades import LEVELS
from grading.services import performances
from submissions.forms import FrameForm
from submissions.models import Submission

from . import visibility
from .marks import Marks, Moment, from_json
from .models import Draft
from .services import marking

# The proxy has a constant frame rate (ml/media/proxy.py), so one frame is always this long, in seconds.
FRAME_SECONDS = 1 / 30


def address(name: str, *args: object) -> str:
    return reverse(name, args=args)


def shown_autograde(submission: Submission, pk: int | None) -> Autograde | None:
    """The grade that stood beside the rubric, if it is one of this recording."""
    return Autograde.objects.filter(pk=pk, performance=submission.performance_id).first() if pk is not None else None


def context(*, submission: Submission, teacher: User, draft: Draft | None, typed: Marks | None) -> dict[str, Any]:
    performance = submission.performance
    criteria = list(submission.assignment.rubric.criteria.all())
    autograde = _autograde(submission, teacher)
    result = getattr(performance, "result", None)
    before = marking.latest(submission=submission, teacher=teacher)
    appeal = getattr(submission, "appeal", None)
    marks = typed or _begun(draft, before, criteria)
    return {
        "submission": submission,
        "performance": performance,
        "autograde": autograde,
        "unseen": not visibility.sees_autograde(teacher, submission),
        "result": result,
        "before": before,
        "colleagues": visibility.colleagues(teacher, submission),
        "appeal": appeal if appeal and appeal.decided_at is None else None,
        "answered": appeal if appeal and appeal.decided_at else None,
        "branches": _branches(autograde),
        "levels": LEVELS,
        "marks": marks,
        "remarks_json": json.dumps([remark.to_json() for remark in marks.remarks]),
        "criteria": [(criterion, marks.criteria.get(criterion.key)) for criterion in criteria],
        "draft": draft,
        "progress": None if performance.is_playable else performances.progress(performance),
        "frame_form": FrameForm(initial=performance.crop) if performance.crop else None,
        "page": _page(submission, autograde, marks, draft),
    }


def _autograde(submission: Submission, teacher: User) -> Autograde | None:
    """What the model says, unless this teacher is to rate it first."""
    if not visibility.sees_autograde(teacher, submission):
        return None
    return Autograde.objects.select_related("model").filter(performance=submission.performance_id).first()


def _branches(autograde: Autograde | None) -> dict[str, float]:
    """The expected level by sight and by ear alone."""
    if autograde is None:
        return {}
    return {
        name: sum(level * probability for level, probability in zip(LEVELS, distribution, strict=True))
        for name, distribution in (("visual", autograde.visual), ("aural", autograde.aural))
    }


def _begun(draft: Draft | None, rating: Rating | None, criteria: list[Criterion]) -> Marks:
    """The draft, else what this recording was released with, else nothing: never what the model said."""
    if draft is not None:
        keys = {criterion.key for criterion in criteria}
        body = draft.body | {"criteria": {k: v for k, v in (draft.body.get("criteria") or {}).items() if k in keys}}
        return from_json(body, criteria=criteria, duration=None)
    if rating is None:
        return Marks()
    return Marks(
        level=rating.level,
        criteria=rating.criteria,
        comment=rating.comment,
        reason=rating.reason,
        remarks=tuple(Moment.of(remark) for remark in rating.remarks.all()),
    )


def _page(submission: Submission, autograde: Autograde | None, marks: Marks, draft: Draft | None) -> dict[str, Any]:
    """What desk.js reads: times in seconds of the proxy, levels from 1 to 10."""
    return {
        "duration": submission.performance.duration,
        "frame": FRAME_SECONDS,
        "windows": autograde.windows if autograde else [],
        "level": autograde.rounded if autograde else None,
        "low": autograde.low if autograde else None,
        "high": autograde.high if autograde else None,
        "remarks": [remark.to_json() for remark in marks.remarks],
        "version": draft.version if draft else 0,
        "draft": address("reviews:draft", submission.pk),
    }
