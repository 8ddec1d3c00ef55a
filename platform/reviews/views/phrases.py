"""A teacher's bank of phrases, for the desk's script and for the settings page."""

import json
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from courses.access import require_teacher

from ..access import get_own_phrase
from ..models import Phrase
from ..services import phrases as services


@require_http_methods(["GET", "HEAD", "POST"])
def phrases(request: SignedInRequest) -> HttpResponse:
    require_teacher(request.user)
    if request.method != "POST":
        return JsonResponse({"phrases": [as_json(phrase) for phrase in Phrase.objects.filter(teacher=request.user)]})
    try:
        phrase = services.keep(teacher=request.user, text=_text(request))
    except services.PhraseRefused as reason:
        if _by_script(request):
            return JsonResponse({"sentence": str(reason)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.error(request, str(reason))
    else:
        if _by_script(request):
            return JsonResponse(as_json(phrase), status=HTTPStatus.CREATED)
    return redirect("reviews:settings")


@require_http_methods(["DELETE", "POST"])
def phrase(request: SignedInRequest, phrase: int) -> HttpResponse:
    """Both methods delete: POST is the form's way."""
    services.delete(phrase=get_own_phrase(request.user, phrase))
    return HttpResponse(status=HTTPStatus.NO_CONTENT) if request.method == "DELETE" else redirect("reviews:settings")


def _by_script(request: SignedInRequest) -> bool:
    return request.content_type == "application/json"


def _text(request: SignedInRequest) -> str:
    if not _by_script(request):
        return request.POST.get("text", "")
    try:
        text = json.loads(request.body)["text"]
    except (ValueError, KeyError, TypeError):
        text = None
    return text if isinstance(text, str) else ""


def as_json(phrase: Phrase) -> dict[str, object]:
    return {"id": phrase.pk, "text": phrase.text, "used": phrase.used}
