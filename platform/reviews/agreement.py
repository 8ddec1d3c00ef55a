"""Who agrees with whom in a course, read from the ratings: teachers with each other, with the model, with the standard.

Only what was said independently counts between teachers: the first word of the first and of the second marker, neither
of whom sees the other's before both have finished, and of whoever checked the model, who knew of neither. A third one
who settles and a second thought come after that, and an appeal is only asked where somebody doubts the level. Of the
model a rating is independent only if it was given blind, so the two kinds stand apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from courses.models import Course, Enrolment
from grading.models import Rating, Rubric
from submissions.seals import sealed_for

from . import levels

if TYPE_CHECKING:
    from grading.agreement import Agreement, Pair, Severity

INDEPENDENT = (Rating.Purpose.FIRST, Rating.Purpose.SECOND, Rating.Purpose.AUDIT)
MODEL, STANDARD = gettext_lazy("the model"), gettext_lazy("the agreed levels")


class Kind(models.TextChoices):
    TEACHERS = "teachers", gettext_lazy("between teachers")
    BLIND = "blind", gettext_lazy("given blind")
    SHOWN = "shown", gettext_lazy("with the grade shown")
    STANDARD = "standard", gettext_lazy("on anchors")


@dataclass(frozen=True)
class Comparison:
    """Two judges on the recordings that both have judged; `key` names it in the address."""

    key: str
    kind: Kind
    first: str
    second: str
    pairs: tuple[Pair, ...]

    @cached_property
    def found(self) -> Agreement | None:
        """None below the number from which figures mean something."""
        from grading import agreement

        return agreement.compare(self.pairs) if len(self.pairs) >= agreement.FEWEST else None

    @property
    def missing(self) -> int:
        from grading import agreement

        return max(0, agreement.FEWEST - len(self.pairs))

    @property
    def sentence(self) -> str:
        return levels.compared(self.first, self.second, self.found) if self.found else ""


@dataclass(frozen=True)
class Page:
    """Everything that is known of one course and rubric."""

    teachers: tuple[Comparison, ...]
    model: tuple[Comparison, ...]
    standard: tuple[Comparison, ...]
    # Every pair of teachers at once: a recording counts once for each two who marked it.
    together: Comparison
    severities: tuple[Severity, ...]

    def drawn(self, key: str | None) -> Comparison | None:
        """The comparison that was asked for, else the first that there is something to draw of."""
        shown = [each for each in (*self.teachers, *self.model, *self.standard) if not each.missing]
        return next((each for each in shown if each.key == key), shown[0] if shown else None)


def page(*, course: Course, rubric: Rubric, reader: User) -> Page:
    """Without what is under an appeal that the reader may answer: a drawing shows each level."""
    rows = _marks(course, rubric, reader)
    pairs = _between_teachers(rows)
    return Page(
        teachers=pairs,
        model=_with_model(rows),
        standard=_with_standard(course, rubric, reader),
        together=Comparison("together", Kind.TEACHERS, "", "", tuple(pair for each in pairs for pair in each.pairs)),
        severities=_severities(rows),
    )


def rubrics(course: Course) -> list[Rubric]:
    """What the recordings of this course are judged by."""
    return list(Rubric.objects.filter(assignments__course=course).distinct().order_by("name", "pk"))


@dataclass(frozen=True)
class _Mark:
    performance: Any
    player: int
    rater: int
    name: str
    level: int
    model: int | None
    visible: bool
    batch: bool


def _marks(course: Course, rubric: Rubric, reader: User) -> list[_Mark]:
    ratings = Rating.objects.filter(
        performance__submission__assignment__course=course, performance__submission__assignment__rubric=rubric
    )
    return marks(ratings.exclude(performance__submission__in=sealed_for(reader)))


def marks(ratings: models.QuerySet[Rating]) -> list[_Mark]:
    """The first independent word of each rater about each recording, in one query."""
    first = (
        ratings.filter(purpose__in=INDEPENDENT)
        .annotate(said=Coalesce(F("autograde__level"), F("performance__autograde__level")))
        .order_by("performance_id", "rater_id", "created_at", "pk")
        .distinct("performance_id", "rater_id")
    )
    columns = ("performance_id", "performance__player_id", "rater_id", "rater__name", "level", "said")
    rows = first.values_list(*columns, "autograde_visible", "batch")
    return [
        _Mark(performance, player, rater, name, level, None if said is None else round(said), visible, batch)
        for performance, player, rater, name, level, said, visible, batch in rows
    ]


def _between_teachers(rows: Iterable[_Mark]) -> tuple[Comparison, ...]:
    from grading.agreement import Pair

    by_performance: dict[Any, list[_Mark]] = defaultdict(list)
    for row in rows:
        by_performance[row.performance].append(row)
    pairs: dict[tuple[tuple[str, int], tuple[str, int]], list[Pair]] = defaultdict(list)
    for shared in by_performance.values():
        for a, b in combinations(sorted(shared, key=_who), 2):
            pairs[_who(a), _who(b)].append(Pair(a.level, b.level, a.player))
    return tuple(
        Comparison(f"teachers-{a[1]}-{b[1]}", Kind.TEACHERS, a[0], b[0], tuple(found))
        for (a, b), found in sorted(pairs.items(), key=lambda row: (-len(row[1]), row[0]))
    )


def _with_model(rows: Iterable[_Mark]) -> tuple[Comparison, ...]:
    """All teachers together first, then each; those given blind before those given with the grade in view.

    What was accepted together with others was not listened to for its own sake, and is left out.
    """
    from grading.agreement import Pair

    groups: dict[tuple[tuple[str, int], Kind], list[Pair]] = defaultdict(list)
    for row in rows:
        if row.model is None or row.batch:
            continue
        kind = Kind.SHOWN if row.visible else Kind.BLIND
        for who in (("", 0), _who(row)):
            groups[who, kind].append(Pair(row.level, row.model, row.player))
    return tuple(
        Comparison(f"model-{who[1]}-{kind}", kind, who[0] or _("All teachers"), str(MODEL), tuple(found))
        for (who, kind), found in sorted(groups.items())
    )


def _with_standard(course: Course, rubric: Rubric, reader: User) -> tuple[Comparison, ...]:
    """The course's teachers on the anchors of this rubric: the newest word about each."""
    from grading.agreement import Pair

    teaching = Enrolment.objects.filter(course=course, role__in=Enrolment.TEACHING).values("user")
    newest = (
        Rating.objects.filter(purpose=Rating.Purpose.STANDARD, rater__in=teaching, performance__anchor__rubric=rubric)
        .exclude(performance__submission__in=sealed_for(reader))
        .order_by("performance_id", "rater_id", "-created_at", "-pk")
        .distinct("performance_id", "rater_id")
        .values_list("rater__name", "rater_id", "level", "performance__anchor__level", "performance__player_id")
    )
    groups: Mapping[tuple[str, int], list[Pair]] = defaultdict(list)
    for name, rater, level, agreed, player in newest:
        groups[name, rater].append(Pair(level, agreed, player))
    return tuple(
        Comparison(f"standard-{who[1]}", Kind.STANDARD, who[0], str(STANDARD), tuple(found))
        for who, found in sorted(groups.items())
    )


def _severities(rows: Iterable[_Mark]) -> tuple[Severity, ...]:
    """Of teachers who share at least FEWEST recordings with a colleague; all shared ones are reckoned with."""
    from grading import agreement

    found = agreement.severities(agreement.Marked(row.performance, _who(row), row.level) for row in rows)
    return tuple(row for row in found if row.n >= agreement.FEWEST)


def own_gaps(teacher: User) -> tuple[list[int], list[int]]:
    """This teacher minus the model, in whole levels: blind, and with the grade shown; over all courses."""
    blind: list[int] = []
    shown: list[int] = []
    for row in marks(Rating.objects.filter(rater=teacher)):
        if row.model is not None and not row.batch:
            (shown if row.visible else blind).append(row.level - row.model)
    return blind, shown


def _who(row: _Mark) -> tuple[str, int]:
    return row.name, row.rater
