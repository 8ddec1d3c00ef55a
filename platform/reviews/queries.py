"""What waits for a teacher, why each recording stands where it stands, and in which order."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Abs
from django.utils import timezone

from accounts.models import User
from submissions.models import Appeal, Submission, SubmissionQuerySet

# An interval of five keys or more tells a teacher little: her ear is needed first.
UNCERTAIN_KEYS = 4
# Picture and sound disagree when the two branches' expected levels are this far apart.
DISAGREEMENT_LEVELS = 2.0
DUE_WITHIN = timedelta(days=2)


class Why(TextChoices):
    """Why a recording stands in the queue, the most pressing first."""

    APPEAL = "appeal", "appealed"
    UNCERTAIN = "uncertain", "uncertain"
    DISAGREEMENT = "disagreement", "picture and sound disagree"
    DUE = "due", "due"
    UNGRADED = "ungraded", "no grade yet"
    WAITING = "waiting", "waiting"


class ExpectedLevel(Func):
    """The mean of a stored distribution over levels: its first probability is that of level 1."""

    template = (
        "(SELECT SUM(probability::float8 * place) FROM jsonb_array_elements_text(%(expressions)s) "
        "WITH ORDINALITY AS part(probability, place))"
    )
    output_field = FloatField()


def queue(teacher: User, *, course: int | None = None, why: str | None = None) -> SubmissionQuerySet:
    """Recordings to be reviewed, annotated with `width`, `apart`, `why`; the most pressing first."""
    rows = _annotated(Submission.objects.awaiting(teacher), now=timezone.now())
    if course is not None:
        rows = rows.filter(assignment__course=course)
    if why:
        rows = rows.filter(why=why)
    ordered: SubmissionQuerySet = rows.order_by(
        "rank", F("width").desc(nulls_last=True), F("due_at").asc(nulls_last=True), "created_at"
    )
    return ordered


def counts(teacher: User, *, course: int | None = None) -> dict[str, int]:
    """How many recordings stand in the queue for each reason."""
    asked: Any = queue(teacher, course=course)
    rows = asked.order_by().values_list("why").annotate(count=Count("pk"))
    return dict(rows)


def next_for(teacher: User, *, after: Submission, course: int | None = None) -> Submission | None:
    return queue(teacher, course=course).exclude(pk=after.pk).first()


def _annotated(rows: SubmissionQuerySet, *, now: datetime) -> Any:
    appealed = Appeal.objects.filter(submission=OuterRef("pk"), decided_at__isnull=True)
    grade = "performance__autograde"
    return (
        rows.annotate(
            due_at=F("assignment__due_at"),
            width=F(f"{grade}__high") - F(f"{grade}__low"),
            apart=Abs(ExpectedLevel(f"{grade}__visual") - ExpectedLevel(f"{grade}__aural")),
        )
        .annotate(
            why=Case(
                When(Exists(appealed), then=Value(Why.APPEAL)),
                When(width__gte=UNCERTAIN_KEYS, then=Value(Why.UNCERTAIN)),
                When(apart__gte=DISAGREEMENT_LEVELS, then=Value(Why.DISAGREEMENT)),
                When(due_at__lte=now + DUE_WITHIN, then=Value(Why.DUE)),
                When(width__isnull=True, then=Value(Why.UNGRADED)),
                default=Value(Why.WAITING),
            )
        )
        .annotate(rank=Case(*(When(why=why, then=Value(rank)) for rank, why in enumerate(Why))))
    )
