"""A released result as a student reads it: first what is good, then what to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.models import Assignment
from grading.models import Autograde, Criterion, Remark, Result

GOOD = 4  # a mark from here on is something that went well
MARKS = {1: "not yet", 2: "beginning", 3: "on the way", 4: "well done", 5: "fully there"}


@dataclass(frozen=True)
class Marked:
    criterion: Criterion
    mark: int

    @property
    def word(self) -> str:
        return MARKS.get(self.mark, "")


@dataclass(frozen=True)
class Outcome:
    good: Sequence[Marked]
    to_look_at: Sequence[Marked]
    remarks: Sequence[Remark]
    rule: str
    model_grade: Autograde | None


def outcome(result: Result, assignment: Assignment) -> Outcome:
    marks = result.rating.criteria
    marked = [
        Marked(criterion, marks[criterion.key])
        for criterion in Criterion.objects.filter(rubric=assignment.rubric_id)
        if criterion.key in marks
    ]
    return Outcome(
        good=sorted((row for row in marked if row.mark >= GOOD), key=lambda row: -row.mark),
        to_look_at=sorted((row for row in marked if row.mark < GOOD), key=lambda row: row.mark),
        remarks=list(result.rating.remarks.all()),
        rule=_rule(result),
        model_grade=result.rating.autograde,
    )


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
