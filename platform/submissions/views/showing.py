"""Showing a recording to the class: a teacher's word for it and against it, and what classmates hear."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest

from ..heard import heard_by
from ..models import Submission
from ..services import showing


@require_POST
def show(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    taught = get_object_or_404(Submission.objects.taught_by(request.user), pk=pk)
    try:
        showing.show(submission=taught, by=request.user)
    except showing.ShowingRefused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The class hears it on the page of the course."))
    return redirect("submissions:submission", pk)


@require_POST
def unshow(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    taught = get_object_or_404(Submission.objects.taught_by(request.user), pk=pk)
    showing.unshow(submission=taught, by=request.user)
    messages.success(request, _("The class does not hear it any more."))
    return redirect("submissions:submission", pk)


@require_safe
def in_class(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The player and nothing else: no grade, no remark, no comment."""
    related = ("student", "assignment__piece", "assignment__course", "performance")
    shown = get_object_or_404(heard_by(request.user).select_related(*related), pk=pk)
    return render(request, "submissions/in_class.html", {"submission": shown})
