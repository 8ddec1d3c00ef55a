from django import forms
from django.utils.translation import gettext_lazy as _

from grading.models import LabelRule, RetrainingPolicy
from grading.services.rounds import MOST


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = RetrainingPolicy
        fields = ("enabled", "min_new_labels", "every_hours")
        labels = {
            "enabled": _("Train by itself"),
            "min_new_labels": _("New labels it waits for"),
            "every_hours": _("Hours between two trainings, at least"),
        }


class LabelRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = LabelRule
        fields = ("combination", "disagreement", "blind_weight", "appeal_weight", "audit_weight")
        labels = {
            "combination": _("Several people about one recording count"),
            "disagreement": _("Held back when further apart than"),
            "blind_weight": _("Given without the model's level in view"),
            "appeal_weight": _("Answering an appeal"),
            "audit_weight": _("Checking the model"),
        }
        help_texts = {
            "disagreement": _("In levels. It teaches nothing until somebody has settled it."),
            "blind_weight": _("So many times as much as a rating given with the model's level in view."),
        }
        widgets = {
            name: forms.NumberInput(attrs={"min": 0, "step": 0.5, "inputmode": "decimal"})
            for name in ("disagreement", "blind_weight", "appeal_weight", "audit_weight")
        }


class ReasonForm(forms.Form):
    """Why a version becomes champion; kept in the history for good."""

    reason = forms.CharField(
        required=False, max_length=1000, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000})
    )


class SizeForm(forms.Form):
    """How many recordings teachers are asked about at once."""

    size = forms.IntegerField(min_value=1, max_value=MOST)
