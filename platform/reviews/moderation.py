"""What a head of course sees: the released results of a course, and how each teacher's levels lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Avg, Count, F, Prefetch, QuerySet
from django.db.models.functions import Abs, Round
from django.utils.translation import gettext as _

from accounts.models import User
from core.figures import tenths
from courses.models import Course, Piece
from grading.models import Result
from grading.models.grades import LEVELS
from submissions.seals import sealed_for

from .models import Moderation

COURSE = "performance__submission__assignment__course"
PIECE = "performance__submission__assignment__piece"
# The drawing of a distribution, in its own units: ten bars on a floor.
BAR, GAP, HEIGHT = 9, 1, 28
# What is told of a teacher none of whose levels had one of the model's beside it.
NOTHING: dict[str, Any] = {"number": 0, "apart": None, "leans": None}


@dataclass(frozen=True)
class Bar:
    level: int
    count: int
    x: int
    height: float

    @property
    def y(self) -> float:
        return HEIGHT - self.height


@dataclass(frozen=True)
class Distribution:
    """One teacher's released levels; `apart` and `leans` compare them with the model's, in levels."""

    teacher: User
    counts: Sequence[int]  # from level 1 to 10
    compared: int
    apart: float | None
    leans: float | None

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def leaning(self) -> str:
        """In words: higher or lower than the model on average."""
        leans = round(self.leans or 0.0, 1)
        if not leans:
            return _("neither higher nor lower")
        return (_("%(levels)s higher") if leans > 0 else _("%(levels)s lower")) % {"levels": tenths(leans)}

    @property
    def bars(self) -> list[Bar]:
        most = max(self.counts)
        return [
            Bar(level, count, (level - 1) * (BAR + GAP), HEIGHT * count / most)
            for level, count in zip(LEVELS, self.counts, strict=True)
        ]


class ResultFilter(forms.Form):
    """Reads as a sentence: 'Show results of every teacher in every piece at every level.'"""

    teacher = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    piece = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    level = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, course: Course, teachers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pieces = Piece.objects.filter(assignments__course=course).distinct()
        for name, every, choices in (
            ("teacher", _("every teacher"), [(teacher.pk, str(teacher)) for teacher in teachers]),
            ("piece", _("every piece"), [(piece.pk, piece.title) for piece in pieces]),
            ("level", _("every level"), [(level, _("level %(level)s") % {"level": level}) for level in LEVELS]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", every), *choices]

    @property
    def chosen(self) -> dict[str, int]:
        """What is filtered by; a value that cannot be chosen filters nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


def results(course: Course, *, reader: User, chosen: dict[str, int]) -> QuerySet[Result]:
    """Released results of a course, the newest first, with everything a list of them shows."""
    names = {"teacher": "rating__rater", "piece": PIECE, "level": "rating__level"}
    return (
        _readable(course, reader)
        .filter(**{names[name]: value for name, value in chosen.items()})
        .select_related("rating__rater", "rating__autograde", "performance__submission__student", PIECE)
        .defer("rating__autograde__windows")
        .prefetch_related(Prefetch("performance__submission__moderations", _open(), to_attr="sent_back"))
        .order_by("-released_at", "-pk")
    )


def _readable(course: Course, reader: User) -> QuerySet[Result]:
    """Without what is under an appeal that this reader may answer."""
    return Result.objects.filter(**{COURSE: course}).exclude(performance__submission__in=sealed_for(reader))


def left_out(course: Course, *, reader: User) -> int:
    """How many results are kept from this reader until an appeal against them is answered."""
    return sealed_for(reader).filter(assignment__course=course).count()


def _open() -> QuerySet[Moderation]:
    return Moderation.objects.filter(settled_at__isnull=True).select_related("head")


def distributions(course: Course, *, reader: User) -> list[Distribution]:
    """Each teacher's, in the order of their names; two queries however many results there are."""
    released = _readable(course, reader).order_by()
    counts: dict[int, dict[int, int]] = {}
    for rater, level, count in released.values_list("rating__rater", "rating__level").annotate(Count("pk")):
        counts.setdefault(rater, {})[level] = count
    # As people see them: a level is a whole number.
    difference = F("rating__level") - Round(F("rating__autograde__level"))
    compared = released.filter(rating__autograde__isnull=False).values("rating__rater")
    beside: dict[int, dict[str, Any]] = {
        row["rating__rater"]: dict(row)
        for row in compared.annotate(number=Count("pk"), apart=Avg(Abs(difference)), leans=Avg(difference))
    }
    return [
        Distribution(
            teacher=teacher,
            counts=[counts[teacher.pk].get(level, 0) for level in LEVELS],
            compared=beside.get(teacher.pk, NOTHING)["number"],
            apart=beside.get(teacher.pk, NOTHING)["apart"],
            leans=beside.get(teacher.pk, NOTHING)["leans"],
        )
        for teacher in User.objects.filter(pk__in=counts).order_by("name", "pk")
    ]
