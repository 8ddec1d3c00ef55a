"""Registered versions: what they are, what the gate says of them, and which of them is champion."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from grading.judgements import Judgement
from grading.models import GateBounds, ModelVersion
from grading.models.grades import LEVELS
from grading.services import gate, registry
from grading.services.differences import differences
from lab import cards, lineage
from lab.access import get_rubric, get_version, require_admin
from lab.changes import listed
from lab.forms import BoundsForm, ReasonForm
from lab.plots import PERCENTS
from lab.report import read
from lab.standing import rated_by


@require_safe
def models(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    older = max(0, ModelVersion.objects.count() - lineage.MOST)
    return render(request, "lab/models.html", {"family": lineage.everyone(), "older": older})


@require_safe
def model(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    judgement = _judgement(version)
    context = {
        "version": version,
        "champion": registry.champion(version.rubric),
        "report": read(version),
        "judgement": judgement,
        "live": version.stage == ModelVersion.Stage.CANDIDATE,
        "rated": rated_by(version),
        "levels": LEVELS,
        "percents": PERCENTS,
        "family": lineage.of(version),
        "card": cards.sections(version, judgement),
        "before": registry.before(version.rubric) if version.stage == ModelVersion.Stage.CHAMPION else None,
        "promotions": version.promotions.select_related("by", "previous"),
    }
    return render(request, "lab/model.html", context)


def _judgement(version: ModelVersion) -> Judgement | None:
    """Of a candidate what the gate says now, of others what it said when they were promoted."""
    if version.stage == ModelVersion.Stage.CANDIDATE:
        return gate.judge(version)
    asked = version.promotions.exclude(gate={}).order_by("at").first()
    return Judgement.from_json(asked.gate) if asked else None


@require_safe
def card(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    response = HttpResponse(cards.markdown(version, _judgement(version)), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="clavier-version-{version.number}.md"'
    return response


@require_http_methods(["GET", "POST"])
def bounds(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    form = BoundsForm(request.POST or None, instance=GateBounds.current())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The bounds are kept. What waits for a decision is judged by them from now on."))
        return redirect("lab:models")
    return render(request, "lab/bounds.html", {"form": form})


@require_http_methods(["GET", "POST"])
def promote(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    form = ReasonForm(request.POST or None)
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            registry.promote(
                version=version,
                by=request.user,
                reason=form.cleaned_data["reason"],
                instead_of=form.cleaned_data["instead_of"],
            )
        except registry.RegistryError as error:
            trouble = str(error)
        else:
            said = _("%(version)s is the champion now. Work that waits is graded again by it.")
            messages.success(request, said % {"version": version})
            return redirect("lab:model", number=version.number)
    judgement = gate.judge(version) if version.stage == ModelVersion.Stage.CANDIDATE else None
    return _confirm(request, version, form, trouble, judgement=judgement)


@require_http_methods(["GET", "POST"])
def roll_back(request: SignedInRequest) -> HttpResponse:
    """Of the general model, or with `?rubric=` of that rubric's own."""
    require_admin(request.user)
    asked = request.GET.get("rubric")
    rubric = get_rubric(request.user, asked) if asked else None
    present, earlier = registry.champion(rubric), registry.before(rubric)
    if present is None or earlier is None:
        messages.error(request, _("There is no earlier champion to go back to."))
        return redirect("lab:history")
    form = ReasonForm(request.POST or None)
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            promotion = registry.roll_back(
                by=request.user,
                reason=form.cleaned_data["reason"],
                rubric=rubric,
                instead_of=form.cleaned_data["instead_of"],
            )
        except registry.RegistryError as error:
            trouble = str(error)
        else:
            messages.success(request, _("%(version)s is the champion again.") % {"version": promotion.version})
            return redirect("lab:model", number=promotion.version.number)
    return _confirm(request, earlier, form, trouble, leaving=present)


def _confirm(
    request: SignedInRequest,
    version: ModelVersion,
    form: ReasonForm,
    trouble: str,
    *,
    judgement: Judgement | None = None,
    leaving: ModelVersion | None = None,
) -> HttpResponse:
    """What would change, the gate's word on it, and the button; `leaving` is the champion of a rollback."""
    champion = leaving or registry.champion(version.rubric)
    found = differences(version=version, of=leaving)
    context = {
        "version": version,
        "champion": champion,
        "form": form,
        "trouble": trouble,
        "rolling_back": leaving is not None,
        "judgement": judgement,
        "needs_reason": judgement is not None and not judgement.passes,
        "waiting": listed(found.waiting, request.GET.get("waiting")),
        "released": listed(found.released, request.GET.get("released")),
        "unknown": found.unknown,
        "levels": LEVELS,
    }
    return render(request, "lab/promote.html", context, status=422 if trouble else 200)
