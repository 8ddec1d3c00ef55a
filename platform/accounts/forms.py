"""Who is there, and what they want to be called."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest

from . import tries
from .models import User


class SignInForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
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
                "Too many wrong passwords. Wait a quarter of an hour and try again, or ask your school for a new one."
            )
        self.user = authenticate(self.request, username=cleaned["email"], password=cleaned["password"])
        if self.user is None:
            tries.failed(**who)
            raise forms.ValidationError("That e-mail address and password do not go together. Please try again.")
        tries.forget(**who)
        return cleaned


class PasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["old_password"].label = "Present password"
        self.fields["new_password1"].help_text = "At least eight characters, and not one that everybody uses."
        self.fields["new_password2"].label, self.fields["new_password2"].help_text = "The new one again", ""


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("name",)
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
