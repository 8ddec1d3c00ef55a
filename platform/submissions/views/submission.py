"""One recording: on its way, with a provisional grade, and with the teacher's result."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from courses.access import teaches
from grading.models import Performance, Rating
from grading.services import performances

from ..access import get_own_submission, get_submission_for
from ..forms import AppealForm, FrameForm
from ..models import Submission
from ..outcome import Outcome, outcome
from ..services import appeals
from ..standing import Standing, is_under_way, standing


@require_safe
def submission(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, get_submission_for(request.user, pk))


def _page(request: SignedInRequest, submission: Submission, **forms: Any) -> HttpResponse:
    stands = standing(submission, request.user)
    performance = submission.performance
    under_way = is_under_way(submission)
    shown = outcome(stands.result, submission.assignment) if stands.result else None
    grade = stands.result.rating.autograde if stands.result and stands.result.rating.autograde else stands.autograde
    page = {
        "submission": submission,
        "performance": performance,
        "standing": stands,
        "grade": grade,
        "is_own": submission.student_id == request.user.pk,
        "teaches": teaches(request.user, submission.assignment.course),
        "waiting": performances.progress(performance) if under_way else None,
        "seen": _signature(stands, under_way=under_way),
        "marked": _marked(submission) if stands.result is None else 0,
        "outcome": shown,
        "axis": _axis(performance, grade, shown),
        "frame_form": FrameForm(initial=performance.crop) if performance.crop else None,
        "appeal_form": AppealForm(),
    }
    return render(request, "submissions/submission.html", page | forms)


def _marked(submission: Submission) -> int:
    """How many of the teachers who mark it, each alone, have done so; 0 where one teacher marks."""
    if not submission.second:
        return 0
    ratings = Rating.objects.filter(performance=submission.performance_id).exclude(purpose=Rating.Purpose.STANDARD)
    return ratings.values("rater").distinct().count()


def _axis(performance: Performance, grade: Any, shown: Outcome | None) -> dict[str, Any]:
    """Page data of the time axis: seconds of the proxy, levels, and the moments of the teacher's remarks."""
    return {
        "duration": performance.duration or 0,
        "windows": grade.windows if grade else [],
        "remarks": [
            {
                "start": said.remark.start,
                "end": said.remark.end,
                "text": said.in_short,
                "mark": said.remark.mark,
                "sign": said.sign,
            }
            for said in (shown.remarks if shown else ())
        ],
    }


def _signature(stands: Standing, *, under_way: bool) -> str:
    """Changes when the page would look different, apart from the progress of the work itself."""
    performance = stands.submission.performance
    grade = performance.autograde
    return f"{performance.state}-{grade.pk if grade else 0}-{int(under_way)}-{int(stands.result is not None)}"


@require_safe
def progress(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What a waiting page asks every two seconds; when there is more to show than progress, it loads anew."""
    submission = get_submission_for(request.user, pk)
    under_way = is_under_way(submission)
    seen = _signature(standing(submission, request.user), under_way=under_way)
    if request.GET.get("seen") != seen:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(
        request,
        "submissions/progress.html",
        {"submission": submission, "seen": seen, "waiting": performances.progress(submission.performance)},
    )


@require_POST
def frame(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Look at another part of the picture, and grade again."""
    submission = get_submission_for(request.user, pk)
    form = FrameForm(request.POST)
    try:
        if not form.is_valid():
            raise ValueError("The frame needs four numbers between 0 and 1.")
        performances.move_crop(performance=submission.performance, crop=form.cleaned_data, by=request.user)
    except ValueError as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "The frame is moved. The model looks again.")
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
            messages.success(request, "Your teacher will look at it again, with your reason beside it.")
            return redirect("submissions:submission", pk)
    return _page(request, get_submission_for(request.user, pk), appeal_form=form)
