"""Two of one's own recordings of a piece side by side, in step once they are."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from grading.services import alignments

from .. import duets
from ..access import get_own_pair


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """`with` names the other one; without it, the nearest. A POST asks a worker to put both in step."""
    pair = get_own_pair(request.user, pk, request.GET.get("with"))
    if pair.other is None:
        return render(request, "submissions/compare.html", {"pair": pair, "submission": pair.one})
    here, step = duets.addresses(pair.one, pair.other)
    if request.method != "POST":
        shown = duets.duet(pair.one, duets.beside(pair.other), here=here, step=step)
        return render(request, "submissions/compare.html", {"pair": pair} | shown)
    study = alignments.ask_align(performance=pair.one.performance, other=pair.other.performance)
    if request.headers.get("HX-Request"):
        return render(request, "submissions/duet_step.html", duets.waiting(study, here=here, step=step))
    return redirect(here)


@require_safe
def compare_step(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it is; the page is loaded anew when there is more to show."""
    pair = get_own_pair(request.user, pk, request.GET.get("with"))
    if pair.other is None:
        return HttpResponse(status=204)
    here, step = duets.addresses(pair.one, pair.other)
    study = alignments.find(performance=pair.one.performance, other=pair.other.performance)
    if study is not None and study.answer is not None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "submissions/duet_step.html", duets.waiting(study, here=here, step=step))
