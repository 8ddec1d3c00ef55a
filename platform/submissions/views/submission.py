"""One recording: on its way, with a provisional grade, and with the teacher's result."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from courses.access import teaches
from grading import checks, evidence
from grading.models import Rating
from grading.services import performances, waiting

from .. import preflight, retakes
from ..access import get_own_submission, get_submission_for
from ..appealing import appealing
from ..axis import axis
from ..forms import AppealForm, FrameForm
from ..framing import framing
from ..models import Submission
from ..outcome import outcome
from ..pointing import pointers
from ..provisional import provisional
from ..services import appeals, showing
from ..standing import Standing, is_under_way, standing
from .progress import signature


@require_safe
def submission(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, get_submission_for(request.user, pk))


def _page(request: SignedInRequest, submission: Submission, **forms: Any) -> HttpResponse:
    stands = standing(submission, request.user)
    performance = submission.performance
    under_way = is_under_way(submission)
    is_own = submission.student_id == request.user.pk
    page = {
        "submission": submission,
        "performance": performance,
        "standing": stands,
        "is_own": is_own,
        "is_hidden": is_own and not submission.assignment.course.shows_provisional,
        "teaches": teaches(request.user, submission.assignment.course),
        "waiting": waiting.of(performance) if under_way else None,
        "seen": signature(performance, under_way=under_way),
        "marked": _marked(submission) if stands.result is None else 0,
        "refusals": [checks.sentence(found) for found in performance.findings if found["rule"] == checks.Rule.REFUSE],
        "preflight": preflight.found(submission, request.user),
        "framing": framing(performance),
        "earlier": _earlier(submission),
        "appealing": appealing(submission, stands.result),
        "appeal_form": AppealForm(),
        "not_shown_because": showing.objection(submission) if stands.result and not is_own else None,
        **_grades(stands),
        **retakes.withdrawal(submission, request.user),
    }
    return render(request, "submissions/submission.html", page | forms)


def _grades(stands: Standing) -> dict[str, Any]:
    """What the teacher and the model say, as far as this person may see it."""
    submission, result = stands.submission, stands.result
    # A result keeps the grade beside which it was given.
    grade = result.rating.autograde if result and result.rating.autograde else stands.autograde
    shown = outcome(result, submission.assignment, grade) if result else None
    points = pointers(grade) if grade else []
    return {
        "grade": grade,
        "outcome": shown,
        "provisional": provisional(grade, submission.assignment.rubric) if grade else None,
        "moved_by": evidence.moved_by(grade) if grade else "",
        "pointers": points,
        "axis": axis(submission.performance, grade, points, shown),
    }


def _earlier(submission: Submission) -> Submission | None:
    """The attempt before this one that can be played beside it."""
    if not submission.performance.is_playable or submission.withdrawn_at is not None:
        return None
    before = (
        Submission.objects.kept()
        .playable()
        .filter(assignment=submission.assignment_id, student=submission.student_id, attempt__lt=submission.attempt)
    )
    return before.order_by("-attempt").only("pk", "attempt").first()


def _marked(submission: Submission) -> int:
    """How many of the teachers who mark it, each alone, have done so; 0 where one teacher marks."""
    if not submission.second:
        return 0
    ratings = Rating.objects.filter(performance=submission.performance_id).exclude(purpose=Rating.Purpose.STANDARD)
    return ratings.values("rater").distinct().count()


@require_POST
def frame(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Look at another part of the picture, and grade again."""
    submission = get_submission_for(request.user, pk)
    form = FrameForm(request.POST)
    try:
        if not form.is_valid():
            raise ValueError(_("The frame needs four numbers between 0 and 1."))
        performances.move_crop(performance=submission.performance, crop=form.cleaned_data, by=request.user)
    except ValueError as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The frame is moved. The model looks again."))
    return redirect("submissions:submission", pk)


@require_POST
def appeal(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    own = get_own_submission(request.user, pk)
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            appeals.appeal(submission=own, by=request.user, reason=form.cleaned_data["reason"])
        except appeals.AppealRefused as reason:
            form.add_error("reason", str(reason))
        else:
            messages.success(request, _("Your request is here. A teacher who has not marked it listens anew."))
            return redirect("submissions:submission", pk)
    return _page(request, get_submission_for(request.user, pk), appeal_form=form)
