"""A released result as a student reads it: first what is good, then what to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.models import Assignment
from grading.models import Autograde, Criterion, Remark, Result

GOOD = 4  # a mark from here on is something that went well
MARKS = {
    1: gettext_lazy("not yet"),
    2: gettext_lazy("beginning"),
    3: gettext_lazy("on the way"),
    4: gettext_lazy("well done"),
    5: gettext_lazy("fully there"),
}
# Lucide's name of its icon in the list, where its word stands beside it.
ICONS = {
    Remark.Mark.GOOD: "thumbs-up",
    Remark.Mark.LOOK: "eye",
    Remark.Mark.MISTAKE: "circle-x",
    Remark.Mark.TECHNIQUE: "hand",
}


@dataclass(frozen=True)
class Marked:
    criterion: Criterion
    mark: int

    @property
    def word(self) -> str:
        return str(MARKS.get(self.mark, ""))

    @property
    def words(self) -> str:
        """What this mark means by the rubric; where that says nothing, what the criterion is about."""
        return self.criterion.bands.get(str(self.mark)) or self.criterion.descriptor


@dataclass(frozen=True)
class Said:
    """A remark with what it is about, in words."""

    remark: Remark
    criterion: str  # its name
    icon: str

    @property
    def is_good(self) -> bool:
        return self.remark.mark == Remark.Mark.GOOD

    @property
    def word(self) -> str:
        return self.remark.get_mark_display() if self.remark.mark else _("remark")

    @property
    def in_short(self) -> str:
        return self.remark.text or _("a spoken remark")


@dataclass(frozen=True)
class Outcome:
    good: Sequence[Marked]
    to_look_at: Sequence[Marked]
    remarks: Sequence[Said]
    level_words: str
    rule: str
    apart: str  # how far the teacher's level lies from the model's; '' where they are the same or the model gave none

    @property
    def good_remarks(self) -> list[Said]:
        return [said for said in self.remarks if said.is_good]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Kind and word of those remarks that there are: the legend of the axis."""
        there = {said.remark.mark: said.word for said in self.remarks}
        return [(kind or "plain", there[kind]) for kind in (*Remark.Mark.values, "") if kind in there]

    @property
    def other_remarks(self) -> list[Said]:
        return [said for said in self.remarks if not said.is_good]


def outcome(result: Result, assignment: Assignment, grade: Autograde | None) -> Outcome:
    """`grade` is what the model said, as it stands beside the result on the page."""
    marks = result.rating.criteria
    criteria = list(Criterion.objects.filter(rubric=assignment.rubric_id))
    marked = [Marked(criterion, marks[criterion.key]) for criterion in criteria if criterion.key in marks]
    return Outcome(
        good=sorted((row for row in marked if row.mark >= GOOD), key=lambda row: -row.mark),
        to_look_at=sorted((row for row in marked if row.mark < GOOD), key=lambda row: row.mark),
        remarks=_said(result, {criterion.key: criterion.name for criterion in criteria}),
        level_words=assignment.rubric.levels.get(str(result.level), ""),
        rule=_rule(result),
        apart=_apart(result, grade),
    )


def _said(result: Result, criteria: dict[str, str]) -> list[Said]:
    return [
        Said(
            remark,
            criterion=criteria.get(remark.criterion, ""),
            icon=ICONS[Remark.Mark(remark.mark)] if remark.mark else "",
        )
        for remark in result.rating.remarks.select_related("technique", "spoken")
    ]


def _rule(result: Result) -> str:
    grade = result.rating.autograde
    told = {"who": result.rating.rater, "level": result.level}
    if result.rule == Result.Rule.APPEALED:
        return (
            _("%(who)s listened anew, without knowing what had been said before, and decided on level %(level)s.")
            % told
        )
    if result.rule == Result.Rule.AGREED:
        return _("Two teachers listened, each alone, and agree. %(who)s's level %(level)s stands.") % told
    if result.rule == Result.Rule.SETTLED:
        return _("Two teachers heard it differently. %(who)s listened too and decided on level %(level)s.") % told
    if grade is None:
        return _("%(who)s listened and decided on level %(level)s. The model gave none.") % told
    if result.rule == Result.Rule.ACCEPTED and not result.rating.autograde_visible:
        return _("%(who)s listened first, without the model, and came to the same level %(level)s.") % told
    if result.rule == Result.Rule.ACCEPTED:
        return _("%(who)s listened and agrees with the model: level %(level)s.") % told
    told |= {"expected": grade.rounded, "low": grade.low, "high": grade.high}
    return (
        _(
            "%(who)s decided on level %(level)s. The model had expected %(expected)s, most likely between %(low)s and "
            "%(high)s; what your teacher heard counts."
        )
        % told
    )


def _apart(result: Result, grade: Autograde | None) -> str:
    """The reason that a teacher gives for it is for teachers and the next model (docs/marking.md): not a word of it."""
    steps = result.level - grade.rounded if grade else 0
    if grade is None or not steps:
        return ""
    told = {"who": result.rating.rater, "steps": abs(steps)}
    if steps > 0:
        said = ngettext(
            "%(who)s hears it %(steps)s level higher than the model.",
            "%(who)s hears it %(steps)s levels higher than the model.",
            steps,
        )
    else:
        said = ngettext(
            "%(who)s hears it %(steps)s level lower than the model.",
            "%(who)s hears it %(steps)s levels lower than the model.",
            -steps,
        )
    if grade.low <= result.level <= grade.high:
        where = _("That lies within the range the model gave.")
    else:
        where = _("That lies outside the range the model gave: here it was wrong.")
    return f"{said % told} {where}"
