"""What a recording can be laid beside: the same student's other attempts at the piece, and anchors of the rubric.

No grade of the model stands on these pages, so that a recording which is to be rated blind stays so.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from grading.models import Performance, Result, Study
from submissions import duets
from submissions.models import Submission
from submissions.seals import sealed_for

from . import visibility
from .keys import KEYS
from .models import Anchor, DeskSettings, Standardisation

PLAYABLE = (Performance.State.PREPARED, Performance.State.GRADED)
# Of the desk's keys those that this page has too, and its own.
SHARED = ("play", "back", "forward", "slower", "faster", "loop-start", "loop-end", "loop-off")
OWN: dict[str, tuple[str, str | Promise, str | Promise]] = {
    "listen": ("m", gettext_lazy("hear the other one"), gettext_lazy("Comparing")),
    "step": ("j", gettext_lazy("in step, or each by itself"), gettext_lazy("Comparing")),
    "help": ("?", gettext_lazy("show the keys"), gettext_lazy("Comparing")),
}


@dataclass(frozen=True)
class Comparable(duets.Beside):
    """An attempt or an anchor."""

    anchor: Anchor | None = None
    result: Result | None = None  # of an attempt, as far as this teacher may know

    @property
    def name(self) -> str:
        return _("Anchor at level %(level)s") % {"level": self.anchor.level} if self.anchor else super().name

    @property
    def link(self) -> str:
        return _("an anchor at level %(level)s") % {"level": self.anchor.level} if self.anchor else super().link


def attempts(user: User, submission: Submission) -> list[Comparable]:
    """The newest first."""
    rows = (
        Submission.objects.taught_by(user)
        .filter(
            student=submission.student_id,
            assignment__piece=submission.assignment.piece_id,
            performance__state__in=PLAYABLE,
        )
        .exclude(pk=submission.pk)
        .select_related("performance__result__rating", "assignment__course", "assignment__piece", "appeal")
        .order_by("-created_at")
    )
    return [Comparable(row.performance, row, result=visibility.result(user, row)) for row in rows]


def anchors(user: User, submission: Submission) -> list[Comparable]:
    """Those of the same piece first, then those whose level is nearest.

    Only recordings of this teacher's own courses, by other students, and none that she is to grade in a sitting: its
    level would be told.
    """
    sits = Standardisation.objects.filter(teacher=user, finished_at__isnull=True)
    rows = (
        Anchor.objects.filter(
            rubric=submission.assignment.rubric_id,
            retired=False,
            performance__submission__in=Submission.objects.taught_by(user),
            performance__state__in=PLAYABLE,
        )
        .exclude(performance__player=submission.student_id)
        .exclude(packs__sittings__in=sits)
        .exclude(performance__submission__in=sealed_for(user))
        .select_related(
            "performance__result__rating",
            "performance__submission__assignment__piece",
            "performance__submission__assignment__course",
        )
    )
    found = list(rows.distinct())
    level, piece = _level(user, submission) if found else None, submission.assignment.piece_id

    def nearness(anchor: Anchor) -> tuple[bool, float, int]:
        other = anchor.performance.submission.assignment.piece_id != piece
        return other, 0.0 if level is None else abs(anchor.level - level), anchor.level

    return [Comparable(row.performance, row.performance.submission, row) for row in sorted(found, key=nearness)]


def _level(user: User, submission: Submission) -> float | None:
    """Where it stands, as far as this teacher may know."""
    performance, result = submission.performance, visibility.result(user, submission)
    if result is not None:
        return float(result.level)
    if performance.autograde is not None and visibility.sees_autograde(user, submission):
        return performance.autograde.level
    return None


def get_comparable(user: User, submission: Submission, performance: uuid.UUID) -> Comparable:
    for found in (*attempts(user, submission), *anchors(user, submission)):
        if found.performance.pk == performance:
            return found
    raise Http404


def desk_links(user: User, submission: Submission) -> list[tuple[str, str]]:
    """The nearest of each kind that can be put in step: what to say after 'Compare with', and where it is."""
    former = [found for found in attempts(user, submission) if found.submission.created_at < submission.created_at]
    piece = submission.assignment.piece_id
    known = [found for found in anchors(user, submission) if found.submission.assignment.piece_id == piece]
    return [
        (found.link, reverse("reviews:compared", args=(submission.pk, found.performance.pk)))
        for found in (*former[:1], *known[:1])
    ]


def pair(user: User, submission: Submission, beside: Comparable) -> dict[str, Any]:
    """What the page of two recordings shows, with the keys of this teacher's desk."""
    shown = duets.duet(submission, beside, **addresses(submission, beside))
    shown["page"] |= {
        "keys": [
            {"act": act, "key": key, "label": str(label), "group": str(group)}
            for act, (key, label, group) in ({act: KEYS[act] for act in SHARED} | OWN).items()
        ],
        "chosen": DeskSettings.of(user).keys,
    }
    return shown


def waiting(submission: Submission, beside: Comparable, study: Study | None) -> dict[str, Any]:
    return duets.waiting(study, **addresses(submission, beside))


def addresses(submission: Submission, beside: Comparable) -> dict[str, str]:
    both = (submission.pk, beside.performance.pk)
    return {"here": reverse("reviews:compared", args=both), "step": reverse("reviews:compare_step", args=both)}
