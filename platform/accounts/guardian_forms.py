"""What a guardian is asked, and where the mail to one goes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Consent, Guardian
from .purposes import Words, in_order

YES, NO = "yes", "no"


class AddressForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class GuardianForm(forms.Form):
    """Yes or no to each purpose, chosen and never assumed; what holds already is chosen where one comes back."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, data: Any = None, *, guardian: Guardian, acts: Mapping[str, Consent]) -> None:
        decided = acts if guardian.confirmed_at else {}
        chosen = {purpose: YES if act.granted else NO for purpose, act in decided.items()}
        super().__init__(data, initial={"name": guardian.name, **chosen})
        for purpose, words in in_order():
            self.fields[purpose.value] = forms.ChoiceField(
                label=words.ask_guardian,
                choices=((YES, _("Yes")), (NO, _("No"))),
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose yes or no.")},
            )

    @property
    def questions(self) -> list[tuple[Words, forms.BoundField]]:
        return [(words, self[purpose.value]) for purpose, words in in_order()]

    @property
    def granted(self) -> dict[Consent.Purpose, bool]:
        return {purpose: self.cleaned_data[purpose.value] == YES for purpose, _words in in_order()}
