"""The profile: name, language, password, what one has agreed to, and for a child who decides on that."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from .. import decisions, mail
from ..forms import PasswordForm, ProfileForm
from ..guardian_forms import AddressForm
from ..models import Consent, Export
from ..requests import SignedInRequest
from ..services import consents, guardians


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        response = redirect("accounts:profile")
        if not form.cleaned_data["language"]:
            # What was chosen at the foot of a page would go before what the browser asks for.
            response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response
    return render(request, "accounts/profile.html", _profile(request, profile_form=form))


@sensitive_post_parameters()
@require_POST
def password(request: SignedInRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST)
    if form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Your password is changed. Other devices are signed out."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", _profile(request, password_form=form))


@require_POST
def consent(request: SignedInRequest) -> HttpResponse:
    """`purpose` and `granted` (1 or 0): an act that is kept with its time; then back to where one was asked."""
    purpose, granted = request.POST.get("purpose", ""), request.POST.get("granted") == "1"
    if purpose in Consent.Purpose.values:
        try:
            _decide(request, Consent.Purpose(purpose), granted=granted)
        except consents.NotTheirs as reason:
            messages.error(request, str(reason))
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "accounts:profile")


def _decide(request: SignedInRequest, purpose: Consent.Purpose, *, granted: bool) -> None:
    if granted:
        consents.grant(user=request.user, purpose=purpose)
        messages.success(request, _("Thank you. You can take this back in your profile at any time."))
        return
    had = consents.holds(user=request.user, purpose=purpose)
    consents.withdraw(user=request.user, purpose=purpose)
    messages.success(request, _("Taken back. It holds from now on.") if had else _("That is fine. It stays as it is."))


@require_POST
def ask_guardian(request: SignedInRequest) -> HttpResponse:
    """A child sends the mail again, or to another address; everybody else has nobody to ask."""
    if not request.user.is_minor:
        raise Http404
    form = AddressForm(request.POST)
    try:
        if not form.is_valid():
            raise guardians.GuardianRefused(_("Please write the e-mail address of your guardian."))
        asked = guardians.ask(child=request.user, email=form.cleaned_data["email"], language=get_language() or "")
    except guardians.GuardianRefused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The mail to %(email)s is on its way.") % {"email": asked.email})
    return redirect("core:home")


def _profile(request: SignedInRequest, **forms: object) -> dict[str, object]:
    user = request.user
    return {
        "profile_form": ProfileForm(instance=user),
        "password_form": PasswordForm(user),
        "decisions": decisions.decisions(user),
        "acts": list(Consent.objects.filter(user=user).select_related("guardian")),
        "guardians": list(user.guardians.all()) if user.is_minor else [],
        "mail": mail.switches(user),
        "export": Export.objects.filter(user=user).first(),
    } | forms
