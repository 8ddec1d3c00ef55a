"""The lab's front page, the schedule, the history, and how the house is."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from core import doctor
from grading.models import ModelVersion, Promotion, RetrainingPolicy, TrainingRun
from grading.services import datasets, training
from lab.access import get_policy, require_admin
from lab.forms import PolicyForm
from lab.standing import standing

RECENT = 6
PAGE = 50


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    preconditions = training.preconditions()
    runs = TrainingRun.objects.defer("log").select_related("candidate", "started_by", "start").prefetch_related("jobs")
    context = {
        "standing": standing(),
        "labels": datasets.labels(),
        "preconditions": preconditions,
        "ready": all(condition.met for condition in preconditions),
        "policy": RetrainingPolicy.current(),
        "runs": runs[:RECENT],
        "versions": ModelVersion.objects.select_related("run")[:RECENT],
    }
    return render(request, "lab/home.html", context)


@require_http_methods(["GET", "POST"])
def policy(request: SignedInRequest) -> HttpResponse:
    form = PolicyForm(request.POST or None, instance=get_policy(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The schedule is kept."))
        return redirect("lab:home")
    return render(request, "lab/policy.html", {"form": form, "labels": datasets.labels()})


@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    rows = Promotion.objects.select_related("version", "previous", "by")
    return render(request, "lab/history.html", {"page": Paginator(rows, PAGE).get_page(request.GET.get("page"))})


@require_safe
def house(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    return render(request, "lab/house.html", {"findings": doctor.examine()})
