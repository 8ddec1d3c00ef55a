"""The tus 1.0 protocol: core, creation, creation-with-upload, expiration, termination, checksum.

The last part hands the recording in; every answer about a finished upload names its submission in `Clavier-Submission`.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest

from .. import protocol
from ..access import get_assignment_to_play, get_upload_for
from ..models import Submission, Upload
from ..protocol import Refused
from ..services import uploads as services
from ..services import writing

DRAIN_BYTES = 8 * 1024**2  # what our own page sends at once; as much of a refused body is read before the answer

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def speaks_tus(*methods: str) -> Callable[[View[P]], View[P]]:
    """Answers OPTIONS, lets these methods through, and makes the protocol's own answer of a refusal."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            method = protocol.method(request)
            if method == "OPTIONS":
                return _abilities()
            if method not in methods:
                return _answer(405, _("This address takes other methods."), Allow=", ".join((*methods, "OPTIONS")))
            try:
                protocol.check_version(request)
                return view(request, *args, **kwargs)
            except Refused as refusal:
                return _refused(request, refusal)

        return answer

    return decorate


@speaks_tus("POST")
def uploads(request: SignedInRequest) -> HttpResponse:
    """Begin an upload, perhaps with its first part."""
    announced, checksum = protocol.announcement(request), protocol.checksum(request)
    try:
        assignment = get_assignment_to_play(request.user, announced.assignment)
    except Http404:
        raise Refused(404, _("There is no such assignment for you.")) from None
    if protocol.has_part(request):
        protocol.check_room(request, announced.size)
    try:
        upload = services.begin(user=request.user, assignment=assignment, name=announced.name, size=announced.size)
    except services.UploadRefused as reason:
        raise Refused(reason.status, str(reason)) from None
    if protocol.has_part(request):
        try:
            with writing.writing(upload):
                _take(request, upload, checksum)
        except Refused:
            services.cancel(upload=upload)  # nobody was told where it is
            raise
    answer = _state(upload, 201)
    answer["Location"] = reverse("submissions:upload", args=(upload.pk,))
    return answer


@speaks_tus("HEAD", "PATCH", "DELETE")
def upload(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    try:
        upload = get_upload_for(request.user, pk)
    except Http404:
        raise Refused(404, _("This upload is not here any more. Please choose the file again.")) from None
    if upload.submission_id is None and upload.expires_at < timezone.now():
        services.cancel(upload=upload)
        raise Refused(410, _("This upload rested for too long. Please choose the file again."))
    if protocol.method(request) == "HEAD":
        return _state(upload, 200)
    try:
        with writing.writing(upload):
            if protocol.method(request) == "PATCH":
                return _patch(request, upload)
            services.cancel(upload=upload)
            return _answer(204)
    except writing.Busy as reason:
        raise Refused(423, str(reason)) from None


def _patch(request: SignedInRequest, upload: Upload) -> HttpResponse:
    if not protocol.has_part(request):
        raise Refused(415, _("A part of an upload is application/offset+octet-stream."))
    if request.headers.get("Upload-Offset") != str(upload.offset):
        raise Refused(409, _("The next byte to send is number %(offset)s.") % {"offset": upload.offset})
    protocol.check_room(request, upload.size - upload.offset)
    checksum = protocol.checksum(request)
    if upload.submission_id is None:
        _take(request, upload, checksum)
    return _state(upload, 204)


def _take(request: SignedInRequest, upload: Upload, checksum: writing.Checksum | None) -> None:
    try:
        writing.append(upload=upload, read=protocol.reader(request), checksum=checksum)
    except writing.TooMuch as reason:
        raise Refused(413, str(reason)) from None
    except writing.WrongChecksum as reason:
        raise Refused(460, str(reason)) from None
    except writing.NoRoom as reason:
        raise Refused(507, str(reason)) from None
    except UnreadablePostError:
        raise Refused(400, "") from None  # nobody listens any more; what came is kept


def _state(upload: Upload, status: int) -> HttpResponse:
    """Where the upload stands. A file that is here as a whole is handed in first, also after a crash in between."""
    headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.size)}
    if upload.offset == upload.size:
        submission = _hand_in(upload)
        headers["Clavier-Submission"] = reverse("submissions:submission", args=(submission.pk,))
    elif upload.submission_id is None:
        headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return _answer(status, **headers)


def _hand_in(upload: Upload) -> Submission:
    try:
        return services.hand_in(upload=upload)
    except services.MayNot as reason:
        services.cancel(upload=upload)
        raise Refused(reason.status, str(reason)) from None


def _abilities() -> HttpResponse:
    facts = {
        "Tus-Extension": ",".join(protocol.EXTENSIONS),
        "Tus-Max-Size": str(settings.RECORDING_MAX_BYTES),
        "Tus-Checksum-Algorithm": ",".join(writing.ALGORITHMS),
    }
    return _answer(204, **{"Tus-Version": protocol.VERSION}, **facts)


def _refused(request: SignedInRequest, refusal: Refused) -> HttpResponse:
    """Read what is on its way first, up to one part: clients that are still sending see a broken pipe otherwise."""
    left = DRAIN_BYTES
    try:
        read = protocol.reader(request)
        while left > 0 and (block := read(min(writing.BUFFER, left))):
            left -= len(block)
    except (Refused, UnreadablePostError):
        pass  # there is nothing to read, or nobody listens any more
    versions = {"Tus-Version": protocol.VERSION} if refusal.status == 412 else {}
    return _answer(refusal.status, refusal.sentence, **versions)


def _answer(status: int, sentence: str = "", **headers: str) -> HttpResponse:
    return HttpResponse(
        sentence,
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Tus-Resumable": protocol.VERSION, "Cache-Control": "no-store", **headers},
    )
