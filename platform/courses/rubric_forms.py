"""A rubric as a form: one for what it says as a whole, and one for each criterion, in an order that can be changed.

What was typed is a Sheet (services/rubrics.py) at every moment, also while something in it is still missing.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grading.models import Criterion
from grading.models.grades import LEVELS

from .services.rubrics import Line, Sheet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CRITERIA_MAX = 20
WORDS_MAX = 600


def _words(label: "StrOrPromise", rows: int) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=WORDS_MAX, widget=area)


class RubricForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    description = _words(_("For whom it is, and what it judges"), 2)
    # The digest of the sheet that was opened: a change in between is noticed.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level in LEVELS:
            self.fields[f"level_{level}"] = _words(gettext("Level %(level)s") % {"level": level}, 2)

    @property
    def levels(self) -> list[forms.BoundField]:
        return [self[f"level_{level}"] for level in LEVELS]


class CriterionForm(forms.Form):
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=80)
    weight = forms.FloatField(
        label=_("Weight"),
        min_value=0,
        max_value=10,
        initial=1,
        widget=forms.NumberInput(attrs={"step": "any", "min": 0, "max": 10, "inputmode": "decimal"}),
    )
    descriptor = _words(_("What is judged"), 2)
    retired = forms.BooleanField(label=_("Retired: marked no more"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["empty_permitted"] = False  # a criterion without a name is one that misses its name
        super().__init__(*args, **kwargs)
        for mark in Criterion.MARKS:
            self.fields[f"band_{mark}"] = _words(gettext("Mark %(mark)s") % {"mark": mark}, 2)

    @property
    def bands(self) -> list[forms.BoundField]:
        return [self[f"band_{mark}"] for mark in Criterion.MARKS]

    @property
    def is_new(self) -> bool:
        return not self["key"].value()


Criteria: TypeAlias = "BaseFormSet[CriterionForm]"
CriterionFormSet = formset_factory(
    CriterionForm, extra=0, can_order=True, max_num=CRITERIA_MAX, validate_max=True, absolute_max=2 * CRITERIA_MAX
)


def opened(sheet: Sheet, seen: str) -> tuple[RubricForm, Criteria]:
    """The forms in which this sheet stands to be changed."""
    levels = {f"level_{level}": words for level, words in sheet.levels.items()}
    whole = {"name": sheet.name, "description": sheet.description, "seen": seen}
    lines = [
        {name: getattr(line, name) for name in ("key", "name", "descriptor", "retired")}
        | {"weight": f"{line.weight:g}"}
        | {f"band_{mark}": words for mark, words in line.bands.items()}
        for line in sheet.criteria
    ]
    return RubricForm(initial=whole | levels), CriterionFormSet(initial=lines, prefix="criteria")


def sent(post: Mapping[str, Any]) -> tuple[RubricForm, Criteria]:
    return RubricForm(post), CriterionFormSet(post, prefix="criteria")


def sheet_in(whole: RubricForm, lines: Criteria) -> Sheet:
    """What stands in the forms, in the order that was chosen; a new criterion that was retired at once is left out."""
    ordered = sorted(enumerate(lines.forms), key=lambda pair: (_number(pair[1]["ORDER"].value(), pair[0]), pair[0]))
    return Sheet(
        name=_text(whole["name"].value()),
        description=_text(whole["description"].value()),
        levels=_filled({str(level): whole[f"level_{level}"].value() for level in LEVELS}),
        criteria=tuple(_line(form) for _, form in ordered if not (form.is_new and _is_ticked(form["retired"].value()))),
    )


def _line(form: forms.Form) -> Line:
    return Line(
        name=_text(form["name"].value()),
        key=_text(form["key"].value()),
        descriptor=_text(form["descriptor"].value()),
        bands=_filled({str(mark): form[f"band_{mark}"].value() for mark in Criterion.MARKS}),
        weight=_number(form["weight"].value(), 1.0),
        retired=_is_ticked(form["retired"].value()),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _filled(words: Mapping[str, Any]) -> dict[str, str]:
    return {number: _text(value) for number, value in words.items() if _text(value)}


def _number(value: Any, otherwise: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return otherwise


def _is_ticked(value: Any) -> bool:
    return value is True or value in ("on", "True", "true")


def moves(act: str) -> Sequence[str]:
    """('up', '2') of the button 'up:2'; empty for any other act."""
    verb, _, place = act.partition(":")
    return (verb, place) if verb in ("up", "down") and place.isascii() and place.isdigit() else ()
