"""Registered versions: their reports, and which of them is champion."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from grading.models import ModelVersion
from grading.models.grades import LEVELS
from grading.services import registry
from lab.access import get_version, require_admin
from lab.forms import ReasonForm
from lab.plots import PERCENTS
from lab.report import read
from lab.standing import previous_champion, rated_by


@require_safe
def model(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    champion = registry.champion()
    context = {
        "version": version,
        "champion": champion,
        "report": read(version),
        "verdict": registry.verdict(version),
        "rated": rated_by(version),
        "levels": LEVELS,
        "percents": PERCENTS,
        "lineage": _lineage(version),
        "descendants": list(ModelVersion.objects.filter(run__start=version).order_by("number")),
        "promotions": version.promotions.select_related("by", "previous"),
    }
    return render(request, "lab/model.html", context)


@require_safe
def card(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    response = HttpResponse(version.card, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="clavier-version-{version.number}.md"'
    return response


@require_http_methods(["GET", "POST"])
def promote(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    form = ReasonForm(request.POST or None)
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            registry.promote(version=version, by=request.user, reason=form.cleaned_data["reason"])
        except registry.RegistryError as error:
            trouble = str(error)
        else:
            said = _("%(version)s is the champion now. Work that waits is graded again by it.")
            messages.success(request, said % {"version": version})
            return redirect("lab:model", number=version.number)
    return _confirm(request, version, form, trouble, rolling_back=False)


@require_http_methods(["GET", "POST"])
def roll_back(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    earlier = previous_champion()
    if earlier is None:
        messages.error(request, _("There is no earlier champion to go back to."))
        return redirect("lab:history")
    form = ReasonForm(request.POST or None)
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            promotion = registry.roll_back(by=request.user, reason=form.cleaned_data["reason"])
        except registry.RegistryError as error:
            trouble = str(error)
        else:
            messages.success(request, _("%(version)s is the champion again.") % {"version": promotion.version})
            return redirect("lab:model", number=promotion.version.number)
    return _confirm(request, earlier, form, trouble, rolling_back=True)


def _confirm(
    request: SignedInRequest, version: ModelVersion, form: ReasonForm, trouble: str, *, rolling_back: bool
) -> HttpResponse:
    verdict = registry.verdict(version)
    context = {
        "version": version,
        "champion": registry.champion(),
        "form": form,
        "trouble": trouble,
        "rolling_back": rolling_back,
        "verdict": verdict,
        "needs_reason": version.stage == ModelVersion.Stage.CANDIDATE and not verdict.passes,
        "differences": registry.differences(version=version),
    }
    return render(request, "lab/promote.html", context, status=422 if trouble else 200)


def _lineage(version: ModelVersion) -> list[ModelVersion]:
    """The versions this one was trained from, nearest first. Roots have no run, so the walk ends."""
    ancestors: list[ModelVersion] = []
    while version.run is not None:
        version = ModelVersion.objects.select_related("run__start").get(pk=version.run.start_id)
        ancestors.append(version)
    return ancestors
