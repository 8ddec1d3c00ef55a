"""What is asked of a recording before it counts, as fields of an assignment's form."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading import checks

MOST = 30 * 60  # seconds: no recording may be longer (ml/media/facts.py)


class LengthField(forms.Field):
    """Minutes and seconds, written 1:07, to seconds."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "1:30", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        written = re.fullmatch(r"(\d{1,2}):([0-5]\d)", str(value).strip())
        if written is None:
            raise ValidationError(_("Write it as minutes and seconds, such as 1:30."))
        minutes, seconds = written.groups()
        return int(minutes) * 60 + int(seconds)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 0 < value <= MOST:
            raise ValidationError(_("A recording lasts between 0:01 and 30:00."))

    def prepare_value(self, value: Any) -> Any:
        return checks.clock(value) if isinstance(value, int) else value


class ChecksMixin(forms.ModelForm):  # type: ignore[type-arg]
    """Adds a rule for each check and how long the piece takes; `checks` keeps only what differs from the usual."""

    shortest = LengthField(label=gettext_lazy("It lasts at least"), required=False)
    longest = LengthField(label=gettext_lazy("It lasts at most"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("shortest", "longest"):
            self.initial.setdefault(name, getattr(self.instance, name))
        for check, label in checks.CHECKS.items():
            self.fields[_named(check)] = forms.ChoiceField(
                label=str(label),
                choices=checks.Rule.choices,
                required=False,
                initial=self.instance.checks.get(check, checks.USUAL[check]),
            )

    def plain_fields(self) -> list[BoundField]:
        """All but those of the checks, which stand together."""
        of_checks = {field.name for field in self.check_fields()} | {"shortest", "longest"}
        return [field for field in self.visible_fields() if field.name not in of_checks]

    def check_fields(self) -> list[BoundField]:
        return [self[_named(check)] for check in checks.CHECKS]

    def length_fields(self) -> list[BoundField]:
        return [self["shortest"], self["longest"]]

    def has_wrong_check(self) -> bool:
        return any(field.errors for field in (*self.check_fields(), *self.length_fields()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        now = checks.USUAL | self.instance.checks
        # A field that was not sent leaves its check as it is.
        chosen = {check: cleaned.pop(_named(check), "") or now[check] for check in checks.CHECKS}
        cleaned["checks"] = {check: str(rule) for check, rule in chosen.items() if rule != checks.USUAL[check]}
        shortest, longest = cleaned.get("shortest"), cleaned.get("longest")
        if shortest is not None and longest is not None and shortest > longest:
            self.add_error("longest", _("This is shorter than the shortest."))
        return cleaned


def _named(check: str) -> str:
    return f"check_{check}"
