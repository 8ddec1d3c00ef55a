"""Why a recording stands where it stands: the points that order a queue, as SQL.

Everything is counted in levels, so that the page can state the order in a sentence: a point for each key of the
interval, for each level that picture and sound are apart, and for each level between the grade and what is usually
released to the player; DUE_POINTS where it is due, ABSTAINED_POINTS where the model leaves the level to a teacher.
Chance puts its share forward at CHECK_POINTS, and what a round asks for stands before all of these. What a teacher is
to rate before she sees the model's grade has points as if there were none, so that its place tells her nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Coalesce
from django.utils.translation import gettext_lazy as _

from grading.models import Asked
from submissions.models import Appeal

from .models import Marking, Moderation

# An interval that spans four levels or more tells a teacher little: her ear is needed first.
UNCERTAIN_KEYS = 4
# One that spans two at most may be accepted together with others.
NARROW_KEYS = 2
# Levels from which two opinions disagree: picture and sound, or the grade and what the player usually gets.
APART_LEVELS = 2.0
DUE_WITHIN = timedelta(days=2)
DUE_POINTS = 3.0
UNKNOWN_POINTS = 4.0
CHECK_POINTS = 12.0
# Where the model leaves the level to a teacher, its student sees nothing before.
ABSTAINED_POINTS = 4.0
ASKED_POINTS = 100.0  # above all that the others can come to


class Why(TextChoices):
    """The most pressing first: the first that is true is said."""

    APPEAL = "appeal", _("appeal")
    SENT_BACK = "sent_back", _("sent back")
    AUDIT = "audit", _("checks the model")
    ASKED = "asked", _("asked for")
    SECOND = "second", _("second marking")
    CHECK = "check", _("random check")
    BLIND = "blind", _("to be rated blind")
    ABSTAINED = "abstained", _("left to you by the model")
    UNCERTAIN = "uncertain", _("uncertain")
    DISAGREEMENT = "disagreement", _("picture and sound disagree")
    UNUSUAL = "unusual", _("unusual for the player")
    DUE = "due", _("due")
    UNGRADED = "ungraded", _("no grade yet")
    WAITING = "waiting", _("waiting")


def shown(now: datetime) -> dict[str, Any]:
    """What a row shows, empty where the teacher is to rate first, as in every appeal; needs what `waiting_for` adds."""
    grade = "performance__autograde"
    return {
        "hidden": true(Q(appealed=True) | Q(asked=Asked.Reason.AUDIT) | Q(blind=True, sent_back=False)),
        "level": _unless_hidden(F(f"{grade}__level")),
        "width": _unless_hidden(F(f"{grade}__high") - F(f"{grade}__low"), IntegerField()),
        "abstained": _unless_hidden(F(f"{grade}__abstained"), BooleanField()),
        "apart": _unless_hidden(Abs(F(f"{grade}__by_sight") - F(f"{grade}__by_ear"))),
        "far": _unless_hidden(Abs(F(f"{grade}__level") - F("student__usual__level"))),
        # Under appeal it is the school that is due.
        "due_at": Case(When(appealed=True, then=Subquery(_own(Appeal, "answer_by"))), default=F("assignment__due_at")),
        "is_due": true(Q(assignment__due_at__lte=now + DUE_WITHIN)),
        "since": Case(
            When(appealed=True, then=Subquery(_own(Appeal, "created_at", decided_at__isnull=True))),
            When(sent_back=True, then=Subquery(_own(Moderation, "created_at", settled_at__isnull=True))),
            default=F("created_at"),
        ),
    }


def why() -> Case:
    marked = Marking.objects.filter(submission=OuterRef("pk"), role__in=Marking.INDEPENDENT, done_at__isnull=False)
    return Case(
        When(appealed=True, then=Value(Why.APPEAL)),
        When(sent_back=True, then=Value(Why.SENT_BACK)),
        When(asked=Asked.Reason.AUDIT, then=Value(Why.AUDIT)),
        When(~Q(asked=""), then=Value(Why.ASKED)),
        When(Q(second=True) & Exists(marked), then=Value(Why.SECOND)),
        When(checked=True, then=Value(Why.CHECK)),
        When(hidden=True, then=Value(Why.BLIND)),
        When(abstained=True, then=Value(Why.ABSTAINED)),
        When(width__gte=UNCERTAIN_KEYS, then=Value(Why.UNCERTAIN)),
        When(apart__gte=APART_LEVELS, then=Value(Why.DISAGREEMENT)),
        When(far__gte=APART_LEVELS, then=Value(Why.UNUSUAL)),
        When(is_due=True, then=Value(Why.DUE)),
        When(width__isnull=True, then=Value(Why.UNGRADED)),
        default=Value(Why.WAITING),
    )


def points() -> Any:
    """What a human adds most to stands first; somebody who asked for another look is answered before all."""
    weighed = (
        Coalesce(F("width"), UNKNOWN_POINTS, output_field=FloatField())
        + Coalesce(F("apart"), 0.0)
        + Coalesce(F("far"), 0.0)
        + Case(When(is_due=True, then=DUE_POINTS), default=0.0, output_field=FloatField())
        + Case(When(abstained=True, then=ABSTAINED_POINTS), default=0.0, output_field=FloatField())
    )
    return Case(
        When(appealed=True, then=300.0),
        When(sent_back=True, then=200.0),
        When(~Q(asked=""), then=ASKED_POINTS),
        When(checked=True, then=CHECK_POINTS),
        default=weighed,
        output_field=FloatField(),
    )


def rank() -> Case:
    """The place of `why` among the reasons."""
    return Case(*(When(why=why, then=Value(place)) for place, why in enumerate(Why)))


def narrow() -> Combinable:
    """What may be accepted together with others: nobody is to look at it alone, and the model is sure."""
    alone = Q(appealed=True) | Q(sent_back=True) | Q(blind=True) | Q(second=True) | Q(checked=True) | ~Q(asked="")
    return true(~alone & Q(width__isnull=False, width__lte=NARROW_KEYS, abstained=False))


def _own(model: Any, when: str, **such: Any) -> Any:
    return model.objects.filter(submission=OuterRef("pk"), **such).values(when)


def _unless_hidden(value: Any, output_field: Any = None) -> Case:
    return Case(When(hidden=False, then=value), output_field=output_field or FloatField())


def true(condition: Q) -> Combinable:
    return ExpressionWrapper(condition, output_field=BooleanField())
