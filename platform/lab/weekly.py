"""What came, what the model said and how far it was from the teachers, added up week by week by the database: a page of
ten thousand recordings costs what one of ten does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Avg, Case, Count, F, FloatField, Q, QuerySet, StdDev, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncMonth, TruncWeek
from django.utils import timezone
from django.utils.translation import gettext as _

from core.figures import signed
from grading.models import ModelVersion, Performance, Promotion

from .distance import Mean, blind, mean_of

DEVICES = 4  # that are named; the others are added up
LATELY = timedelta(days=28)  # in which one must be common to be named first: a new one is to be seen at once
GROUPS = 12  # rows of a table

Row = Mapping[str, Any]


class Quantiles(Aggregate):
    """The numbers that a tenth, half and nine tenths lie below, interpolated; NULL of nothing."""

    function = "percentile_cont"
    template = "%(function)s(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


@dataclass(frozen=True)
class Group:
    """Blind ratings of one device or piece: by how much the teachers are above the model there."""

    name: str
    off: Mean

    @property
    def said(self) -> str:
        return signed(self.off.value)

    @property
    def between(self) -> str:
        """Its interval; a dash where there are too few ratings."""
        if self.off.low is None or self.off.high is None:
            return "–"
        return _("%(low)s to %(high)s") % {"low": signed(self.off.low), "high": signed(self.off.high)}


def monday(now: datetime | None = None) -> datetime:
    """When this week began, where the school is."""
    today = timezone.localtime(now)
    return (today - timedelta(days=today.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def promotions(since: datetime) -> QuerySet[Promotion]:
    """Of the general model: that of a rubric grades by it alone."""
    return Promotion.objects.filter(at__gte=since, version__rubric=None).select_related("version").order_by("at")


def recordings(since: datetime) -> list[Row]:
    """A row for each `week` in which any came: their `count`, and the Quantiles of each number."""
    weekly = _prepared(since).annotate(week=TruncWeek("created_at")).values("week").order_by("week")
    return list(
        weekly.annotate(
            count=Count("pk"),
            loudness=Quantiles(_fact("loudness")),
            brightness=Quantiles(_fact("brightness")),
            length=Quantiles(F("duration")),
            level=Quantiles(F("autograde__level")),
        )
    )


def devices(since: datetime) -> tuple[list[str], dict[datetime, dict[str, int]]]:
    """Those that are most common lately; and how many recordings of each week each of them made, '' for all others."""
    known = _prepared(since).annotate(device=KeyTextTransform("device", "facts")).exclude(device="")
    rows = known.filter(device__isnull=False)
    lately = Count("pk", filter=Q(created_at__gte=timezone.now() - LATELY))
    common = rows.values("device").annotate(lately=lately, count=Count("pk")).order_by("-lately", "-count", "device")
    named = list(common.values_list("device", flat=True)[:DEVICES])
    name = Case(When(device__in=named, then=F("device")), default=Value(""), output_field=TextField())
    weekly = rows.annotate(week=TruncWeek("created_at"), name=name).values("week", "name")
    counts: dict[datetime, dict[str, int]] = {}
    for row in weekly.annotate(count=Count("pk")).order_by("week"):
        counts.setdefault(row["week"], {})[row["name"]] = row["count"]
    return named, counts


def residuals(since: datetime) -> list[Row]:
    """A row for each `week` in which anybody rated blind, as `mean_of` takes it."""
    weekly = blind(since).annotate(week=TruncWeek("created_at")).values("week").order_by("week")
    return list(weekly.annotate(mean=Avg("off"), spread=StdDev("off", sample=True), count=Count("pk")))


def coverage(since: datetime) -> list[Row]:
    """A row for each `month` in which anybody rated blind: their `count`, and how many an interval had `held`."""
    monthly = blind(since).annotate(month=TruncMonth("created_at")).values("month").order_by("month")
    return list(monthly.annotate(count=Count("pk"), held=Count("pk", filter=Q(is_held=True))))


def by_device() -> list[Group]:
    named = blind().annotate(device=KeyTextTransform("device", "performance__facts"))
    return _groups(named.exclude(device="").filter(device__isnull=False), "device")


def by_piece() -> list[Group]:
    return _groups(blind(), "performance__piece")


def _groups(rows: QuerySet[Any], by: str) -> list[Group]:
    """Of the versions in use, those that were rated most; the furthest off first."""
    own = rows.filter(autograde__model__stage=ModelVersion.Stage.CHAMPION).values(by)
    added: Sequence[Row] = own.annotate(mean=Avg("off"), spread=StdDev("off", sample=True), count=Count("pk")).order_by(
        "-count", by
    )[:GROUPS]
    found = [(row[by], mean_of(row)) for row in added]
    groups = [Group(name, mean) for name, mean in found if mean is not None]
    return sorted(groups, key=lambda group: -abs(group.off.value))


def _prepared(since: datetime) -> QuerySet[Performance]:
    return Performance.objects.filter(created_at__gte=since, duration__isnull=False)


def _fact(name: str) -> Cast:
    return Cast(KeyTextTransform(name, "facts"), FloatField())
