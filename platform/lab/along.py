"""A candidate that grades along, beside the champion, held against what teachers said later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grading import engine
from grading.models import Job, ModelVersion
from grading.services import registry, shadows
from grading.services.shadows import Beside

from .charts import Chart, Mark, Series, Value

FEWEST = 10  # rated recordings from which on it is said who is closer, as on the page of agreement
FEWEST_DRAWN = 3  # below which a mean of them is no point of a line
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Off:
    """How many levels one of the two is off on average, most likely between `low` and `high`; None where one player
    alone tells of it."""

    value: float
    low: float | None
    high: float | None

    @classmethod
    def of(cls, found: tuple[float, float, float]) -> Off:
        value, low, high = found
        bounded = low == low and high == high  # NaN is not itself
        return cls(value, low if bounded else None, high if bounded else None)


@dataclass(frozen=True)
class Group:
    """Recordings that were rated in one way, and how far both were off on them."""

    label: str
    rows: Sequence[Beside]

    @property
    def count(self) -> int:
        return len(self.rows)

    @cached_property
    def shadow(self) -> Off:
        return _off(self.rows, [row.shadow.level for row in self.rows])

    @cached_property
    def champion(self) -> Off:
        return _off(self.rows, [row.champion.level for row in self.rows])

    @cached_property
    def closer(self) -> Off:
        """By how many levels the candidate is closer; below nought: further."""
        said = ([row.shadow.level for row in self.rows], [row.champion.level for row in self.rows])
        return Off.of(engine.closer(_levels(self.rows), *said, players=_players(self.rows)))

    @property
    def three(self) -> list[Off]:
        """As a row of the table shows them."""
        return [self.shadow, self.champion, self.closer]

    @property
    def verdict(self) -> str:
        """closer, further or alike; '' where there are too few to tell."""
        if self.count < FEWEST:
            return ""
        low, high = self.closer.low, self.closer.high
        if low is None or high is None:
            return ""
        return "closer" if low > 0 else "further" if high < 0 else "alike"

    @property
    def words(self) -> str:
        return str(VERDICTS.get(self.verdict, _("too few to tell")))


VERDICTS = {
    "closer": gettext_lazy("the candidate is closer"),
    "further": gettext_lazy("the champion is closer"),
    "alike": gettext_lazy("cannot be told apart"),
}


@dataclass(frozen=True)
class Along:
    version: ModelVersion
    champion: ModelVersion | None
    rows: Sequence[Beside]
    graded: int  # recordings that it has looked at
    waiting: int  # and that it is to look at

    @cached_property
    def groups(self) -> list[Group]:
        """Those that were rated blind, and those whose teachers saw the champion's grade first."""
        blind = Group(_("rated without seeing a grade"), [row for row in self.rows if row.blind])
        seen = Group(_("rated with the champion's grade in view"), [row for row in self.rows if not row.blind])
        return [group for group in (blind, seen) if group.rows]

    @cached_property
    def judged(self) -> Group:
        """By what it is judged: the blind ones as soon as they are enough, else all."""
        blind = [row for row in self.rows if row.blind]
        if len(blind) >= FEWEST:
            return Group("", blind)
        return Group("", self.rows)

    @property
    def is_blind(self) -> bool:
        return all(row.blind for row in self.judged.rows)

    @property
    def sentence(self) -> str:
        if not self.graded:
            return _("It has graded no recording along yet.")
        graded = ngettext(
            "It has graded %(count)s recording along.", "It has graded %(count)s recordings along.", self.graded
        ) % {"count": number_format(self.graded)}
        return f"{graded} {self._compared}"

    @property
    def _compared(self) -> str:
        judged = self.judged
        if not judged.count:
            return _("Teachers have rated none of them since.")
        told: dict[str, object] = {"count": judged.count, "needed": FEWEST}
        if not judged.verdict:
            said = ngettext(
                "Teachers have rated %(count)s of them since; from %(needed)s on, of several students, this page says "
                "who is closer.",
                "Teachers have rated %(count)s of them since; from %(needed)s on, of several students, this page says "
                "who is closer.",
                judged.count,
            )
            return said % told
        gap = judged.closer
        told |= {"levels": _levels_said(gap.value), "low": _levels_said(gap.low), "high": _levels_said(gap.high)}
        if judged.verdict == "closer":
            said = _(
                "On the %(count)s that teachers rated since, it is %(levels)s levels closer to them than the champion, "
                "most likely between %(low)s and %(high)s."
            )
        elif judged.verdict == "further":
            told |= {"low": _levels_said(gap.high), "high": _levels_said(gap.low)}
            said = _(
                "On the %(count)s that teachers rated since, it is %(levels)s levels further from them than the "
                "champion, most likely between %(low)s and %(high)s."
            )
        else:
            said = _(
                "On the %(count)s that teachers rated since, the two cannot be told apart: it is anything from %(low)s "
                "levels further from them than the champion to %(high)s levels closer."
            )
        return said % told

    @property
    def caveat(self) -> str:
        """What is to be known of these ratings, where they say anything."""
        if not self.judged.verdict:
            return ""
        if self.is_blind:
            return _("Only recordings count here that were rated without seeing any grade.")
        return _(
            "Most teachers saw the champion's grade before they gave theirs, and whoever has seen a level leans "
            "towards it: the candidate is rather better than this says."
        )

    @cached_property
    def chart(self) -> Chart:
        """At the end of each week, how far both were off on everything that was rated until then."""
        rows = self.judged.rows
        ends = _weeks(rows)
        until = [[row for row in rows if row.at.timestamp() <= end] for end in ends]
        groups = [Group("", so_far) if len(so_far) >= FEWEST_DRAWN else None for so_far in until]
        marks = [Mark(self.version.shadow_since.timestamp(), _("begun"))] if self.version.shadow_since else []
        return Chart(
            id="along",
            title=_("Levels off the teachers, so far"),
            x=ends,
            series=[
                _line(str(self.version), [group.shadow if group else None for group in groups]),
                _line(_("the champion"), [group.champion if group else None for group in groups]),
            ],
            x_label=_("until"),
            y_label=_("levels"),
            x_is_time=True,
            note=_(
                "The mean distance over everything that was rated until then: the lower, the closer. The bands hold "
                "the true one 95 times in 100."
            ),
            marks=[mark for mark in marks if ends and mark.x >= ends[0]],
            y_low=0.0,
        )


