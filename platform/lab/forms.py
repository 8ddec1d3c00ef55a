from django import forms

from grading.models import RetrainingPolicy


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = RetrainingPolicy
        fields = ("enabled", "min_new_labels", "every_hours")
        labels = {
            "enabled": "Train by itself",
            "min_new_labels": "when at least this many new labels have come in",
            "every_hours": "and at most once in this many hours",
        }


class ReasonForm(forms.Form):
    """Why a version becomes champion; kept in the history for good."""

    reason = forms.CharField(
        required=False, max_length=1000, label="Reason", widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000})
    )
