"""Everything about me: an archive of it, and its erasure."""

import uuid

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import personal
from core.ranged import private_file

from ..forms import EraseForm
from ..models import Export, User
from ..requests import SignedInRequest
from ..services import erasure, export


@require_POST
def ask_export(request: SignedInRequest) -> HttpResponse:
    row = export.ask(user=request.user)
    if row.ready_at is None:
        messages.success(request, _("Your archive is being packed. You get a mail when it is ready."))
    return redirect("accounts:profile")


@require_safe
def get_export(request: SignedInRequest, pk: uuid.UUID) -> HttpResponseBase:
    row = get_object_or_404(Export, pk=pk, user=request.user, ready_at__isnull=False, expires_at__gt=timezone.now())
    path = export.path_of(row)
    if not path.is_file():
        raise Http404
    response = private_file(request, path, "application/zip")
    response["Content-Disposition"] = f'attachment; filename="clavier-{row.ready_at:%Y-%m-%d}.zip"'
    return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: SignedInRequest) -> HttpResponse:
    form = EraseForm(request.user, request.POST or None)
    if form.is_valid():
        try:
            erasure.forget(user=request.user)
        except personal.CannotForget as reason:
            form.add_error(None, str(reason))
        else:
            logout(request)
            messages.success(request, _("Everything about you is erased. Thank you for having been here."))
            return redirect("accounts:sign_in")
    return render(request, "accounts/erase.html", {"form": form, **_fates(request.user)})


def _fates(user: User) -> dict[str, object]:
    """What goes and what stays, of what there is."""
    there = [table for table in personal.tables() if table.title and table.rows(user).exists()]
    goes = [table for table in there if table.fate in {personal.Fate.DELETE, personal.Fate.GONE}]
    return {
        "goes": list(dict.fromkeys(str(table.title) for table in goes)),
        "stays": [table for table in there if table.fate == personal.Fate.KEEP],
    }
