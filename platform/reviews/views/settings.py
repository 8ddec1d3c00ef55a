"""How one teacher likes her desk: by the page's form, or by the desk's own window."""

import json
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from courses.access import require_teacher

from .. import keys as desk_keys
from ..models import DeskSettings, Phrase
from ..services import settings as services


@require_http_methods(["GET", "HEAD", "POST", "PUT"])
def settings(request: SignedInRequest) -> HttpResponse:
    require_teacher(request.user)
    if request.method == "PUT":
        return _put(request)
    if request.method == "POST":
        return _post(request)
    return _page(request, desk_keys.in_use(DeskSettings.of(request.user).keys))


def _put(request: SignedInRequest) -> JsonResponse:
    """Of `keys`, `pause_while_writing` and `follow` whatever is sent is changed."""
    try:
        kept = services.keep(teacher=request.user, **_read(request.body))
    except desk_keys.KeysError as error:
        return JsonResponse({"sentence": str(error)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except ValueError:
        return JsonResponse({"sentence": _("These settings could not be read.")}, status=HTTPStatus.BAD_REQUEST)
    return JsonResponse({"sentence": _("Saved"), **as_json(kept)})


def _read(body: bytes) -> dict[str, Any]:
    sent = json.loads(body)
    kinds = {"keys": dict, "pause_while_writing": bool, "follow": bool}
    if not isinstance(sent, dict) or any(not isinstance(sent[name], kinds[name]) for name in kinds.keys() & sent):
        raise ValueError("not settings")
    return {name: sent[name] for name in kinds if name in sent}


def _post(request: SignedInRequest) -> HttpResponse:
    default = request.POST.get("act") == "default"
    typed = {act: _typed(request.POST.get(f"key-{act}"), key) for act, (key, _, _) in desk_keys.KEYS.items()}
    try:
        services.keep(
            teacher=request.user,
            keys={} if default else typed,
            pause_while_writing="pause_while_writing" in request.POST,
            follow="follow" in request.POST,
        )
    except desk_keys.KeysError as error:
        return _page(request, typed, trouble=str(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Your desk is set."))
    return redirect("reviews:settings")


def _typed(value: str | None, key: str) -> str:
    """A key as written in the form, where the space bar is called Space; left empty it is the one it comes with."""
    written = (value or "").strip()
    return " " if written.lower() == "space" else written or key


def _page(
    request: SignedInRequest, keys: dict[str, str], *, trouble: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    groups: dict[str, list[dict[str, str]]] = {}
    for act, (key, label, group) in desk_keys.KEYS.items():
        written = "Space" if keys[act] == " " else keys[act]
        groups.setdefault(str(group), []).append(
            {"act": act, "label": str(label), "key": written, "default": desk_keys.spoken(key)}
        )
    context = {
        "groups": groups,
        "settings": DeskSettings.of(request.user),
        "phrases": Phrase.objects.filter(teacher=request.user),
        "trouble": trouble,
    }
    return render(request, "reviews/settings.html", context, status=status)


def as_json(settings: DeskSettings) -> dict[str, Any]:
    """What the desk's script gets: only the keys that differ from those it comes with."""
    return {"keys": settings.keys, "pause_while_writing": settings.pause_while_writing, "follow": settings.follow}
