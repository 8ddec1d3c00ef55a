"""One kind of chart for the whole lab: drawn by uPlot from the numbers that its own table shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.utils import timezone
from django.utils.formats import date_format, number_format

Kind = Literal["line", "dashed", "points", "bars"]
Value = float | None


@dataclass(frozen=True)
class Series:
    """One thing measured at every x; None where it was not. `low` and `high` draw a band around it."""

    label: str
    values: Sequence[Value]
    kind: Kind = "line"
    low: Sequence[Value] | None = None
    high: Sequence[Value] | None = None

    @property
    def has_band(self) -> bool:
        return self.low is not None and self.high is not None


@dataclass(frozen=True)
class Mark:
    """Something that happened at an x: a promotion, a new phone."""

    x: float
    label: str


@dataclass(frozen=True)
class Chart:
    """`x` rises; with `x_is_time` it is in seconds since 1970. `note` says in words what is to be seen.

    Raises ValueError where a series is not as long as `x`.
    """

    id: str
    title: str
    x: Sequence[float]
    series: Sequence[Series]
    x_label: str = ""
    y_label: str = ""
    x_is_time: bool = False
    note: str = ""
    marks: Sequence[Mark] = ()
    digits: int = 2
    # What the y axis shows at least, where that is known: levels from 1 to 10, shares from 0 to 1.
    y_low: float | None = None
    y_high: float | None = None

    def __post_init__(self) -> None:
        for each in self.series:
            columns = [each.values, each.low or each.values, each.high or each.values]
            if any(len(column) != len(self.x) for column in columns):
                raise ValueError(f"{each.label} has not one value for every x.")

    @property
    def has_values(self) -> bool:
        return any(value is not None for each in self.series for value in each.values)

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def data(self) -> dict[str, Any]:
        """For the script."""
        return {
            "x": list(self.x),
            "time": self.x_is_time,
            "xLabel": self.x_label,
            "yLabel": self.y_label,
            "low": self.y_low,
            "high": self.y_high,
            "series": [_told(each) for each in self.series],
            "marks": [{"x": mark.x, "label": mark.label} for mark in self.marks],
        }

    @property
    def headings(self) -> list[str]:
        return [self.x_label, *(each.label for each in self.series)]

    @property
    def rows(self) -> list[list[str]]:
        """The same numbers in words, one row for every x at which anything was measured."""
        return [
            [self._said(x), *(self._cell(each, row) for each in self.series)]
            for row, x in enumerate(self.x)
            if any(each.values[row] is not None for each in self.series)
        ]

    def _said(self, x: float) -> str:
        if self.x_is_time:
            return date_format(timezone.localtime(datetime.fromtimestamp(x, UTC)), "SHORT_DATE_FORMAT")
        return _written(x, 0 if float(x).is_integer() else self.digits)

    def _cell(self, series: Series, row: int) -> str:
        value = series.values[row]
        if value is None:
            return "–"
        said = _written(value, self.digits)
        low = series.low[row] if series.low is not None else None
        high = series.high[row] if series.high is not None else None
        if low is None or high is None:
            return said
        return f"{said} ({_written(low, self.digits)} – {_written(high, self.digits)})"


def _written(value: float, digits: int) -> str:
    """Rounded, which `number_format` alone does not."""
    return number_format(f"{value:.{digits}f}", digits)


def _told(series: Series) -> Mapping[str, Any]:
    return {
        "label": series.label,
        "kind": series.kind,
        "values": list(series.values),
        "low": list(series.low) if series.low is not None else None,
        "high": list(series.high) if series.high is not None else None,
    }
