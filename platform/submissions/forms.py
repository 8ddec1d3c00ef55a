from typing import Any

from django import forms


class RecordingForm(forms.Form):
    """The way in for a browser without scripts."""

    recording = forms.FileField(label="Your recording")


class FrameForm(forms.Form):
    """Where the keyboard and the hands are, in fractions of the upright picture."""

    x = forms.FloatField(min_value=0, max_value=1)
    y = forms.FloatField(min_value=0, max_value=1)
    width = forms.FloatField(min_value=0, max_value=1)
    height = forms.FloatField(min_value=0, max_value=1)
    upside_down = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("x", "y", "width", "height"):
            self.fields[name].widget.attrs |= {"step": "0.001", "data-frame": name}
        self.fields["x"].label, self.fields["y"].label = "From the left", "From the top"
        self.fields["upside_down"].label = "The picture is upside down: filmed from the far side of the keyboard."


class AppealForm(forms.Form):
    reason = forms.CharField(
        label="What should be looked at again?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A moment, a criterion, something that happened. You can ask once.",
    )
