"""The start page, how the house is, private media, and pages for what went wrong."""

import json
import math
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import cast

import redis
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractUser
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import JavaScriptCatalog

from grading.checks import CHECKS
from grading.models import Job, Performance
from grading.services import house, registry

from . import doors
from .ranged import private_file

May = Callable[[AbstractUser, Performance], bool]
# kind in the address: the file in the performance's folder, and what it is
MEDIA = {
    "proxy": ("proxy.mp4", "video/mp4"),
    "poster": ("poster.jpg", "image/jpeg"),
    "mel": ("mel.png", "image/png"),
    "peaks": ("peaks.json", "application/json"),
    # moments at which something was found before it counts
    **{f"found-{check}": (f"found-{check}.jpg", "image/jpeg") for check in CHECKS},
}
# What a player needs: with the wave, all that is shown to a class.
PLAYER = {"proxy", "poster", "peaks"}
BROKER_SECONDS = 1


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "core/home.html", {"parts": doors.parts_for("home", cast(AbstractUser, request.user))})


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    reached = {"database": _database_answers(), "broker": _broker_answers()}
    return JsonResponse(
        {name: "ok" if well else "unreachable" for name, well in reached.items()},
        status=200 if all(reached.values()) else 503,
    )


@login_not_required
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """In words for anybody: what answers, who works, how many recordings wait."""
    alive = {worker.queue for worker in house.workers() if worker.alive}
    return render(
        request,
        "core/status.html",
        {
            "broker": _broker_answers(),
            "queues": [(queue, queue in alive) for queue in ("media", "gpu", "training")],
            "waiting": Job.objects.filter(state__in=Job.OPEN, kind__in=Job.AWAITED).count(),
            "in_use": registry.champion(),
        },
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
        ) as broker:
            return bool(broker.ping())
    except (redis.RedisError, OSError):
        return False


@login_not_required
@require_safe
def words(request: HttpRequest, language: str, version: str) -> HttpResponseBase:
    """What scripts say, in one language. Its address changes with its words, so that browsers may keep it."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        response = JavaScriptCatalog.as_view()(request)
    patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: to this browser, and to this person wherever they sign in."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "")
    response = redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "core:home")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 24 * 3600, samesite="Lax")
        if request.user.is_authenticated:
            get_user_model()._default_manager.filter(pk=request.user.pk).update(language=chosen)
    return response


@require_safe
def media(request: HttpRequest, pk: uuid.UUID, kind: str) -> HttpResponseBase:
    performance = _performance(request, pk, may=doors.may_hear if kind in PLAYER else doors.may_see)
    if kind not in MEDIA:
        raise Http404
    name, content_type = MEDIA[kind]
    return _file(request, performance.folder / name, content_type)


@require_safe
def mel_tile(request: HttpRequest, pk: uuid.UUID, tile: int) -> HttpResponseBase:
    """The picture of the sound seen closely; recordings prepared before there were tiles have none."""
    return _file(request, _performance(request, pk, may=doors.may_see).folder / f"mel-{tile:03}.png", "image/png")


@require_safe
def wave(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The peaks as they are drawn, one byte each (a seventh of the JSON): of the root, so that quiet playing shows."""
    path = _performance(request, pk, may=doors.may_hear).folder / "peaks.json"
    if not path.is_file():
        raise Http404
    heights = bytes(round(255 * math.sqrt(peak)) for peak in json.loads(path.read_text()))
    response = HttpResponse(heights, content_type="application/octet-stream")
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _performance(request: HttpRequest, pk: uuid.UUID, *, may: May) -> Performance:
    """The performance, if who asks may have this of its media."""
    performance = get_object_or_404(Performance, pk=pk)
    if not may(cast(AbstractUser, request.user), performance):
        raise Http404
    return performance


def _file(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    if not path.is_file():
        raise Http404
    return private_file(request, path, content_type)


def _wrong(request: HttpRequest, code: int) -> HttpResponse:
    return render(request, f"errors/{code}.html", status=code)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _wrong(request, 400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _wrong(request, 403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _wrong(request, 404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request's context: what broke may be the database that it asks."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)