def along(version: ModelVersion) -> Along:
    open_jobs = Job.objects.filter(kind=Job.Kind.SHADOW, state__in=Job.OPEN)
    return Along(
        version=version,
        champion=registry.champion(version.rubric),
        rows=shadows.compared(version),
        graded=version.autogrades.by_shadows().values("performance").distinct().count(),
        waiting=open_jobs.count() if version.shadow_since else 0,
    )


def _weeks(rows: Sequence[Beside]) -> list[float]:
    """Ends of weeks, in seconds since 1970, from the first rating to the last."""
    if not rows:
        return []
    first, last = rows[0].at, rows[-1].at
    count = (last - first) // WEEK + 1
    return [min(first + WEEK * (week + 1), last).timestamp() for week in range(count)]


def _line(label: str, means: Sequence[Off | None]) -> Series:
    values: list[list[Value]] = [
        [getattr(mean, side) if mean else None for mean in means] for side in ("value", "low", "high")
    ]
    return Series(label, values[0], low=values[1], high=values[2])


def _off(rows: Sequence[Beside], said: Sequence[float]) -> Off:
    return Off.of(engine.agreement(_levels(rows), said, players=_players(rows))["mae"])


def _levels(rows: Sequence[Beside]) -> list[float]:
    return [float(row.level) for row in rows]


def _players(rows: Sequence[Beside]) -> list[str]:
    return [str(row.player) for row in rows]


def _levels_said(value: float | None) -> str:
    return number_format(f"{abs(value or 0.0):.2f}", 2)
