"""What a recording can be laid beside: the same student's other attempts at the piece, and anchors of the rubric.

No grade of the model stands on these pages, so that a recording which is to be rated blind stays so.
"""

import uuid
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse

from accounts.models import User
from grading.models import Performance, Study
from grading.services import alignments, studies
from submissions.models import Submission

from . import visibility
from .keys import KEYS
from .models import Anchor, DeskSettings, Standardisation

PLAYABLE = (Performance.State.PREPARED, Performance.State.GRADED)
# Of the desk's keys those that this page has too, and its own.
SHARED = ("play", "back", "forward", "slower", "faster", "loop-start", "loop-end", "loop-off")
OWN = {
    "listen": ("m", "hear the other one", "Comparing"),
    "step": ("j", "in step, or each by itself", "Comparing"),
    "help": ("?", "show the keys", "Comparing"),
}
ROWS = 30  # of the table of tempi, at most


@dataclass(frozen=True)
class Comparable:
    """A recording that may be laid beside another one, and what people say of it."""

    performance: Performance
    submission: Submission
    anchor: Anchor | None = None

    @property
    def name(self) -> str:
        return f"Anchor at level {self.anchor.level}" if self.anchor else f"Attempt {self.submission.attempt}"

    @property
    def link(self) -> str:
        """What leads to it, after 'Compare with'."""
        return f"an anchor at level {self.anchor.level}" if self.anchor else f"attempt {self.submission.attempt}"


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
        .select_related("performance__result__rating", "assignment__course", "assignment__piece")
        .order_by("-created_at")
    )
    return [Comparable(row.performance, row) for row in rows]


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
    performance = submission.performance
    if visibility.is_released(submission):
        return float(performance.result.level)
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
    """What the page of two recordings shows, in step once they are."""
    study = alignments.find(performance=submission.performance, other=beside.performance)
    answer: dict[str, Any] = (study.answer if study else None) or {}
    return {
        "submission": submission,
        "performance": submission.performance,
        "result": getattr(submission.performance, "result", None),
        "beside": beside,
        "tempo": _table(answer) if answer and answer["tempo"]["one"] else None,
        "answer": answer,
        "page": {
            "lengths": [submission.performance.duration, beside.performance.duration],
            "pairs": answer.get("pairs", []),
            "waits": answer.get("waits", []),
            "tempo": answer.get("tempo"),
            "inStep": bool(answer) and not answer["poor"],
            "keys": [{"act": act, "key": key, "label": label, "group": group} for act, (key, label, group) in _keys()],
            "chosen": DeskSettings.of(user).keys,
        },
    } | waiting(submission, beside, study)


def waiting(submission: Submission, beside: Comparable, study: Study | None) -> dict[str, Any]:
    """What the part says that stands where the tempo will be."""
    job = study.job if study else None
    return {
        "submission": submission,
        "beside": beside,
        "study": study,
        "fraction": job.fraction if job else 0.0,
        "waiting": studies.progress(study) if study else None,
    }


def _keys() -> list[tuple[str, tuple[str, str, str]]]:
    return [*((act, KEYS[act]) for act in SHARED), *OWN.items()]


def _table(answer: dict[str, Any]) -> dict[str, Any]:
    """Both tempi at the same moments of the music, some thirty lines of them."""
    here, there = answer["tempo"]["one"], answer["tempo"]["other"]
    step = -(-len(here) // ROWS)
    return {
        "in_beats": answer["tempo"]["unit"] == "bpm",
        "average": [sum(value for _, value in curve) / len(curve) if curve else None for curve in (here, there)],
        "rows": [
            (at, value, other, _nearest(there, other))
            for at, value in here[::step]
            for other in (_there(answer["pairs"], at),)
        ],
    }


def _there(pairs: Sequence[Sequence[float]], at: float) -> float:
    """The same moment in the other recording, on the line between two pairs."""
    index = min(max(bisect_left(pairs, at, key=lambda pair: pair[0]), 1), len(pairs) - 1)
    (before, one), (after, other) = pairs[index - 1], pairs[index]
    share = (at - before) / (after - before) if after > before else 0.0
    return one + share * (other - one)


def _nearest(curve: Sequence[Sequence[float]], at: float) -> float | None:
    """The tempo within a second of a moment."""
    moment, value = min(curve, key=lambda point: abs(point[0] - at), default=(at + 9, 0.0))
    return value if abs(moment - at) <= 1 else None
