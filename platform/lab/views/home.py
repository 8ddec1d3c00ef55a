"""The lab's front page, the schedule, the history, and how the house is."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from core import doctor
from grading.models import Asked, ModelVersion, Promotion, RetrainingPolicy, TrainingRun
from grading.services import datasets
from grading.services.labels import held_back
from grading.services.preconditions import open_runs, preconditions
from grading.services.rounds import unheard
from grading.services.schedule import why_not_yet
from lab.access import get_policy, require_admin
from lab.alarms import open_alarms
from lab.forms import PolicyForm
from lab.next_step import next_step
from lab.report import read
from lab.standing import standing

RECENT = 6
PAGE = 50


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    stands, labels, conditions = standing(), datasets.labels(), preconditions()
    runs = TrainingRun.objects.defer("log").select_related("candidate", "started_by", "start").prefetch_related("jobs")
    report = read(stands.champion) if stands.champion else None
    context = {
        "standing": stands,
        "promotion": stands.champion and stands.champion.promotions.first(),
        "report": report,
        "off": report and report.metric("mae"),
        "near": report and report.metric("within_one"),
        "step": next_step(stands, labels, conditions, next(iter(open_runs()), None), unheard=unheard().count()),
        "alarms": open_alarms(),
        "labels": labels,
        "held_back": len(held_back()),
        "asked": Asked.objects.filter(rating=None, round__closed_at=None).count(),
        "preconditions": conditions,
        "policy": RetrainingPolicy.current(),
        "why_not_yet": why_not_yet(),
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
    rows = Promotion.objects.select_related("version__rubric", "previous", "by")
    return render(request, "lab/history.html", {"page": Paginator(rows, PAGE).get_page(request.GET.get("page"))})


@require_safe
def house(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    return render(request, "lab/house.html", {"findings": doctor.examine()})
