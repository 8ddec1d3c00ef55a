"""A form with a whole recording in it, for a browser without scripts: onto the disk as it comes, within the one limit.

Django reads a form when something first asks for it, which is the check of its token: long before the view. So the
limit is looked at, and the way to the disk is laid, outside of that check.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.requests import SignedInRequest

from .services import uploads

ENVELOPE_BYTES = 64 * 1024  # what a form adds to the file in it, at most

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def takes_a_whole_file(view: View[P]) -> View[P]:
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def within_the_limit(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.headers.get("Transfer-Encoding"):
            sentence = _("Your browser does not say how large the file is. Please try another one.")
            return refused(request, 411, sentence)
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size > settings.RECORDING_MAX_BYTES + ENVELOPE_BYTES:
            return refused(request, 413, uploads.too_large(size))
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return protected(request, *args, **kwargs)

    return within_the_limit


def refused(request: SignedInRequest, status: int, sentence: str) -> HttpResponse:
    return render(request, "submissions/too_large.html", {"sentence": sentence, "code": status}, status=status)
