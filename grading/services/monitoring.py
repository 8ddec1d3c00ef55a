"""Looks every day whether something has moved, and keeps an alarm for as long as it has (grading/drift says how).

What comes in is held against the term before. What the model says, and how far it is from the teachers, is held against
what it was since its own promotion: a new champion begins anew, and no alarm about an earlier one outlives it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Case, F, Max, When
from django.utils import timezone

from grading.drift import windows
from grading.drift.budget import Quantity
from grading.drift.rows import Finding, Rated, Recorded
from grading.models import Alarm, ModelVersion, Performance, Promotion
from grading.people import User
from grading.signals import alarm_raised

from . import calibrations

Kind = Alarm.Kind
KINDS: Mapping[Quantity, Kind] = {
    Quantity.DEVICE: Kind.INPUT,
    Quantity.LOUDNESS: Kind.INPUT,
    Quantity.BRIGHTNESS: Kind.INPUT,
    Quantity.LENGTH: Kind.INPUT,
    Quantity.GRADES: Kind.GRADES,
    Quantity.RESIDUALS: Kind.RESIDUALS,
    Quantity.BY_DEVICE: Kind.RESIDUALS,
    Quantity.BY_PIECE: Kind.RESIDUALS,
    Quantity.COVERAGE: Kind.COVERAGE,
}
OF_THE_MODEL = (Kind.GRADES, Kind.RESIDUALS, Kind.COVERAGE)
DAY = 86_400.0  # seconds


@dataclass(frozen=True)
class Seen:
    """What an examination looked at."""

    recorded: list[Recorded]
    rated: list[Rated]


@transaction.atomic
def examine(now: datetime | None = None) -> list[Alarm]:
    """Raise, keep and close alarms by what has come until `now`; those that are open then."""
    from grading.drift.watch import look  # numpy and scipy, which the web process need not load

    now = now or timezone.now()
    _lock()
    seen = gather(now)
    findings = {_key(found): found for found in look(seen.recorded, seen.rated, now=_days(now))}
    still = {(alarm.kind, alarm.subject): alarm for alarm in Alarm.objects.filter(closed_at__isnull=True)}
    for key, alarm in still.items():
        if _is_over(alarm, findings):
            alarm.closed_at = now
        elif key in findings:
            alarm.numbers = _numbers(findings[key], seen)
        alarm.save(update_fields=("closed_at", "numbers"))
    for key, found in findings.items():
        if found.rings and key not in still:
            _raise(found, _numbers(found, seen), now)
    return list(Alarm.objects.filter(closed_at__isnull=True))


@transaction.atomic
def see(*, alarm: Alarm, by: User) -> Alarm:
    """Somebody has taken notice; who was first stays."""
    row = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if row.seen_at is None:
        row.seen_by, row.seen_at = by, timezone.now()
        row.save(update_fields=("seen_by", "seen_at"))
    return row


def gather(now: datetime) -> Seen:
    """Everything that an examination looks at, in a few queries however much there is."""
    champions = list(ModelVersion.objects.filter(stage=ModelVersion.Stage.CHAMPION))
    return Seen(_recorded(now, champions), [row for version in champions for row in _rated(now, version)])


def _recorded(now: datetime, champions: list[ModelVersion]) -> list[Recorded]:
    since = now - timedelta(days=windows.RECENT + windows.BEFORE)
    level = Case(When(autograde__model__in=champions, then=F("autograde__level")), default=None)
    rows = Performance.objects.filter(collection="", created_at__gt=since, created_at__lte=now, duration__isnull=False)
    facts = ("facts__device", "facts__loudness", "facts__brightness")
    return [
        Recorded(_days(at), player, piece, device or "", seconds, loudness, brightness, said)
        for at, player, piece, seconds, device, loudness, brightness, said in rows.order_by("created_at").values_list(
            "created_at", "player", "piece", "duration", *facts, level
        )
    ]


def _rated(now: datetime, version: ModelVersion) -> list[Rated]:
    """The blind ratings since this version became champion, the last time."""
    since = now - timedelta(days=windows.EARLIER)
    promoted = version.promotions.aggregate(at=Max("at"))["at"]
    if promoted is not None and promoted > since:
        since = promoted
    return [
        Rated(
            at=_days(word.at),
            player=word.player,
            piece=word.autograde.performance.piece,
            device=word.autograde.performance.facts.get("device", ""),
            off=word.level - word.autograde.level,
            held=word.held,
        )
        for word in calibrations.blind(version, since=since)
        if word.at <= now
    ]


def _key(found: Finding) -> tuple[str, str]:
    return KINDS[found.quantity], found.subject or found.quantity


def _numbers(found: Finding, seen: Seen) -> dict[str, object]:
    """What the alarm's sentence needs; of a phone also how far off the model was on it, where it was rated."""
    numbers: dict[str, object] = {"quantity": found.quantity, "chance": found.chance, **found.numbers}
    if found.quantity == Quantity.DEVICE:
        off = [row.off for row in seen.rated if row.device == found.subject]
        numbers |= {"rated": len(off), "off": sum(off) / len(off) if off else None}
    return numbers


def _is_over(alarm: Alarm, findings: Mapping[tuple[str, str], Finding]) -> bool:
    """Where too little has come to tell, it is as it was."""
    if alarm.kind in OF_THE_MODEL and Promotion.objects.filter(at__gt=alarm.raised_at).exists():
        return True
    found = findings.get((alarm.kind, alarm.subject))
    if found is not None:
        return found.is_quiet
    # A phone that nobody uses any more is not found, while others are.
    was_phone = alarm.numbers.get("quantity") == Quantity.DEVICE
    return was_phone and any(other.quantity == Quantity.DEVICE for other in findings.values())


def _raise(found: Finding, numbers: dict[str, object], now: datetime) -> None:
    kind, subject = _key(found)
    alarm = Alarm.objects.create(kind=kind, subject=subject, numbers=numbers, raised_at=now)
    alarm_raised.send(sender=Alarm, alarm=alarm)


def _lock() -> None:
    """One examination at a time: another one waits, and then finds what this one has raised."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clavier.monitoring'))")


def _days(moment: datetime) -> float:
    return moment.astimezone(UTC).timestamp() / DAY
