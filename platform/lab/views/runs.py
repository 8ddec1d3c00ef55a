"""Training runs: started, watched, stopped."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from grading.services import training
from lab.access import get_dataset, get_run, require_admin
from lab.progress import progress_of


@require_POST
def train(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    chosen = request.POST.get("dataset", "")
    dataset = get_dataset(request.user, int(chosen)) if chosen.isascii() and chosen.isdigit() else None
    try:
        run = training.start(by=request.user, dataset=dataset)
    except training.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("lab:home")
    messages.success(request, _("%(run)s has begun. The champion goes on grading meanwhile.") % {"run": run})
    return redirect("lab:run", pk=run.pk)


@require_safe
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    training_run = get_run(request.user, pk)
    return render(request, "lab/run.html", {"run": training_run, "progress": progress_of(training_run)})


@require_safe
def progress(request: SignedInRequest, pk: int) -> JsonResponse:
    return JsonResponse(progress_of(get_run(request.user, pk)).to_json())


@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    training_run = get_run(request.user, pk)
    try:
        training.stop(run=training_run, by=request.user)
    except training.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(run)s is stopped. Nothing was changed by it.") % {"run": training_run})
    return redirect("lab:run", pk=pk)
