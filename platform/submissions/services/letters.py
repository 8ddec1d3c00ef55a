"""What a student is written: about a recording that could not be taken, a result, and an answer to an appeal.

Whatever changes a submission posts the letter in its own transaction: neither is there without the other. Only a
refusal comes from the engine room, which knows no submissions and sends a signal.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import Letter
from accounts.services import letters
from grading import checks
from grading.models import Performance

from ..models import Submission


def released(submission: Submission) -> None:
    letters.post(user=submission.student, kind=Letter.Kind.RELEASED, about=_about(submission))


def answered(submission: Submission) -> None:
    letters.post(user=submission.student, kind=Letter.Kind.APPEAL, about=_about(submission))


def asked_again(submission: Submission, *, reason: str) -> None:
    _problem(submission, [reason], again=True)


def refused(performance: Performance, **_signal: Any) -> None:
    """A receiver of `recording_refused`. A recording that nobody has handed in is the house's own."""
    submission = Submission.objects.filter(performance=performance).select_related("student").first()
    if submission is None or submission.withdrawn_at is not None:
        return
    with translation.override(submission.student.language or settings.LANGUAGE_CODE):
        found = [row for row in performance.findings if row["rule"] == checks.Rule.REFUSE]
        why = [str(checks.sentence(row)) for row in found]
        if not why and performance.trouble:
            why = [gettext(performance.trouble)]
    _problem(submission, why, again=False)


def _problem(submission: Submission, why: Sequence[str], *, again: bool) -> None:
    about = _about(submission) | {"why": list(why), "again": again}
    letters.post(user=submission.student, kind=Letter.Kind.PROBLEM, about=about)


def _about(submission: Submission) -> dict[str, Any]:
    piece = submission.assignment.piece
    address = reverse("submissions:submission", args=(submission.pk,))
    return {"address": address, "piece": piece.title, "composer": piece.composer}
