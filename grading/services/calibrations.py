"""How wide intervals are: set anew by what teachers said without the model's word.

A checkpoint brings the width it was trained with. As soon as enough blind ratings stand beside a version's own words,
its intervals are given the width that would have held nine in ten of them (split conformal prediction, ml/calibration).
What was graded before keeps the interval it was shown with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from grading import engine
from grading.models import Autograde, Calibration, ModelVersion, Rating
from grading.people import User

# A first word about a recording. An appeal is asked where somebody doubts the level, a third marker where two differ:
# such recordings are no fair draw, and an interval that is fair holds fewer of them.
UNASKED = (Rating.Purpose.FIRST, Rating.Purpose.SECOND, Rating.Purpose.AUDIT)
NEWEST = 200  # ratings that a width is learned from: a season's, so that it follows what changes
FRESH = 20  # ratings since the last time from which on the house sets it anew by itself, no sooner than
APART = timedelta(days=7)


class TooFew(ValueError):
    """Why the width cannot be set yet, in words for an admin."""


@dataclass(frozen=True)
class Blind:
    """What a teacher said of a recording without the model's word, and what a version had said of it by then."""

    autograde: Autograde  # without its windows and what picture and sound say alone
    level: int
    at: datetime
    player: int

    @property
    def held(self) -> bool:
        return self.autograde.low <= self.level <= self.autograde.high


def current(version: ModelVersion) -> Calibration | None:
    """What its next intervals are made by; None: by what its checkpoint brought."""
    return version.calibrations.first()


def blind(version: ModelVersion, since: datetime | None = None) -> list[Blind]:
    """The blind ratings of recordings about which this version, as champion or as shadow, had said its word before,
    the oldest first: one of each recording, since two ratings of one are not two draws.
    """
    before = Autograde.objects.filter(
        model=version, performance=OuterRef("performance"), created_at__lte=OuterRef("created_at")
    ).order_by("shadow", "-created_at")  # the one that was in force, where it was champion by then
    return _first_words(blind_ratings(since).annotate(said=Subquery(before.values("pk")[:1])))


def shown(since: datetime | None = None) -> list[Blind]:
    """The blind ratings beside the grade that was in force then, of whichever champion; the oldest first."""
    return _first_words(blind_ratings(since).filter(autograde__shadow=False).annotate(said=F("autograde")))


def blind_ratings(since: datetime | None = None) -> QuerySet[Rating]:
    """First words about a recording of a model that had graded it, unseen by whoever gave them; the oldest first."""
    rows = Rating.objects.filter(purpose__in=UNASKED, autograde_visible=False, batch=False, source="")
    return (rows if since is None else rows.filter(created_at__gte=since)).order_by("created_at", "pk")


def _first_words(ratings: Any) -> list[Blind]:
    """Of ratings with `said`, the key of the grade that they are held against."""
    rows = list(ratings.filter(said__isnull=False).values_list("performance", "said", "level", "created_at"))
    first = {performance: rest for performance, *rest in reversed(rows)}
    grades = Autograde.objects.select_related("model", "performance").defer(
        *("windows", "crop", "visual", "aural", "model__report", "model__card")
    )
    said = grades.in_bulk([autograde for autograde, _level, _at in first.values()])
    words = [
        Blind(said[autograde], level, at, said[autograde].performance.player_id)
        for autograde, level, at in first.values()
    ]
    return sorted(words, key=lambda word: word.at)


@transaction.atomic
def recalibrate(*, version: ModelVersion, by: User | None) -> Calibration:
    """Set the width of this version's next intervals by its newest blind ratings."""
    words = blind(version)[-NEWEST:]
    return Calibration.objects.create(
        version=version,
        quantile=_quantile(words),
        ratings=len(words),
        since=words[0].at,
        held=sum(word.held for word in words) / len(words),
        by=by,
    )


def _quantile(words: Sequence[Blind]) -> float:
    try:
        return engine.calibrated([word.autograde.fused for word in words], [word.level for word in words])
    except ValueError:
        told = {"count": len(words), "needed": engine.fewest_scores()}
        raise TooFew(
            _(
                "%(count)s blind ratings stand beside this version's grades so far. From %(needed)s on its intervals "
                "can be set by them."
            )
            % told
        ) from None


def is_due(version: ModelVersion) -> bool:
    """Whether the house sets it anew by itself: a week has passed and enough was rated blind since."""
    last = current(version)
    if last is None:
        return len(blind(version)) >= engine.fewest_scores()
    if timezone.now() - last.at < APART:
        return False
    return len(blind(version, since=last.at)) >= FRESH


def consider() -> list[Calibration]:
    """Set anew what is due: of champions, and of candidates that grade along."""
    in_use = ModelVersion.objects.filter(stage=ModelVersion.Stage.CHAMPION) | ModelVersion.objects.filter(
        shadow_since__isnull=False
    )
    return [recalibrate(version=version, by=None) for version in in_use.order_by("number") if is_due(version)]
