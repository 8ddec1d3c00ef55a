"""A week of the model in numbers, and in the words of a letter. No person is named in it, and no recording."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, StdDev
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.figures import percent, tenths
from grading.drift.budget import PROMISE
from grading.models import Autograde, ModelVersion, Performance, Rating
from grading.services import registry, shadows

from . import alarms
from .distance import Mean, blind, mean_of

WEEK = timedelta(days=7)
HELD_OVER = timedelta(days=28)  # what intervals hold is told of four weeks: a week has too few ratings


@dataclass(frozen=True)
class Week:
    until: datetime
    recordings: int
    graded: int
    rated: int
    blind: int
    # How far the model was from them, in levels.
    off: Mean | None
    held: int
    tried: int
    alarms: list[alarms.Told]
    champion: ModelVersion | None
    candidate: ModelVersion | None
    shadow: ModelVersion | None

    @property
    def is_empty(self) -> bool:
        return not (self.recordings or self.rated or self.alarms)

    def told(self) -> dict[str, Any]:
        """Sentences, in the language that is spoken now."""
        return {
            "since": date_format(self.until - WEEK, "SHORT_DATE_FORMAT"),
            "until": date_format(self.until - timedelta(days=1), "SHORT_DATE_FORMAT"),
            "came": _came(self),
            "off": _off(self),
            "held": _held(self),
            "alarms": [told.title for told in self.alarms],
            "waits": _waits(self),
        }


def week_of(until: datetime) -> Week:
    """The seven days before `until`."""
    then = {"created_at__gte": until - WEEK, "created_at__lt": until}
    rated = Rating.objects.filter(**then, source="").exclude(purpose=Rating.Purpose.STANDARD)
    own = blind(until - WEEK).filter(created_at__lt=until)
    lately = blind(until - HELD_OVER).filter(created_at__lt=until)
    held = lately.aggregate(held=Count("pk", filter=Q(is_held=True)), tried=Count("pk"))
    champion = registry.champion()
    newer = ModelVersion.objects.filter(stage=ModelVersion.Stage.CANDIDATE)
    return Week(
        until=until,
        recordings=Performance.objects.filter(**then).exclude(state=Performance.State.REFUSED).count(),
        graded=Autograde.objects.filter(**then, shadow=False).values("performance").distinct().count(),
        rated=rated.count(),
        blind=own.count(),
        off=mean_of(own.aggregate(mean=Avg("far"), spread=StdDev("far", sample=True), count=Count("pk"))),
        held=held["held"],
        tried=held["tried"],
        alarms=alarms.open_alarms(),
        champion=champion,
        candidate=newer.filter(number__gt=champion.number if champion else 0).order_by("-number").first(),
        shadow=shadows.beside(None),
    )


def _came(week: Week) -> str:
    recordings = ngettext("%(count)s recording came.", "%(count)s recordings came.", week.recordings)
    graded = ngettext("The model graded %(count)s.", "The model graded %(count)s.", week.graded)
    rated = ngettext(
        "Teachers gave %(count)s rating, %(blind)s without having seen the model's word.",
        "Teachers gave %(count)s ratings, %(blind)s of them without having seen the model's word.",
        week.rated,
    )
    return " ".join(
        (
            recordings % {"count": week.recordings},
            graded % {"count": week.graded},
            rated % {"count": week.rated, "blind": week.blind},
        )
    )


def _off(week: Week) -> str:
    if week.off is None:
        return _("Too few of these ratings were blind to say how far the model was from the teachers this week.")
    if week.off.low is None or week.off.high is None:
        return _("From these the model was %(levels)s levels away on average.") % {"levels": tenths(week.off.value)}
    said = _("From these the model was %(levels)s levels away on average (most likely %(low)s to %(high)s).")
    ends = {"low": tenths(max(0.0, week.off.low)), "high": tenths(week.off.high)}
    return said % ({"levels": tenths(week.off.value)} | ends)


def _held(week: Week) -> str:
    if not week.tried:
        return _("No blind rating of the last four weeks tells whether its intervals hold what they promise.")
    said = ngettext(
        "Of the %(count)s blind rating of the last four weeks its intervals held %(held)s (%(share)s); they promise "
        "%(promise)s.",
        "Of the %(count)s blind ratings of the last four weeks its intervals held %(held)s (%(share)s); they promise "
        "%(promise)s.",
        week.tried,
    )
    share = {"share": percent(week.held / week.tried), "promise": percent(PROMISE)}
    return said % ({"count": week.tried, "held": week.held} | share)


def _waits(week: Week) -> list[str]:
    waits = []
    if week.candidate is not None:
        waits.append(_("%(version)s waits for a decision.") % {"version": week.candidate})
    if week.shadow is not None:
        waits.append(_("%(version)s grades along, unseen by students.") % {"version": week.shadow})
    if week.champion is None:
        waits.append(_("No model is in use, so recordings get no provisional grade."))
    return waits
