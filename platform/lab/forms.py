from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grading.models import GateBounds, LabelRule, ModelVersion, RetrainingPolicy
from grading.services import recipes
from grading.services.rounds import MOST
from grading.services.shadows import MOST_WEEKS


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """When the house trains by itself: either rule alone is enough."""

    class Meta:
        model = RetrainingPolicy
        fields = ("enabled", "min_new_labels", "every_hours", "on_date")
        labels = {
            "enabled": _("Train by itself once new labels have come in"),
            "min_new_labels": _("New labels it waits for"),
            "every_hours": _("Hours between two trainings, at least"),
            "on_date": _("Train on this day, however many labels are new"),
        }
        help_texts = {"on_date": _("Once; the day is taken out when the training has begun. Leave it empty for none.")}
        widgets = {"on_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def clean_on_date(self) -> date | None:
        day: date | None = self.cleaned_data["on_date"]
        if day is not None and "on_date" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return day


class RecipeForm(forms.Form):
    """How a training of this depth learns; what is left out is as usual."""

    depth = forms.ChoiceField(choices=[(depth, depth) for depth in recipes.DEPTHS], widget=forms.HiddenInput)
    epochs = forms.IntegerField(
        required=False,
        label=_("Times through the labels"),
        help_text=_("More of them learn more, and take longer in the same measure."),
    )
    seed = forms.IntegerField(
        required=False, label=_("Seed"), help_text=_("The same seed and the same labels give the same model.")
    )
    accumulate = forms.IntegerField(
        required=False,
        label=_("Pieces that a step is divided into"),
        help_text=_("More of them where the memory of the GPU was too small."),
    )
    clips = forms.IntegerField(
        required=False,
        label=_("Clips drawn from a recording for a step"),
        help_text=_("Fewer of them need less memory."),
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, depth: str) -> None:
        given = None if data is None else {**data.dict(), "depth": depth}  # type: ignore[attr-defined]
        usual = recipes.DEFAULTS[depth]
        super().__init__(given, initial=dict(usual))
        for name in set(self.fields) - set(usual):
            del self.fields[name]
        for name, bounds in recipes.CHOICES.items():
            if name in self.fields:
                field = self.fields[name]
                assert isinstance(field, forms.IntegerField)
                field.validators += [MinValueValidator(bounds.low), MaxValueValidator(bounds.high)]
                field.widget.attrs |= {"min": bounds.low, "max": bounds.high, "inputmode": "numeric"}

    @property
    def config(self) -> dict[str, Any]:
        """As `training.start` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class LabelRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = LabelRule
        fields = ("combination", "disagreement", "blind_weight", "appeal_weight", "audit_weight")
        labels = {
            "combination": _("Several people about one recording"),
            "disagreement": _("Held back when further apart than"),
            "blind_weight": _("A rating given without the model's level in view counts"),
            "appeal_weight": _("A rating that answers an appeal counts"),
            "audit_weight": _("A rating that checks the model counts"),
        }
        help_texts = {
            "disagreement": _("In levels. It teaches nothing until somebody has settled it."),
            "blind_weight": _("So many times as much as one given with the model's level in view. So do the next two."),
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
    # The champion that the page showed: if another has come meanwhile, the page is shown again.
    instead_of = forms.ModelChoiceField(ModelVersion.objects.all(), required=False, widget=forms.HiddenInput)


class BoundsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = GateBounds
        fields = (
            *("fewest", "kappa_margin", "group_margin", "group_fewest"),
            *("calibration", "coverage_slack", "control_margin"),
        )
        labels = {
            "fewest": _("Audit recordings, at least"),
            "kappa_margin": _("Weighted kappa may fall by"),
            "group_margin": _("A level, piece, course or device may get worse by"),
            "group_fewest": _("Recordings of such a group, at least"),
            "calibration": _("How sure it is may be off by"),
            "coverage_slack": _("Its intervals may hold less than promised by"),
            "control_margin": _("Guessing without listening must be further off by"),
        }
        help_texts = {
            "fewest": _("With fewer that both models have judged, the gate says nothing."),
            "kappa_margin": _("1 is perfect agreement. A model that says the middle of everybody has none."),
            "group_margin": _("In levels. A group refuses a candidate only where chance does not explain it."),
            "group_fewest": _("A smaller group decides nothing, nor does one of fewer than five students."),
            "calibration": _("A share from 0 to 1."),
            "coverage_slack": _("A share from 0 to 1."),
            "control_margin": _("In levels."),
        }
        widgets = {
            "fewest": forms.NumberInput(attrs={"min": 2, "step": 1, "inputmode": "numeric"}),
            "group_fewest": forms.NumberInput(attrs={"min": 2, "step": 1, "inputmode": "numeric"}),
            **{
                name: forms.NumberInput(attrs={"min": 0, "step": "0.01", "inputmode": "decimal"})
                for name in ("kappa_margin", "group_margin", "calibration", "coverage_slack", "control_margin")
            },
        }


class SizeForm(forms.Form):
    """How many recordings teachers are asked about at once."""

    size = forms.IntegerField(min_value=1, max_value=MOST)


class ShadowForm(forms.Form):
    """When a candidate begins to grade along: for how many weeks before it makes up."""

    weeks = forms.IntegerField(required=False, min_value=0, max_value=MOST_WEEKS)
