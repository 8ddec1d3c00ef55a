"""What stands on the desk: the recording, what the model said of it, and the teacher's own marks so far."""

import json
import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from grading.models import Autograde, Criterion, Rating, Remark, Technique
from grading.models.grades import LEVELS
from grading.services import waiting
from submissions.framing import framing
from submissions.models import Submission
from submissions.outcome import ICONS
from submissions.seals import is_audited, is_sealed

from . import axis, comparisons, evidence, standards, standing, visibility
from .marks import Marks, Moment, from_json
from .models import DeskSettings, Draft
from .queries import live_claims
from .services import marking

# The proxy has a constant frame rate (ml/media/proxy.py), so one frame is always this long, in seconds.
FRAME_SECONDS = 1 / 30
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# Stands in an address for the id that a script puts there.
ANY = uuid.UUID(int=0)


def address(name: str, *args: object) -> str:
    return reverse(name, args=args)


def shown_autograde(submission: Submission, pk: int | None) -> Autograde | None:
    """The grade that stood beside the rubric, if it is one of this recording."""
    if pk is None:
        return None
    return Autograde.objects.by_champions().filter(pk=pk, performance=submission.performance_id).first()


def blind_rating(submission: Submission, teacher: User) -> Rating | None:
    """The newest of this teacher, if she gave it before she saw what the model says."""
    ratings = Rating.objects.filter(performance=submission.performance_id, rater=teacher)
    other = (Rating.Purpose.STANDARD, Rating.Purpose.AUDIT)
    newest = ratings.exclude(purpose__in=other).select_related("autograde__model").first()
    if newest is None or newest.autograde is None or newest.autograde_visible or not submission.blind:
        return None
    return newest


def difference(level: int, model: int) -> str:
    """In words; the desk's own are in static/js/desk/rubric.mjs."""
    steps = abs(level - model)
    if steps == 0:
        return _("You and the model say the same.")
    told = {"number": NUMBERS[steps], "model": model}
    if level > model:
        return _("Your level is %(number)s above the model's %(model)s.") % told
    return _("Your level is %(number)s below the model's %(model)s.") % told


def context(*, submission: Submission, teacher: User, draft: Draft | None, typed: Marks | None) -> dict[str, Any]:
    performance = submission.performance
    criteria = list(submission.assignment.rubric.criteria.all())
    autograde = _autograde(submission, teacher)
    moved = evidence.context(autograde)
    before = marking.latest(submission=submission, teacher=teacher)
    appeal = getattr(submission, "appeal", None)
    marks = typed or begun(draft, before, criteria)
    moderation = standing.open_moderation(submission, teacher)
    barred = visibility.barred(teacher, submission)
    holder = standing.colleague_in_the_way(submission=submission, teacher=teacher)
    facts = standing.facts(before=before, moderation=moderation, holder=holder, teacher=teacher)
    return {
        "submission": submission,
        "performance": performance,
        "autograde": autograde,
        "unseen": not visibility.sees_autograde(teacher, submission),
        "sealed": is_sealed(teacher, submission),
        "audited": is_audited(teacher, submission),
        "result": visibility.result(teacher, submission),
        "before": before,
        "colleagues": visibility.colleagues(teacher, submission),
        "appeal": appeal if appeal and appeal.decided_at is None else None,
        "answered": appeal if appeal and appeal.decided_at else None,
        "moderation": moderation,
        "standards_due": standards.due(teacher, course=submission.assignment.course_id),
        "barred": barred,
        "held": barred or (standing.held(holder) if holder else ""),
        "claim": None if holder else live_claims().filter(submission=submission, teacher=teacher).first(),
        "branches": _branches(autograde),
        "marks": marks,
        "remarks_json": json.dumps([remark.to_json() for remark in marks.remarks]),
        "kinds": [(mark.value, mark.label, ICONS[mark]) for mark in Remark.Mark],
        "techniques": list(_techniques(marks)),
        "draft": draft,
        "comparisons": comparisons.desk_links(teacher, submission) if performance.is_playable else [],
        "progress": None if performance.is_playable else waiting.of(performance),
        "framing": framing(performance),
        "page": _page(submission, teacher, autograde, marks, draft)
        | axis.page(performance, autograde)
        | {"highlights": evidence.page(moved["highlights"])}
        | {"standing": facts, "held": bool(barred or holder), "settings": _settings(teacher)},
        **moved,
    } | _rubric(submission, criteria, autograde, marks)


def _rubric(
    submission: Submission, criteria: list[Criterion], autograde: Autograde | None, marks: Marks
) -> dict[str, Any]:
    """Levels and criteria with their words; a retired criterion only where these marks have it."""
    words = submission.assignment.rubric.levels
    shown = [criterion for criterion in criteria if not criterion.retired or criterion.key in marks.criteria]
    likely = [autograde.low, autograde.high] if autograde else []
    return {
        "levels": [(level, words.get(str(level), "")) for level in LEVELS],
        "level_words": bool(words),
        "likely_words": [(level, words[str(level)]) for level in sorted(set(likely)) if words.get(str(level))],
        "criteria": [
            (
                criterion,
                marks.criteria.get(criterion.key),
                [(mark, criterion.bands.get(str(mark), "")) for mark in Criterion.MARKS],
            )
            for criterion in shown
        ],
        "weighted": len({criterion.weight for criterion in shown}) > 1,
    }


def _techniques(marks: Marks) -> QuerySet[Technique]:
    """The school's vocabulary, and what these marks still name of words that were retired."""
    named = [remark.technique for remark in marks.remarks if remark.technique is not None]
    return Technique.objects.filter(Q(retired=False) | Q(pk__in=named))


def _autograde(submission: Submission, teacher: User) -> Autograde | None:
    """What the model says, unless this teacher is to rate it first."""
    if not visibility.sees_autograde(teacher, submission):
        return None
    return submission.performance.autograde


def _branches(autograde: Autograde | None) -> dict[str, float]:
    """The expected level by sight and by ear alone."""
    if autograde is None:
        return {}
    return {
        name: sum(level * probability for level, probability in zip(LEVELS, distribution, strict=True))
        for name, distribution in (("visual", autograde.visual), ("aural", autograde.aural))
    }


def begun(draft: Draft | None, rating: Rating | None, criteria: list[Criterion]) -> Marks:
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


def _settings(teacher: User) -> dict[str, Any]:
    kept = DeskSettings.of(teacher)
    return {"keys": kept.keys, "pause_while_writing": kept.pause_while_writing, "follow": kept.follow}


def _page(
    submission: Submission, teacher: User, autograde: Autograde | None, marks: Marks, draft: Draft | None
) -> dict[str, Any]:
    """What desk.js reads: times in seconds of the proxy, levels from 1 to 10."""
    return {
        "submission": str(submission.pk),
        "teacher": teacher.pk,
        "duration": submission.performance.duration,
        "frame": FRAME_SECONDS,
        "level": autograde.rounded if autograde else None,
        "low": autograde.low if autograde else None,
        "high": autograde.high if autograde else None,
        "remarks": [remark.to_json() for remark in marks.remarks],
        "version": draft.version if draft else 0,
        "draft": address("reviews:draft", submission.pk),
        "spoken": address("reviews:spoken", submission.pk),
        "sound": address("reviews:spoken_sound", ANY),
        "asked": address("reviews:spoken_state", ANY),
        "phrases": address("reviews:phrases"),
    }
