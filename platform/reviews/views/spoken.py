"""Spoken remarks: taken from the desk's microphone, and heard by whoever may hear them."""

import uuid
from http import HTTPStatus

from django.http import Http404, HttpResponseBase, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from core.ranged import private_file
from grading.models import Spoken
from grading.services import spoken as services

from ..access import get_for_review, get_own_spoken, get_spoken_for


@require_POST
def spoken(request: SignedInRequest, pk: uuid.UUID) -> JsonResponse:
    """The body is what the recorder wrote: audio, at most services.MAX_BYTES of it."""
    submission = get_for_review(request.user, pk)
    if not (request.content_type or "").startswith("audio/"):
        return _refused(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("A spoken remark is sent as audio."))
    try:
        kept = services.receive(performance=submission.performance, author=request.user, data=request)
    except services.TooLarge as reason:
        return _refused(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(reason))
    except services.SpokenRefused as reason:
        return _refused(request, HTTPStatus.UNPROCESSABLE_ENTITY, str(reason))
    except UnreadablePostError:
        return JsonResponse({"sentence": _("The recording did not arrive as a whole.")}, status=HTTPStatus.BAD_REQUEST)
    return JsonResponse(as_json(kept), status=HTTPStatus.CREATED)


@require_safe
def state(request: SignedInRequest, spoken: uuid.UUID) -> JsonResponse:
    """What its author's desk asks until it can be played."""
    return JsonResponse(as_json(get_own_spoken(request.user, spoken)))


@require_safe
def sound(request: SignedInRequest, spoken: uuid.UUID) -> HttpResponseBase:
    heard = get_spoken_for(request.user, spoken)
    if heard.state != Spoken.State.READY or not heard.path.is_file():
        raise Http404
    return private_file(request, heard.path, "audio/mp4")


def as_json(spoken: Spoken) -> dict[str, object]:
    return {
        "id": str(spoken.pk),
        "state": spoken.state,
        "sentence": spoken.trouble,
        "seconds": spoken.seconds,
        "sound": reverse("reviews:spoken_sound", args=(spoken.pk,)),
        "asked": reverse("reviews:spoken_state", args=(spoken.pk,)),
    }


def _refused(request: SignedInRequest, status: HTTPStatus, sentence: str) -> JsonResponse:
    """Read what is on its way first, up to twice what is allowed: a client that still sends sees a broken pipe."""
    left = 2 * services.MAX_BYTES
    try:
        while left > 0 and (block := request.read(services.BUFFER)):
            left -= len(block)
    except UnreadablePostError:
        status = HTTPStatus.BAD_REQUEST
    return JsonResponse({"sentence": sentence}, status=status)
