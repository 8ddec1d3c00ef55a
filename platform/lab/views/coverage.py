"""What the intervals hold against what they promise, and how wide they are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from grading.services import calibrations
from lab.access import get_version, require_admin
from lab.coverage import coverage as told


@require_safe
def coverage(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    return render(request, "lab/coverage.html", {"coverage": told()})


@require_POST
def recalibrate(request: SignedInRequest, number: int) -> HttpResponse:
    version = get_version(request.user, number)
    try:
        calibrations.recalibrate(version=version, by=request.user)
    except calibrations.TooFew as reason:
        messages.error(request, str(reason))
    else:
        said = _("The intervals of %(version)s are set anew. They hold for what is graded from now on.")
        messages.success(request, said % {"version": version})
    return redirect("lab:coverage")
