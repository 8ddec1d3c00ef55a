"""A released result as a student reads it: first what is good, then what to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.models import Assignment
from grading.models import Autograde, Criterion, Remark, Result

GOOD = 4  # a mark from here on is something that went well
MARKS = {1: "not yet", 2: "beginning", 3: "on the way", 4: "well done", 5: "fully there"}


# Each kind of remark as a shape on the axis, as an SVG path about its middle; '' is a remark of no kind.
SIGNS = {
    Remark.Mark.GOOD: "M0-5 5 4H-5Z",
    Remark.Mark.LOOK: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z",
    Remark.Mark.MISTAKE: "M-4-4 4 4M4-4-4 4",
    Remark.Mark.TECHNIQUE: "M0-5.5 5.5 0 0 5.5-5.5 0Z",
    "": "M-1.5-5h3V5h-3Z",
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
        return MARKS.get(self.mark, "")

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
    def sign(self) -> str:
        return SIGNS[self.remark.mark]

    @property
    def in_short(self) -> str:
        return self.remark.text or "a spoken remark"


@dataclass(frozen=True)
class Outcome:
    good: Sequence[Marked]
    to_look_at: Sequence[Marked]
    remarks: Sequence[Said]
    level_words: str
    rule: str
    model_grade: Autograde | None

    @property
    def good_remarks(self) -> list[Said]:
        return [said for said in self.remarks if said.is_good]

    @property
    def kinds(self) -> list[tuple[str, str, str]]:
        """Kind, word and shape of those remarks that there are: the legend of the axis."""
        there = {said.remark.mark for said in self.remarks}
        words = {**dict(Remark.Mark.choices), "": "remark"}
        return [(kind, words[kind], sign) for kind, sign in SIGNS.items() if kind in there]

    @property
    def other_remarks(self) -> list[Said]:
        return [said for said in self.remarks if not said.is_good]


def outcome(result: Result, assignment: Assignment) -> Outcome:
    marks = result.rating.criteria
    criteria = list(Criterion.objects.filter(rubric=assignment.rubric_id))
    marked = [Marked(criterion, marks[criterion.key]) for criterion in criteria if criterion.key in marks]
    return Outcome(
        good=sorted((row for row in marked if row.mark >= GOOD), key=lambda row: -row.mark),
        to_look_at=sorted((row for row in marked if row.mark < GOOD), key=lambda row: row.mark),
        remarks=_said(result, {criterion.key: criterion.name for criterion in criteria}),
        level_words=assignment.rubric.levels.get(str(result.level), ""),
        rule=_rule(result),
        model_grade=result.rating.autograde,
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
    teacher, grade = result.rating.rater, result.rating.autograde
    if result.rule == Result.Rule.AGREED:
        return f"Two teachers listened, each alone, and agree. {teacher}'s level {result.level} stands."
    if result.rule == Result.Rule.SETTLED:
        return f"Two teachers heard it differently. {teacher} listened too and decided on level {result.level}."
    if grade is None:
        return f"{teacher} listened and decided on level {result.level}. The model gave none."
    if result.rule == Result.Rule.ACCEPTED and not result.rating.autograde_visible:
        return f"{teacher} listened first, without the model, and came to the same level {result.level}."
    if result.rule == Result.Rule.ACCEPTED:
        return f"{teacher} listened and agrees with the model: level {result.level}."
    return (
        f"{teacher} decided on level {result.level}. The model had expected {grade.rounded}, most likely between "
        f"{grade.low} and {grade.high}; what your teacher heard counts."
    )
