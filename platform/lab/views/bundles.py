"""Labelled data that leaves the house, and that comes in."""

import shutil
import tempfile
from pathlib import Path
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from core.ranged import file_response
from grading.exchange.archives import ROOM_BYTES
from grading.models import Bundle
from grading.services import bundles as carrying
from lab.access import get_bundle, require_admin
from lab.bundle_forms import ExportForm, ImportForm
from lab.carried import FOR_WHAT, row_of

PAGE = 30
ENVELOPE_BYTES = 64 * 1024  # what a form adds to the file in it, at most


@require_safe
def bundles(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    return _page(request, ExportForm(), ImportForm())


def _page(request: SignedInRequest, export: ExportForm, receive: ImportForm, status: int = 200) -> HttpResponse:
    found = Bundle.objects.select_related("by").prefetch_related("jobs").order_by("-created_at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [row_of(bundle) for bundle in page]
    context = {
        "page": page,
        "rows": rows,
        "waiting": any(row.waiting for row in rows),
        "export": export,
        "receive": receive,
        "layouts": [(layout.label, FOR_WHAT[layout]) for layout in Bundle.Layout],
        "most": settings.RECORDING_MAX_BYTES,
    }
    template = "lab/bundle_rows.html" if request.headers.get("HX-Request") else "lab/bundles.html"
    return render(request, template, context, status=status)


@require_POST
def new_export(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _page(request, form, ImportForm(), status=422)
    carrying.export(by=request.user, **form.cleaned_data)
    messages.success(request, _("The archive is being packed. It can be fetched from this page for a week."))
    return redirect("lab:bundles")


@csrf_exempt  # checked in _receive, when the way to the disk is laid
@require_POST
def new_import(request: SignedInRequest) -> HttpResponseBase:
    """Django reads a form when something first asks for it, the check of its token: who sends it, how large it is and
    whether it fits are looked at before.
    """
    require_admin(request.user)
    if trouble := _no_way(request):
        messages.error(request, trouble)
        return redirect("lab:bundles")
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    return _receive(request)


def _no_way(request: SignedInRequest) -> str:
    if request.headers.get("Transfer-Encoding"):
        return _("Your browser does not say how large the file is. Please try another one.")
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > settings.RECORDING_MAX_BYTES + ENVELOPE_BYTES:
        return _(
            "This file has %(size)s; at most %(most)s can be sent here. Larger ones are read by the command "
            "“import_labels” on the server."
        ) % {"size": filesizeformat(size), "most": filesizeformat(settings.RECORDING_MAX_BYTES)}
    places = (tempfile.gettempdir(), carrying.folder())
    if any(shutil.disk_usage(place).free < size + ROOM_BYTES for place in places):
        return _("There is not enough room on the disk for this file.")
    return ""


@csrf_protect
def _receive(request: SignedInRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, ExportForm(), form, status=422)
    file = cast(TemporaryUploadedFile, form.cleaned_data["file"])
    carrying.receive(
        by=request.user,
        layout=form.cleaned_data["layout"],
        source=form.cleaned_data["source"],
        file=Path(file.temporary_file_path()),
        name=file.name or "",
    )
    messages.success(request, _("The file is being read. Nothing of it counts before all of it was found to be sound."))
    return redirect("lab:bundles")


@require_safe
def archive(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Fetched by somebody who withdrew a moment ago, it would still hold them: looked at once more."""
    bundle = get_bundle(request.user, pk)
    if not carrying.may_leave(bundle):
        raise Http404
    response = file_response(request, carrying.path_of(bundle), "application/zip")
    response["Content-Disposition"] = f'attachment; filename="labels-{bundle.dataset_id}-{bundle.layout}.zip"'
    return response


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    carrying.delete(bundle=get_bundle(request.user, pk))
    messages.success(request, _("It is deleted. What was read from it before stays."))
    return redirect("lab:bundles")
