"""Two performances side by side: which ones there are, and a pair of them in step."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from grading.services import alignments

from .. import comparisons
from ..access import get_for_comparison, get_for_review


@require_safe
def compare(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    submission = get_for_review(request.user, pk)
    return render(
        request,
        "reviews/compare.html",
        {
            "submission": submission,
            "attempts": comparisons.attempts(request.user, submission),
            "anchors": comparisons.anchors(request.user, submission),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def compared(request: SignedInRequest, pk: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Both, side by side. A POST asks a worker to put them in step, which the page does by itself."""
    submission, beside = get_for_comparison(request.user, pk, other)
    if request.method != "POST":
        return render(request, "reviews/compare_pair.html", comparisons.pair(request.user, submission, beside))
    study = alignments.ask_align(performance=submission.performance, other=beside.performance)
    if request.headers.get("HX-Request"):
        return render(request, "submissions/duet_step.html", comparisons.waiting(submission, beside, study))
    return redirect("reviews:compared", submission.pk, other)


@require_safe
def step(request: SignedInRequest, pk: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """How far it is; the page is loaded anew when there is more to show."""
    submission, beside = get_for_comparison(request.user, pk, other)
    study = alignments.find(performance=submission.performance, other=beside.performance)
    if study is not None and study.answer is not None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "submissions/duet_step.html", comparisons.waiting(submission, beside, study))
