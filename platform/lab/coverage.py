"""Whether the intervals that were shown hold as many of the teachers' levels as they promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading import engine
from grading.models import Calibration, ModelVersion, Performance, Promotion
from grading.services import calibrations
from grading.services.calibrations import Blind

from .charts import Chart, Mark, Series

SHOWN = 20  # of the times that intervals were set anew


@dataclass(frozen=True)
class Share:
    """Of so many recordings that were rated blind, how many of a hundred the interval held, and between what bounds
    the true share lies 95 times in 100."""

    count: int
    held: int
    percent: float
    low: float
    high: float
    width: float  # levels that an interval spans on average

    @classmethod
    def of(cls, words: Sequence[Blind]) -> Share:
        from grading import agreement  # numpy and scipy, which a web process without such a page need not load

        held, count = sum(word.held for word in words), len(words)
        share = agreement.share(held, count)
        assert share.low is not None
        assert share.high is not None
        width = sum(word.autograde.high - word.autograde.low + 1 for word in words) / count
        return cls(count, held, 100 * share.value, 100 * share.low, 100 * share.high, width)


@dataclass(frozen=True)
class Month:
    begins: datetime
    share: Share


@dataclass(frozen=True)
class InUse:
    """A champion, what its intervals have held since it is one, and how wide the next ones will be."""

    version: ModelVersion
    since: datetime
    share: Share | None
    calibration: Calibration | None
    beside: int  # blind ratings of recordings that it had graded, from which its intervals can be set

    @property
    def sentence(self) -> str:
        if self.share is None:
            return _(
                "No teacher has rated a recording without seeing the grade of %(version)s since it is in use, so "
                "nobody can tell yet whether its intervals hold what they promise."
            ) % {"version": self.version}
        told = {
            "version": self.version,
            "held": self.share.held,
            "count": self.share.count,
            "promised": promised(),
        }
        said = ngettext(
            "The intervals of %(version)s held the teacher's level in %(held)s of %(count)s recording; %(promised)s in "
            "100 are promised.",
            "The intervals of %(version)s held the teacher's level in %(held)s of %(count)s recordings; %(promised)s "
            "in 100 are promised.",
            self.share.count,
        )
        return said % told

    @property
    def counted(self) -> str:
        """Which recordings those are."""
        if self.share is None:
            return ""
        told = {"day": date_format(timezone.localtime(self.since), "DATE_FORMAT")}
        return _("Counted since %(day)s, when it came into use, where a teacher rated without seeing its grade.") % told

    @property
    def verdict(self) -> str:
        """What that says, as far as so many recordings can tell."""
        if self.share is None:
            return ""
        told = {"low": round(self.share.low), "high": round(self.share.high)}
        if self.share.high < promised():
            return _("That is too few: between %(low)s and %(high)s in 100 are likely. Set the intervals anew.") % told
        if self.share.low > promised():
            return (
                _(
                    "That is more than promised: between %(low)s and %(high)s in 100 are likely. The intervals could "
                    "be narrower; set them anew."
                )
                % told
            )
        return _("That does not contradict the promise: between %(low)s and %(high)s in 100 are likely.") % told

    @property
    def width(self) -> str:
        """Where the width of its next intervals comes from."""
        if self.calibration is None:
            return _(
                "Its intervals are as wide as its training made them. They follow the teachers by themselves, once a "
                "week at most, as soon as %(needed)s recordings that it had graded are rated blind; so far there are "
                "%(count)s."
            ) % {"needed": engine.fewest_scores(), "count": self.beside}
        told = {
            "day": date_format(timezone.localtime(self.calibration.at), "DATE_FORMAT"),
            "count": self.calibration.ratings,
        }
        return (
            _(
                "Since %(day)s its intervals are as wide as its %(count)s newest blind ratings ask for. They follow by "
                "themselves, once a week at most."
            )
            % told
        )

    @property
    def can_be_set(self) -> bool:
        return self.beside >= engine.fewest_scores()


@dataclass(frozen=True)
class Coverage:
    in_use: Sequence[InUse]
    months: Sequence[Month]
    chart: Chart
    calibrations: Sequence[Calibration]
    abstained: int
    graded: int

    @property
    def left(self) -> str:
        """How often a level is left to a teacher, '' where no course asks for it."""
        if not self.abstained:
            return ""
        told = {"count": self.abstained, "all": self.graded}
        said = ngettext(
            "%(count)s of %(all)s grades that are shown now was left to a teacher, because its interval was wider than "
            "the course allows.",
            "%(count)s of %(all)s grades that are shown now were left to a teacher, because their intervals were wider "
            "than the course allows.",
            self.abstained,
        )
        return said % told


def coverage() -> Coverage:
    words = calibrations.shown()
    months = _months(words)
    shown = Performance.objects.filter(autograde__isnull=False)
    return Coverage(
        in_use=[_in_use(version, words) for version in _champions()],
        months=months,
        chart=_chart(months),
        calibrations=list(Calibration.objects.select_related("version", "by").defer("version__report")[:SHOWN]),
        abstained=shown.filter(autograde__abstained=True).count(),
        graded=shown.count(),
    )


def promised() -> int:
    """So many of a hundred."""
    return round(100 * engine.promise())


def _champions() -> list[ModelVersion]:
    """The general one first."""
    rows = ModelVersion.objects.select_related("rubric").filter(stage=ModelVersion.Stage.CHAMPION)
    return sorted(rows, key=lambda version: (version.rubric_id is not None, version.number))


def _in_use(version: ModelVersion, words: Sequence[Blind]) -> InUse:
    promotion = version.promotions.first()
    since = promotion.at if promotion else version.created_at
    own = [word for word in words if word.autograde.model_id == version.pk and word.at >= since]
    return InUse(
        version=version,
        since=since,
        share=Share.of(own) if own else None,
        calibration=calibrations.current(version),
        beside=len(calibrations.blind(version)),
    )


def _months(words: Sequence[Blind]) -> list[Month]:
    def begins(word: Blind) -> datetime:
        return timezone.localtime(word.at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    return [Month(month, Share.of(list(said))) for month, said in groupby(words, key=begins)]


def _chart(months: Sequence[Month]) -> Chart:
    shares = [month.share for month in months]
    x = [month.begins.timestamp() for month in months]
    return Chart(
        id="coverage",
        title=_("What the intervals held, month by month"),
        x=x,
        series=[
            Series(
                _("held"),
                [share.percent for share in shares],
                kind="points" if len(shares) < 2 else "line",
                low=[share.low for share in shares],
                high=[share.high for share in shares],
            ),
            Series(_("promised"), [float(promised())] * len(shares), kind="dashed"),
        ],
        x_label=_("month"),
        y_label=_("of a hundred recordings"),
        x_is_time=True,
        note=_(
            "Of the recordings that teachers rated without seeing the model's grade, how many of a hundred had the "
            "teacher's level inside the interval. The band holds the true share 95 times in 100, each recording taken "
            "for itself: with few of them it is wide."
        ),
        marks=_marks(x),
        digits=0,
        y_low=0.0,
        y_high=100.0,
    )


def _marks(x: Sequence[float]) -> list[Mark]:
    """The promotions within what is drawn."""
    if not x:
        return []
    rows = Promotion.objects.select_related("version").defer("version__report", "version__card").order_by("at")
    marks = [Mark(row.at.timestamp(), str(row.version)) for row in rows]
    return [mark for mark in marks if x[0] <= mark.x <= x[-1]]
