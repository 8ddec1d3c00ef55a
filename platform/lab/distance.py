"""How far teachers who rated blind were from the model that was in force, as the database adds it up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Abs

from grading.models import Rating
from grading.services import calibrations

FEWEST = 4  # ratings from which an interval is narrow enough to say anything


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval, None where too few ratings tell of it."""

    value: float
    low: float | None
    high: float | None
    count: int


def blind(since: datetime | None = None) -> QuerySet[Rating]:
    """One blind rating of each recording, the first, with `off` (levels the teacher is above the model), `far` (levels
    between them) and `is_held` (by the interval).
    """
    first = calibrations.blind_ratings(since).filter(autograde__isnull=False, autograde__shadow=False)
    chosen = first.order_by("performance_id", "created_at", "pk").distinct("performance_id").values("pk")
    off = F("level") - F("autograde__level")
    inside = When(level__gte=F("autograde__low"), level__lte=F("autograde__high"), then=Value(True))
    return Rating.objects.filter(pk__in=chosen).annotate(
        off=off, far=Abs(off), is_held=Case(inside, default=Value(False))
    )


def mean_of(row: Mapping[str, Any]) -> Mean | None:
    """Of a row with `mean`, `spread` (their standard deviation) and `count`."""
    if not row["count"] or row["mean"] is None:
        return None
    mean, count = float(row["mean"]), int(row["count"])
    if count < FEWEST or row["spread"] is None:
        return Mean(mean, None, None, count)
    from scipy.special import stdtrit  # for whoever opens such a page

    reach = float(stdtrit(count - 1, 0.975)) * float(row["spread"]) / float(count**0.5)
    return Mean(mean, mean - reach, mean + reach, count)
