"""Who is there, and what they want to be called."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import tries
from .models import User


class SignInForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "email" not in cleaned or "password" not in cleaned:
            return cleaned
        who = {"email": cleaned["email"], "address": self.request.META.get("REMOTE_ADDR", "")}
        if tries.exhausted(**who):
            raise forms.ValidationError(
                _(
                    "Too many wrong passwords. Wait a quarter of an hour and try again, or ask your school for a new "
                    "one."
                )
            )
        self.user = authenticate(self.request, username=cleaned["email"], password=cleaned["password"])
        if self.user is None:
            tries.failed(**who)
            raise forms.ValidationError(_("That e-mail address and password do not go together. Please try again."))
        tries.forget(**who)
        return cleaned


class PasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["old_password"].label = _("Present password")
        self.fields["new_password1"].help_text = _("At least eight characters, and not one that everybody uses.")
        self.fields["new_password2"].label, self.fields["new_password2"].help_text = _("The new one again"), ""


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(
        label=_("Language of pages and mail"),
        choices=[("", _("as the browser asks")), *settings.LANGUAGES],
        required=False,
    )

    class Meta:
        model = User
        fields = ("name", "language")
        labels = {"name": _("Your name")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class EraseForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    sure = forms.BooleanField(label=_("I know that nobody can bring it back."))

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        given: str = self.cleaned_data["password"]
        if not self.user.check_password(given):
            raise forms.ValidationError(_("This is not your password."))
        return given
