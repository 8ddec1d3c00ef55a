"""A candidate that grades along: how it does beside the champion, and its beginning and end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from core.history import told
from core.models import Event
from grading.services import shadows
from lab import acts
from lab.access import get_version
from lab.along import along
from lab.forms import ShadowForm


@require_safe
def shadow(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    done = Event.objects.filter(kind__in=acts.SHADOW, after__version=version.number).select_related("actor")
    context = {"version": version, "along": along(version), "done": [(event, told(event)) for event in done]}
    return render(request, "lab/shadow.html", context)


@require_POST
def begin(request: SignedInRequest, number: int) -> HttpResponse:
    version, form = get_version(request.user, number), ShadowForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose for how many weeks it is to make up."))
        return redirect("lab:model", number=version.number)
    try:
        shadows.begin(version=version, by=request.user, weeks=form.cleaned_data["weeks"] or 0)
    except shadows.ShadowError as reason:
        messages.error(request, str(reason))
        return redirect("lab:model", number=version.number)
    said = _("%(version)s grades along from now on. Nobody but the lab sees what it says.")
    messages.success(request, said % {"version": version})
    return redirect("lab:shadow", number=version.number)


@require_POST
def end(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    try:
        shadows.end(version=version, by=request.user)
    except shadows.ShadowError as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("%(version)s grades along no more.") % {"version": version})
    return redirect("lab:shadow", number=version.number)
