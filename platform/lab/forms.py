from django import forms
from django.utils.translation import gettext_lazy as _

from grading.models import RetrainingPolicy


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = RetrainingPolicy
        fields = ("enabled", "min_new_labels", "every_hours")
        labels = {
            "enabled": _("Train by itself"),
            "min_new_labels": _("New labels it waits for"),
            "every_hours": _("Hours between two trainings, at least"),
        }


class ReasonForm(forms.Form):
    """Why a version becomes champion; kept in the history for good."""

    reason = forms.CharField(
        required=False, max_length=1000, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000})
    )
