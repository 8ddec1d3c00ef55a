"""What a head of course sees of the appeals: which are open and until when, and what came of the others.

Of an open one neither the level nor whose it was is told: the head may be the one who answers it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from statistics import median
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from courses.models import Course
from grading.models import Rating, Result
from submissions import appealing
from submissions.models import Appeal, Submission

from .models import Marking
from .queries import live_claims

COURSE = "performance__submission__assignment__course"
# Fewer answers than this tell nothing of a teacher: four of a kind come by chance alone one time in eight.
FEWEST = 5


@dataclass(frozen=True)
class Open:
    appeal: Appeal
    who: str  # can answer it
    holder: Marking | None

    @property
    def is_overdue(self) -> bool:
        return appealing.is_overdue(self.appeal)


@dataclass(frozen=True)
class Decided:
    appeal: Appeal
    was: int | None
    now: int | None

    @property
    def change(self) -> int | None:
        return None if self.was is None or self.now is None else self.now - self.was

    @property
    def days(self) -> float:
        assert self.appeal.decided_at is not None
        return (self.appeal.decided_at - self.appeal.created_at) / timedelta(days=1)

    @property
    def word(self) -> str:
        if self.change is None:
            return _("answered")
        if self.change == 0:
            return _("upheld")
        told = {"steps": abs(self.change)}
        if self.change > 0:
            return ngettext("raised by %(steps)s level", "raised by %(steps)s levels", self.change) % told
        return ngettext("lowered by %(steps)s level", "lowered by %(steps)s levels", -self.change) % told


@dataclass(frozen=True)
class Outcomes:
    """What came of several decided appeals."""

    decided: Sequence[Decided]

    @cached_property
    def changes(self) -> list[int]:
        return [row.change for row in self.decided if row.change is not None]

    @property
    def upheld(self) -> int:
        return self.changes.count(0)

    @property
    def raised(self) -> int:
        return sum(change > 0 for change in self.changes)

    @property
    def lowered(self) -> int:
        return sum(change < 0 for change in self.changes)

    @property
    def raised_by(self) -> float | None:
        return _mean(change for change in self.changes if change > 0)

    @property
    def lowered_by(self) -> float | None:
        return _mean(-change for change in self.changes if change < 0)

    @property
    def days(self) -> float | None:
        """The median."""
        return median(row.days for row in self.decided) if self.decided else None


@dataclass(frozen=True)
class Against:
    """The decided appeals against one teacher's results, and of how many results."""

    teacher: User
    results: int
    outcomes: Outcomes

    @property
    def is_enough(self) -> bool:
        return len(self.outcomes.decided) >= FEWEST

    @property
    def share(self) -> float:
        """Of a hundred results."""
        return 100 * len(self.outcomes.decided) / self.results if self.results else 0.0


@dataclass(frozen=True)
class Page:
    open: Sequence[Open]
    outcomes: Outcomes
    results: int
    against: Sequence[Against]

    @property
    def asked(self) -> int:
        return len(self.open) + len(self.outcomes.decided)

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.open)

    @property
    def share(self) -> float | None:
        """Of a hundred results."""
        return 100 * self.asked / self.results if self.results else None


def page(course: Course) -> Page:
    rows = list(_of(course))
    decided = [Decided(row, row.about.level if row.about else None, row.level) for row in rows if row.decided_at]
    return Page(
        open=_open(course),
        outcomes=Outcomes(decided),
        results=Result.objects.filter(**{COURSE: course}).count(),
        against=_against(course, decided),
    )


def _of(course: Course) -> Any:
    """The newest answer first, annotated with the `level` that was given."""
    given = Rating.objects.filter(performance=OuterRef("submission__performance"), purpose=Rating.Purpose.APPEAL)
    answer = given.order_by("created_at", "pk").values("level")[:1]
    related = ("about__rater", "decided_by", "submission__student", "submission__assignment__piece")
    rows = Appeal.objects.filter(submission__assignment__course=course)
    return rows.select_related(*related).annotate(level=Subquery(answer)).order_by("-decided_at", "-created_at")


def _open(course: Course) -> list[Open]:
    """The one to be answered soonest first."""
    submissions = Submission.objects.filter(assignment__course=course, appeal__decided_at__isnull=True)
    submissions = submissions.filter(appeal__isnull=False).select_related("appeal", "student", "assignment__piece")
    claims = live_claims().filter(role=Marking.Role.APPEAL, submission__in=submissions).select_related("teacher")
    holders = {claim.submission_id: claim for claim in claims}
    ordered = list(submissions.order_by(F("appeal__answer_by").asc(nulls_last=True), "appeal__created_at"))
    who = appealing.who(course, ordered)
    return [Open(row.appeal, who[row.pk], holders.get(row.pk)) for row in ordered]


def _against(course: Course, decided: Sequence[Decided]) -> list[Against]:
    """Those whose results were appealed against, in the order of their names."""
    about: dict[User, list[Decided]] = {}
    for row in decided:
        if row.appeal.about is not None:
            about.setdefault(row.appeal.about.rater, []).append(row)
    # What stands now, and what an answer has replaced since.
    counted = Result.objects.filter(**{COURSE: course}).exclude(rating__purpose=Rating.Purpose.APPEAL)
    standing = dict(counted.order_by().values_list("rating__rater").annotate(Count("pk")))
    replaced = Q(submission__performance__result__rating__purpose=Rating.Purpose.APPEAL)
    gone = Appeal.objects.filter(replaced, submission__assignment__course=course, decided_at__isnull=False)
    gone_by = dict(gone.order_by().values_list("about__rater").annotate(Count("pk")))
    return [
        Against(teacher, standing.get(teacher.pk, 0) + gone_by.get(teacher.pk, 0), Outcomes(rows))
        for teacher, rows in sorted(about.items(), key=lambda item: (item[0].name, item[0].pk))
    ]


def _mean(values: Iterable[int]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None
