"""What waiting pages ask again and again: few questions, and the answer says when to ask next."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from grading.models import Job, Performance
from grading.services import waiting

from ..models import Submission


@require_safe
def progress(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The waiting part of the page; or 204 where the page would look different by now and is loaded anew."""
    submission = _get_glimpse_for(request.user, pk)
    performance = submission.performance
    job = performance.jobs.filter(kind__in=Job.AWAITED).order_by("-pk").first()
    under_way = job is not None and job.state in Job.OPEN
    if request.GET.get("seen") != signature(performance, under_way=under_way):
        response = HttpResponse(status=204)
    else:
        page = {"submission": submission, "waiting": waiting.of_job(performance, job)}
        response = render(request, "submissions/waiting.html", page)
    response["Cache-Control"] = "no-store"
    return response


def _get_glimpse_for(user: User, pk: uuid.UUID) -> Submission:
    """What the waiting part shows, and no more: it is asked by all who wait."""
    submissions = Submission.objects.visible_to(user).select_related("performance__result")
    shown = ("state", "trouble", "may_grade", "autograde", "result__released_at")
    return get_object_or_404(submissions.only("id", *(f"performance__{field}" for field in shown)), pk=pk)


def signature(performance: Performance, *, under_way: bool) -> str:
    """Changes when the page would look different, apart from the progress of the work itself."""
    released = int(hasattr(performance, "result"))
    return f"{performance.state}-{performance.autograde_id or 0}-{int(under_way)}-{released}"
