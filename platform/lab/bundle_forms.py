"""What is asked of an admin before labelled data leaves the house or comes in."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from grading.models import Bundle, Dataset
from grading.services import bundles


class SnapshotField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        day = date_format(timezone.localdate(obj.created_at), "SHORT_DATE_FORMAT")
        return str(_("Snapshot %(number)s, %(day)s") % {"number": obj.pk, "day": day})


class ExportForm(forms.Form):
    dataset = SnapshotField(queryset=Dataset.objects.defer("manifest"), label=_("Which labels"), empty_label=None)
    layout = forms.ChoiceField(choices=Bundle.Layout.choices, label=_("In which form"))
    source = forms.CharField(
        max_length=120,
        label=_("What this school is called in it"),
        help_text=_("Each rating names where it was given."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="out_%s")
        self.fields["source"].initial = bundles.house_name()


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Archive or table"), widget=forms.ClearableFileInput(attrs={"accept": ".zip,.csv,.json,.xlsx,.jsonl"})
    )
    layout = forms.ChoiceField(choices=Bundle.Layout.choices, label=_("In which form"))
    source = forms.CharField(
        max_length=120,
        label=_("Where it comes from"),
        help_text=_("This name stands beside every rating that does not say itself where it was given."),
    )
    agreed = forms.BooleanField(
        label=_(
            "The people in it have agreed that a model learns from their recordings, or the licence they came with "
            "allows it."
        )
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="in_%s")
