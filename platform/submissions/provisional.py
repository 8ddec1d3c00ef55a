"""A provisional grade in words: what its level means, how sure the model is, and what the model is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.models import Autograde, ModelVersion, PlayerPart, Promotion, Rubric

FEWEST_TRIED = 20  # recordings: a share of fewer says nothing of the next one


@dataclass(frozen=True)
class Provisional:
    meaning: str  # of its level, by the rubric; '' where that has no words for it
    ends: list[tuple[int, str]]  # of the interval, where they are other levels that the rubric has words for
    sure: str
    kept: str  # how often the interval held in a test; '' where nobody has counted
    model: str


def provisional(grade: Autograde, rubric: Rubric) -> Provisional:
    facts = _facts(grade.model_id)
    return Provisional(
        meaning=rubric.levels.get(str(grade.rounded), ""),
        ends=_ends(grade, rubric),
        sure=_sure(grade),
        kept=_kept(grade.model, facts),
        model=_what_it_is(grade.model, facts),
    )


def _ends(grade: Autograde, rubric: Rubric) -> list[tuple[int, str]]:
    ends = sorted({grade.low, grade.high} - {grade.rounded})
    return [(level, rubric.levels[str(level)]) for level in ends if rubric.levels.get(str(level))]


def _sure(grade: Autograde) -> str:
    """From how many levels the interval spans; three is usual (docs of the starter: 3.0 on average)."""
    levels = grade.high - grade.low + 1
    if levels == 1:
        return _("The model is quite sure: it expects this one level and no other.")
    if levels == 2:
        return _("The model is quite sure: it wavers between two levels that lie side by side.")
    if levels == 3:
        return _("The model is fairly sure: its range is three levels wide.")
    if levels == 4:
        return _("The model is not very sure: its range is four levels wide.")
    return _("The model is unsure: its range is %(levels)s levels wide. Wait for what your teacher says.") % {
        "levels": levels
    }


def _facts(model: int) -> dict[str, Any]:
    """What is told of a version, in one query and without its report and card, which are long."""
    promoted = Promotion.objects.filter(version=OuterRef("pk")).order_by().values("version").annotate(at=Max("at"))
    learned = ~Q(run__dataset__examples__part=PlayerPart.Part.AUDIT)
    example = "run__dataset__examples"
    told = (
        ModelVersion.objects.filter(pk=model)
        .values("report__coverage", "report__performances")
        .annotate(
            since=Subquery(promoted.values("at")),
            recordings=Count(example, filter=learned, distinct=True),
            students=Count(f"{example}__performance__player", filter=learned, distinct=True),
            teachers=Count(f"{example}__rating__rater", filter=learned, distinct=True),
        )
        .get()
    )
    return dict(told)


def _kept(model: ModelVersion, facts: dict[str, Any]) -> str:
    tried, share = facts["report__performances"] or 0, facts["report__coverage"]
    if share is None or tried < FEWEST_TRIED:
        return ""
    told = {"tried": tried, "share": round(100 * share)}
    if model.starter:
        return (
            _("Tried on %(tried)s generated recordings, such a range held the right level in %(share)s of 100.") % told
        )
    return (
        _(
            "Tried on %(tried)s recordings it had not learned from, the teacher's level lay inside such a range in "
            "%(share)s of 100."
        )
        % told
    )


def _what_it_is(model: ModelVersion, facts: dict[str, Any]) -> str:
    if model.starter:
        return _(
            "This grade comes from the starter model. It has learned from generated recordings only and has never seen "
            "a real student, so take it with salt."
        )
    if not facts["recordings"]:
        return _("This grade comes from version %(number)s of the model.") % {"number": model.number}
    told = {"number": model.number, "since": _day(facts["since"])} | _learned(facts)
    if facts["since"] is None:
        return (
            _(
                "This grade comes from your school's own model, version %(number)s. It has learned from %(recordings)s "
                "of %(students)s, marked by %(teachers)s."
            )
            % told
        )
    return (
        _(
            "This grade comes from your school's own model, version %(number)s, in use since %(since)s. It has learned "
            "from %(recordings)s of %(students)s, marked by %(teachers)s."
        )
        % told
    )


def _learned(facts: dict[str, Any]) -> dict[str, str]:
    recordings, students, teachers = facts["recordings"], facts["students"], facts["teachers"]
    return {
        "recordings": ngettext("%(count)s recording", "%(count)s recordings", recordings) % {"count": recordings},
        "students": ngettext("%(count)s student", "%(count)s students", students) % {"count": students},
        "teachers": ngettext("%(count)s teacher", "%(count)s teachers", teachers) % {"count": teachers},
    }


def _day(moment: datetime | None) -> str:
    return date_format(localtime(moment), "DATE_FORMAT") if moment else ""
