"""Sign in and out; the profile: name, password, and what one has agreed to."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from .forms import NameForm, PasswordForm, SignInForm
from .models import Consent
from .requests import SignedInRequest
from .services import consents


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request, request.POST or None)
    if form.is_valid() and form.user is not None:
        login(request, form.user)
        return redirect(_next(request))
    return render(request, "accounts/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url("core:home")


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:sign_in")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    form = NameForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Your name is changed.")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", _profile(request, name_form=form))


@sensitive_post_parameters()
@require_POST
def password(request: SignedInRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST)
    if form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, "Your password is changed. Other devices are signed out.")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", _profile(request, password_form=form))


@require_POST
def consent(request: SignedInRequest) -> HttpResponse:
    """`purpose` and `granted` (1 or 0): an act that is kept with its time."""
    purpose = request.POST.get("purpose", "")
    if purpose not in Consent.Purpose.values:
        return redirect("accounts:profile")
    act = consents.grant if request.POST.get("granted") == "1" else consents.withdraw
    row = act(user=request.user, purpose=Consent.Purpose(purpose))
    messages.success(request, "Thank you. You can take this back here at any time." if row.granted else WITHDRAWN)
    return redirect("accounts:profile")


WITHDRAWN = "Taken back. From now on no model learns from your recordings."


def _profile(request: SignedInRequest, **forms: object) -> dict[str, object]:
    acts = list(Consent.objects.filter(user=request.user))
    newest = {act.purpose: act for act in reversed(acts)}
    return {
        "name_form": NameForm(instance=request.user),
        "password_form": PasswordForm(request.user),
        "consents": [(purpose, newest.get(purpose)) for purpose in Consent.Purpose],
        "acts": acts,
    } | forms
