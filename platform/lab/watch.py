"""How the model is doing, as charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from grading.drift.budget import PROMISE

from . import weekly
from .charts import Chart, Mark, Series
from .distance import mean_of

WEEKS = 40  # a school year

Marks = Sequence[Mark]
Rows = Sequence[weekly.Row]


@dataclass(frozen=True)
class Watch:
    inputs: list[Chart]
    grades: Chart
    residuals: Chart
    coverage: Chart
    devices: list[weekly.Group]
    pieces: list[weekly.Group]
    recordings: int  # in all these weeks
    rated: int  # of them blind


def watch(now: datetime | None = None) -> Watch:
    since = weekly.monday(now) - timedelta(weeks=WEEKS - 1)
    marks = [Mark(row.at.timestamp(), str(row.version)) for row in weekly.promotions(since)]
    recordings, residuals = weekly.recordings(since), weekly.residuals(since)
    return Watch(
        inputs=[_devices(since), _brightness(recordings), _loudness(recordings), _length(recordings)],
        grades=_grades(recordings, marks),
        residuals=_distance(residuals, marks),
        coverage=_coverage(weekly.coverage(since), marks),
        devices=weekly.by_device(),
        pieces=weekly.by_piece(),
        recordings=sum(row["count"] for row in recordings),
        rated=sum(row["count"] for row in residuals),
    )


def _over_time(chart: str, title: str, rows: Rows, series: Sequence[Series], of: str = "week", **words: Any) -> Chart:
    label = _("week from") if of == "week" else _("month")
    x = [row[of].timestamp() for row in rows]
    return Chart(id=chart, title=title, x=x, series=series, x_label=label, x_is_time=True, **words)


def _quantiles(rows: Rows, field: str, label: str) -> list[Series]:
    found = [row[field] or (None, None, None) for row in rows]
    low, middle, high = ([values[number] for values in found] for number in range(3))
    return [Series(label, middle, low=low, high=high)]


def _devices(since: datetime) -> Chart:
    named, counts = weekly.devices(since)
    columns = [(name, name) for name in named] + [("", _("all others"))]
    series = [
        Series(label, [100 * week.get(name, 0) / sum(week.values()) for week in counts.values()])
        for name, label in columns
        if any(name in week for week in counts.values())
    ]
    return _over_time(
        "devices",
        _("What they are recorded with"),
        [{"week": week} for week in counts],
        series,
        y_label=_("of 100 recordings"),
        note=_("The make and model that a file names; where it names none, the kind of file it is."),
        digits=0,
        y_low=0.0,
        y_high=100.0,
    )


def _brightness(rows: Rows) -> Chart:
    return _over_time(
        "brightness",
        _("How bright they are"),
        rows,
        _quantiles(rows, "brightness", _("brightness")),
        y_label=_("brightness"),
        note=_("From 0, black, to 1, white. Half of a week lies below the line, eight in ten in the band."),
        y_low=0.0,
        y_high=1.0,
    )


def _loudness(rows: Rows) -> Chart:
    return _over_time(
        "loudness",
        _("How loud they are"),
        rows,
        _quantiles(rows, "loudness", _("loudness (LUFS)")),
        y_label=_("LUFS"),
        note=_("Nearer to nought is louder; ten more are heard as twice as loud."),
        digits=1,
    )


def _length(rows: Rows) -> Chart:
    series = _quantiles(rows, "length", _("length (s)"))
    return _over_time("length", _("How long they are"), rows, series, y_label=_("seconds"), digits=0, y_low=0.0)


def _grades(rows: Rows, marks: Marks) -> Chart:
    return _over_time(
        "grades",
        _("The levels the model gave"),
        rows,
        _quantiles(rows, "level", _("level")),
        y_label=_("level"),
        note=_("Half of a week lies below the line, eight in ten in the band."),
        marks=marks,
        digits=1,
        y_low=1.0,
        y_high=10.0,
    )


def _distance(rows: Rows, marks: Marks) -> Chart:
    means = [mean_of(row) for row in rows]
    values = [mean.value if mean else None for mean in means]
    lows, highs = [mean.low if mean else None for mean in means], [mean.high if mean else None for mean in means]
    return _over_time(
        "residuals",
        _("How far teachers are above the model"),
        rows,
        [
            Series(_("levels above the model"), values, low=lows, high=highs),
            Series(_("no difference"), [0.0] * len(rows), kind="dashed"),
        ],
        y_label=_("levels"),
        note=_(
            "The mean of a week's blind ratings. The band, from four ratings on, holds the true mean 95 times in 100."
        ),
        marks=marks,
        y_low=-2.0,
        y_high=2.0,
    )


def _coverage(rows: Rows, marks: Marks) -> Chart:
    bounds = [_wilson(row["held"], row["count"]) for row in rows]
    return _over_time(
        "coverage",
        _("How many of the teachers' levels the intervals hold"),
        rows,
        [
            Series(
                _("held, of 100"),
                [100 * row["held"] / row["count"] for row in rows],
                low=[100 * low for low, _high in bounds],
                high=[100 * high for _low, high in bounds],
            ),
            Series(_("promised, of 100"), [100 * PROMISE] * len(rows), kind="dashed"),
        ],
        of="month",
        y_label=_("of 100"),
        note=_("The blind ratings of a month. The band holds the true share 95 times in 100."),
        marks=marks,
        digits=0,
        y_low=0.0,
        y_high=100.0,
    )


def _wilson(held: int, count: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, Probable inference, 1927)."""
    z, share = 1.96, held / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)
