"""Where did the model look and listen? Asked of the worker once per stretch, and shown when it has answered."""

import uuid
from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from core.ranged import private_file
from grading.services import studies

from .. import evidence
from ..access import get_explained, get_grade_for_review
from ..requests import moment, number


@require_POST
def explain(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Leads to the study, new or known. A stretch that makes no sense is refused in words."""
    submission, autograde = get_grade_for_review(request.user, pk, number(request.POST.get("autograde")))
    try:
        study = studies.ask_explain(
            performance=submission.performance,
            autograde=autograde,
            start=moment(request.POST.get("start")),
            end=moment(request.POST.get("end")),
        )
    except studies.Refused as reason:
        context = {"submission": submission, "refused": str(reason)}
        return render(request, _template(request), context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("reviews:study", submission.pk, study.pk)


@require_safe
def study(request: SignedInRequest, pk: uuid.UUID, study: uuid.UUID) -> HttpResponse:
    """The answer, or how far it is; the desk asks for the part alone and lays it under the stretch."""
    submission, found = get_explained(request.user, pk, study)
    return render(request, _template(request), evidence.study_context(submission, found))


@require_safe
def picture(request: SignedInRequest, pk: uuid.UUID, study: uuid.UUID, sense: str) -> HttpResponseBase:
    _, found = get_explained(request.user, pk, study)
    path = studies.folder(found) / evidence.PICTURES.get(sense, "")
    if found.answer is None or not path.is_file():
        raise Http404
    return private_file(request, path, "image/jpeg")


def _template(request: SignedInRequest) -> str:
    return "reviews/study_part.html" if request.headers.get("X-Part") == "study" else "reviews/study.html"
