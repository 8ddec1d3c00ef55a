"""The page that a guardian opens from the mail, without an account: what is asked about the child, and the answers."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.models import School

from ..guardian_forms import AddressForm, GuardianForm
from ..models import Guardian
from ..purposes import in_order
from ..services import consents, guardians


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guardian(request: HttpRequest, token: str) -> HttpResponse:
    try:
        asked = guardians.of_token(token)
    except guardians.DeadLink as reason:
        return _dead(request, reason)
    _speak(request, asked)
    form = GuardianForm(request.POST or None, guardian=asked, acts=consents.newest(asked.child))
    if form.is_valid():
        try:
            return _decided(request, token, form)
        except guardians.DeadLink as reason:
            return _dead(request, reason)
    page = {"guardian": asked, "child": asked.child, "form": form, "school": School.current()}
    return render(request, "accounts/guardian.html", page)


def _decided(request: HttpRequest, token: str, form: GuardianForm) -> HttpResponse:
    language = translation.get_language() or ""
    decided = guardians.decide(token=token, name=form.cleaned_data["name"], language=language, granted=form.granted)
    answers = [(words, form.granted[purpose]) for purpose, words in in_order()]
    return render(
        request, "accounts/guardian_thanks.html", {"guardian": decided, "child": decided.child, "answers": answers}
    )


def _dead(request: HttpRequest, reason: guardians.DeadLink) -> HttpResponse:
    broken = isinstance(reason, guardians.BrokenLink)
    page = {"form": AddressForm(), "reason": reason}
    status = HTTPStatus.NOT_FOUND if broken else HTTPStatus.GONE
    return render(request, "accounts/guardian_link.html", page, status=status)


def _speak(request: HttpRequest, asked: Guardian) -> None:
    """The guardian's language, unless this browser has chosen one at the foot of a page."""
    if asked.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(asked.language)
        request.LANGUAGE_CODE = translation.get_language()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def guardian_link(request: HttpRequest) -> HttpResponse:
    """A fresh link to an address that a child has named; the answer is the same for every address."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        guardians.send_fresh(email=form.cleaned_data["email"])
        messages.success(
            request,
            _("If this address belongs to a guardian, a mail with a new link is on its way. Please look there."),
        )
        return redirect("accounts:guardian_link")
    return render(request, "accounts/guardian_link.html", {"form": form})
