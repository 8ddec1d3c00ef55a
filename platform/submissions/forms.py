from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class RecordingForm(forms.Form):
    """The way in for a browser without scripts."""

    recording = forms.FileField(label=_("Your recording"))


class FrameForm(forms.Form):
    """Where the keyboard and the hands are, in fractions of the upright picture."""

    x = forms.FloatField(label=_("From the left"), min_value=0, max_value=1)
    y = forms.FloatField(label=_("From the top"), min_value=0, max_value=1)
    width = forms.FloatField(label=_("Width"), min_value=0, max_value=1)
    height = forms.FloatField(label=_("Height"), min_value=0, max_value=1)
    upside_down = forms.BooleanField(
        label=_("The picture is upside down: filmed from the far side of the keyboard."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("x", "y", "width", "height"):
            self.fields[name].widget.attrs |= {"step": "0.001", "data-frame": name}


class AppealForm(forms.Form):
    reason = forms.CharField(
        label=_("What should be looked at again?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A moment, a criterion, something that happened."),
    )
