"""Which mail one wants: in the profile, and by the link in every letter, which needs no sign-in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from .. import mail
from ..models import User
from ..requests import SignedInRequest
from ..services import letters


@require_POST
def settings_of_mail(request: SignedInRequest) -> HttpResponse:
    """`wanted` names the kinds that are wanted, of those that this person was asked about."""
    wanted = set(request.POST.getlist("wanted"))
    for kind, _words, _wanted in mail.switches(request.user):
        act = letters.resume if kind in wanted else letters.silence
        act(user=request.user, kind=kind)
    messages.success(request, _("Your mail is set."))
    return redirect("accounts:profile")


# A mail program posts here by itself, with neither cookies nor a token of a form; the signed link is the permission.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: programs that check mail open every link."""
    user, kind = _of(token)
    if request.method == "POST":
        letters.silence(user=user, kind=kind)
    return _page(request, user, kind, token)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def resume_mail(request: HttpRequest, token: str) -> HttpResponse:
    user, kind = _of(token)
    letters.resume(user=user, kind=kind)
    return _page(request, user, kind, token)


def _of(token: str) -> tuple[User, str]:
    found = mail.of_token(token)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, user: User, kind: str, token: str) -> HttpResponse:
    """In the language of whom the mail is for."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        page = {
            "what": mail.WORDS[kind],
            "token": token,
            "email": user.email,
            "silenced": kind in user.silenced,
            "changed": request.method == "POST",
        }
        return render(request, "accounts/stop_mail.html", page)
