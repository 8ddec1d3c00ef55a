"""Forms of anchors, packs, sittings, and of what a course asks."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grading.models import Criterion
from grading.models.grades import LEVELS

from .models import Anchor, CourseStandard, Pack


class LevelForm(forms.Form):
    """A level, and a mark for each criterion of the rubric: 1 (not yet) to 5 (fully there)."""

    level = forms.TypedChoiceField(
        label=_("Level"), choices=[(level, str(level)) for level in LEVELS], coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, criteria: Iterable[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {f"criterion-{criterion.key}": criterion.key for criterion in criteria}
        for criterion in criteria:
            self.fields[f"criterion-{criterion.key}"] = forms.TypedChoiceField(
                label=criterion.name,
                help_text=criterion.descriptor,
                choices=[(mark, str(mark)) for mark in Criterion.MARKS],
                coerce=int,
                required=False,
                empty_value=None,
                widget=forms.RadioSelect,
            )

    @property
    def marks(self) -> dict[str, int]:
        """Of a valid form: the criteria that were marked."""
        data = self.cleaned_data
        return {key: data[name] for name, key in self.keys.items() if data.get(name) is not None}

    @property
    def criteria_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.keys]


class AnchorForm(LevelForm):
    note = forms.CharField(
        label=_("Why this level"),
        required=False,
        max_length=2000,
        help_text=_("A teacher reads it after she has graded the recording."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PackForm(forms.ModelForm):  # type: ignore[type-arg]
    anchors = forms.ModelMultipleChoiceField(
        queryset=Anchor.objects.none(), widget=forms.CheckboxSelectMultiple, label=_("Recordings")
    )

    class Meta:
        model = Pack
        fields = ("name", "anchors")
        labels = {"name": _("Name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["anchors"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Anchor.objects.filter(retired=False).select_related("performance", "rubric")


class CourseStandardForm(forms.ModelForm):  # type: ignore[type-arg]
    pack = forms.ModelChoiceField(
        queryset=Pack.objects.none(),
        required=False,
        empty_label=_("none"),
        label=_("Pack"),
        help_text=_("Without one the course asks for nothing."),
    )

    class Meta:
        model = CourseStandard
        fields = ("pack", "days", "within")
        labels = {
            "days": _("No older than, in days"),
            "within": _("No further from the agreed levels on average, in levels"),
        }

    def __init__(self, *args: Any, packs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pack"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = packs

    def clean_days(self) -> int:
        days: int = self.cleaned_data["days"]
        if days < 1:
            raise forms.ValidationError(gettext("At least one day."))
        return days

    def clean_within(self) -> float:
        within: float = self.cleaned_data["within"]
        if not 0 <= within <= 9:
            raise forms.ValidationError(gettext("Between 0 and 9 levels."))
        return within
