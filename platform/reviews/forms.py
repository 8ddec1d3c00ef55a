"""The filters of the queue: a sentence of choices, each of which narrows what waits."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.lazily import filled
from courses.models import Course
from grading.models.grades import LEVELS

from .queries import QueueQuerySet
from .ranking import NARROW_KEYS, UNCERTAIN_KEYS, Why

EVERYTHING = _("everything")
WHY = {
    Why.APPEAL: _("what was appealed"),
    Why.SENT_BACK: _("what was sent back to me"),
    Why.AUDIT: _("what checks the model"),
    Why.ASKED: _("what the lab asks for"),
    Why.SECOND: _("what waits for a second mark"),
    Why.CHECK: _("what chance put forward"),
    Why.BLIND: _("what is to be rated blind"),
    Why.ABSTAINED: _("what the model leaves to me"),
    Why.UNCERTAIN: _("what the model is uncertain about"),
    Why.DISAGREEMENT: _("where picture and sound disagree"),
    Why.UNUSUAL: _("what is unusual for its player"),
    Why.DUE: _("what is due"),
    Why.UNGRADED: _("what has no grade yet"),
    Why.WAITING: _("the rest"),
}
LEVEL = [("", _("any level")), *((str(level), filled(_("level %(level)s"), {"level": level})) for level in LEVELS)]
SURE = [
    ("", _("however sure")),
    ("narrow", filled(_("within %(count)s levels"), {"count": NARROW_KEYS})),
    ("wide", _("uncertain")),
]
SINCE = [
    ("", _("at any time")),
    ("1", _("over a day ago")),
    ("3", _("over three days ago")),
    ("7", _("over a week ago")),
]
DUE = [
    ("", _("whenever")),
    ("past", _("by now")),
    ("week", _("within a week")),
    ("later", _("later")),
    ("never", _("never")),
]
CLAIM = [("", _("anybody or nobody")), ("free", _("nobody")), ("mine", _("me")), ("colleague", _("a colleague"))]


class QueueFilter(forms.Form):
    """'Show everything handed in to all my courses at any time by anyone playing anything, …'"""

    why = forms.ChoiceField(required=False, label=_("what"))
    course = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("which course"))
    since = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=SINCE, label=_("waiting since")
    )
    student = forms.CharField(required=False, max_length=120, label=_("who"))
    piece = forms.CharField(required=False, max_length=160, label=_("piece or composer"))
    level = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=LEVEL, label=_("which level"))
    sure = forms.ChoiceField(required=False, choices=SURE, label=_("how sure"))
    due = forms.ChoiceField(required=False, choices=DUE, label=_("when"))
    claim = forms.ChoiceField(required=False, choices=CLAIM, label=_("with whom"))

    def __init__(self, *args: Any, courses: Sequence[Course], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("course", [("", _("all my courses")), *((str(taught.pk), taught.name) for taught in courses)])
        self._choose("why", [("", EVERYTHING), *((why.value, sentence) for why, sentence in WHY.items())])
        self.fields["student"].widget.attrs = {"placeholder": _("anyone"), "size": 10}
        self.fields["piece"].widget.attrs = {"placeholder": _("anything"), "size": 10}

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen and understood; what was not is as if it had not been chosen."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def narrow(self, rows: QueueQuerySet, teacher: User) -> QueueQuerySet:
        """By everything but `why`, so that each reason can be counted beside the one that was chosen."""
        now = timezone.now()
        for name, value in self.chosen.items():
            if name != "why":
                rows = NARROW[name](rows, value, teacher, now)
        return rows

    def count(self, counts: Mapping[str, int]) -> None:
        """Say behind each reason how many there are."""
        choices = [("", f"{EVERYTHING} ({sum(counts.values())})")]
        choices += [(why.value, f"{sentence} ({counts.get(why.value, 0)})") for why, sentence in WHY.items()]
        self._choose("why", choices)

    def _choose(self, name: str, choices: Sequence[tuple[str, str | Promise]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _sure(rows: QueueQuerySet, value: str, teacher: User, now: datetime) -> QueueQuerySet:
    return rows.filter(width__lte=NARROW_KEYS) if value == "narrow" else rows.filter(width__gte=UNCERTAIN_KEYS)


def _due(rows: QueueQuerySet, value: str, teacher: User, now: datetime) -> QueueQuerySet:
    week = now + timedelta(days=7)
    wanted = {
        "past": Q(due_at__lte=now),
        "week": Q(due_at__gt=now, due_at__lte=week),
        "later": Q(due_at__gt=week),
        "never": Q(due_at__isnull=True),
    }
    return rows.filter(wanted[value])


def _claim(rows: QueueQuerySet, value: str, teacher: User, now: datetime) -> QueueQuerySet:
    if value == "free":
        return rows.free(teacher)
    return rows.begun_by(teacher) if value == "mine" else rows.with_colleagues_of(teacher)


NARROW: dict[str, Callable[[QueueQuerySet, Any, User, datetime], QueueQuerySet]] = {
    "course": lambda rows, value, teacher, now: rows.filter(assignment__course=value),
    "since": lambda rows, value, teacher, now: rows.filter(since__lte=now - timedelta(days=value)),
    "student": lambda rows, value, teacher, now: rows.filter(student__name__icontains=value),
    "piece": lambda rows, value, teacher, now: rows.filter(
        Q(assignment__piece__title__icontains=value) | Q(assignment__piece__composer__icontains=value)
    ),
    "level": lambda rows, value, teacher, now: rows.filter(level__gte=value - 0.5, level__lt=value + 0.5),
    "sure": _sure,
    "due": _due,
    "claim": _claim,
}
