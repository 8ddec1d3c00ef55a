"""What is asked on the way in: a code, and of somebody new an account and what it agrees to."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, User
from accounts.purposes import Words, in_order
from accounts.services import guardians

from .models import Enrolment
from .services import invitations

OLDEST = 120  # years


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Invitation code"),
        max_length=20,
        help_text=_("Eight letters and digits, from your teacher."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class JoinForm(CodeForm):
    """Of a student the date of birth too: who is too young to decide names a guardian, everybody else decides here."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least eight characters, and not one that everybody uses."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    born = forms.DateField(
        label=_("Date of birth"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    guardian = forms.EmailField(
        label=_("E-mail address of a parent or guardian"),
        required=False,
        help_text=_("They get a mail and decide for you. Until then you can look around, but not hand in."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose, words in in_order():
            self.fields[purpose.value] = forms.BooleanField(label=words.ask, required=False)

    @property
    def purposes(self) -> list[tuple[Words, forms.BoundField]]:
        return [(words, self[purpose.value]) for purpose, words in in_order()]

    @property
    def granted(self) -> set[Consent.Purpose]:
        return {purpose for purpose, _words in in_order() if self.cleaned_data[purpose.value]}

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("This address has an account already. Sign in first, then use the code."))
        return email

    def clean_born(self) -> date | None:
        born: date | None = self.cleaned_data["born"]
        today = timezone.localdate()
        if born is not None and not today.year - OLDEST <= born.year <= today.year - 1:
            raise forms.ValidationError(_("Please look at the year again."))
        return born

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            who = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], who)
            except forms.ValidationError as error:
                self.add_error("password", error)
        if "code" in cleaned and invitations.role_of(cleaned["code"]) == Enrolment.Role.STUDENT:
            self._clean_age(cleaned)
        return cleaned

    def _clean_age(self, cleaned: dict[str, Any]) -> None:
        born, guardian = cleaned.get("born"), cleaned.get("guardian")
        if born is None:
            if "born" not in self.errors:
                self.add_error("born", _("Please give your date of birth. We only look whether you decide alone."))
        elif guardians.is_young(born) and "guardian" not in self.errors:
            if not guardian:
                self.add_error("guardian", _("You are too young to decide alone, so please name a parent or guardian."))
            elif guardian.lower() == cleaned.get("email"):
                self.add_error("guardian", _("This is your own address. Please give the one of a parent or guardian."))
