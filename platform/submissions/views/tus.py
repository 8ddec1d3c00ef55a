"""The tus 1.0 protocol (https://tus.io/protocols/resumable-upload): core, creation, expiration, termination.

The last part hands the recording in; every answer about a finished upload names its submission in `Clavier-Submission`.
"""

import base64
import binascii
import uuid

from django.conf import settings
from django.http import Http404, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest

from ..access import get_assignment_to_play, get_upload_for
from ..models import Upload
from ..services import uploads as services

VERSION = "1.0.0"
PART_BYTES = 8 * 1024**2  # what our own page sends at once; as much of a refused body is read before the answer


@require_http_methods(["POST", "OPTIONS"])
def uploads(request: SignedInRequest) -> HttpResponse:
    if request.method == "OPTIONS":
        return _answer(
            204,
            **{
                "Tus-Version": VERSION,
                "Tus-Extension": "creation,expiration,termination",
                "Tus-Max-Size": str(settings.RECORDING_MAX_BYTES),
            },
        )
    if request.headers.get("Tus-Resumable") != VERSION:
        return _refused(request, 412, "This server speaks version 1.0.0 of the tus protocol.")
    try:
        size = int(request.headers.get("Upload-Length", ""))
        facts = _metadata(request.headers.get("Upload-Metadata", ""))
        assignment_pk = int(facts["assignment"])
    except (ValueError, KeyError, binascii.Error):
        return _refused(request, 400, "The upload needs a length, a file name and an assignment.")
    assignment = get_assignment_to_play(request.user, assignment_pk)
    try:
        upload = services.begin(
            user=request.user, assignment=assignment, name=facts.get("filename") or "recording", size=size
        )
    except services.TooLarge as reason:
        return _refused(request, 413, str(reason))
    except services.UploadRefused as reason:
        return _refused(request, 400, str(reason))
    return _answer(201, Location=reverse("submissions:upload", args=(upload.pk,)), **_expiry(upload))


@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    if request.headers.get("Tus-Resumable") != VERSION:
        return _refused(request, 412, "This server speaks version 1.0.0 of the tus protocol.")
    try:
        upload = get_upload_for(request.user, pk)
    except Http404:
        return _refused(request, 404, "This upload is not here any more. Please choose the file again.")
    if upload.submission_id is None and upload.expires_at < timezone.now():
        services.cancel(upload=upload)
        return _refused(request, 410, "This upload rested for too long. Please choose the file again.")
    try:
        if request.method == "HEAD":
            return _state(upload, 200)
        with services.writing(upload):
            if request.method == "PATCH":
                return _patch(request, upload)
            services.cancel(upload=upload)
            return _answer(204)
    except services.Busy as reason:
        return _refused(request, 423, str(reason))


def _patch(request: SignedInRequest, upload: Upload) -> HttpResponse:
    if request.content_type != "application/offset+octet-stream":
        return _refused(request, 415, "A part of an upload is application/offset+octet-stream.")
    if request.headers.get("Upload-Offset") != str(upload.offset):
        return _refused(request, 409, f"The next byte to send is number {upload.offset}.")
    if int(request.headers.get("Content-Length") or 0) > upload.size - upload.offset:
        return _refused(request, 413, "This is more than the file was said to have.")
    if upload.submission_id is None:
        try:
            services.append(upload=upload, read=request.read)
        except UnreadablePostError:
            return _answer(400)  # nobody listens any more; what came is kept
    return _state(upload, 204)


def _state(upload: Upload, status: int) -> HttpResponse:
    """Where the upload stands. A file that is here as a whole is handed in first, also after a crash in between."""
    headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.size), **_expiry(upload)}
    if upload.offset == upload.size:
        submission = services.hand_in(upload=upload)
        headers["Clavier-Submission"] = reverse("submissions:submission", args=(submission.pk,))
    return _answer(status, **headers)


def _metadata(header: str) -> dict[str, str]:
    pairs = (pair.split(maxsplit=1) for pair in header.split(",") if pair.strip())
    return {pair[0]: base64.b64decode(pair[1] if pair[1:] else "", validate=True).decode() for pair in pairs}


def _expiry(upload: Upload) -> dict[str, str]:
    return {} if upload.submission_id else {"Upload-Expires": http_date(upload.expires_at.timestamp())}


def _refused(request: SignedInRequest, status: int, sentence: str) -> HttpResponse:
    """Read what is on its way first, up to one part: clients that are still sending see a broken pipe otherwise."""
    left = PART_BYTES
    try:
        while left > 0 and (block := request.read(min(services.BUFFER, left))):
            left -= len(block)
    except UnreadablePostError:
        status = 400
    return _answer(status, sentence)


def _answer(status: int, sentence: str = "", **headers: str) -> HttpResponse:
    return HttpResponse(
        sentence,
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers},
    )
