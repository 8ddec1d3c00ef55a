"""What labels have bought: every audited error by the number of labels behind it, and the law through them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.models import ModelVersion, Rubric

from .charts import Chart, Kind, Mark, Series

if TYPE_CHECKING:
    from grading.asking import Curve, Gain, Measured

MORE = (10, 25, 50, 100)  # labels
PROMISED = 50  # of those the one that is told in a sentence, and drawn
STEPS = 40  # of the line
SEEN = 0.1  # levels: a floor below is none


@dataclass(frozen=True)
class Bought:
    """`versions`: each version's error by the labels at its time; `curve_of`, `on_the_way`: those of the newest version
    that was trained anew on parts of its labels; `law` through all of them."""

    versions: Sequence[Measured]
    on_the_way: Sequence[Measured]
    curve_of: ModelVersion | None
    law: Curve | None

    @property
    def points(self) -> list[Measured]:
        """With labels, the fewest first."""
        return sorted((*self.versions, *self.on_the_way), key=lambda point: point.labels)

    @property
    def numbers(self) -> int:
        """Different numbers of labels at which anything was measured."""
        return len({point.labels for point in self.points})

    @property
    def so_far(self) -> str:
        """'With 12 labels the model was 1.2 levels off, with 214 it is 0.7.'"""
        if self.numbers < 2:
            return ""
        first, last = self.points[0], self.points[-1]
        said = _(
            "With %(few)s labels the model was %(before)s levels off on average, with %(many)s it is %(now)s levels "
            "off."
        )
        return said % {
            "few": _whole(first.labels),
            "before": _hundredths(first.error),
            "many": _whole(last.labels),
            "now": _hundredths(last.error),
        }

    @property
    def missing(self) -> str:
        """Why there is no line, where there is none."""
        from grading import asking

        if self.law is not None:
            return ""
        said = ngettext(
            "The error was measured at %(count)s number of labels so far. From %(fewest)s different ones on a line is "
            "drawn through them, and this page says what more labels should bring.",
            "The error was measured at %(count)s numbers of labels so far. From %(fewest)s different ones on a line is "
            "drawn through them, and this page says what more labels should bring.",
            self.numbers,
        )
        return said % {"fewest": asking.FEWEST_POINTS, "count": self.numbers}

    @cached_property
    def gains(self) -> list[Gain]:
        return [self.law.gain(more) for more in MORE] if self.law else []

    @property
    def promise(self) -> str:
        """What PROMISED more labels should bring, in a sentence."""
        if self.law is None:
            return ""
        gain = self.law.gain(PROMISED)
        told = {
            "more": PROMISED,
            "levels": _hundredths(gain.levels),
            "low": _hundredths(gain.low),
            "high": _hundredths(gain.high),
        }
        if gain.high < 0.02:
            return (
                _("%(more)s more labels of the same kind should hardly change it: by %(high)s levels at most.") % told
            )
        if gain.low < 0.005:
            said = _(
                "%(more)s more labels should bring the model %(levels)s levels closer to your teachers; it may also be "
                "nothing, or as much as %(high)s."
            )
            return said % told
        said = _(
            "%(more)s more labels should bring the model %(levels)s levels closer to your teachers, most likely "
            "between %(low)s and %(high)s."
        )
        return said % told

    @property
    def floor(self) -> str:
        """Below what the error does not seem to fall, where there is something to see of it."""
        if self.law is None or self.law.floor < SEEN:
            return ""
        said = _(
            "However many labels there are, the line stays above %(levels)s levels: teachers differ among themselves, "
            "and the recipe has its limits."
        )
        return said % {"levels": _hundredths(self.law.floor)}

    @property
    def chart(self) -> Chart:
        x = self._x()
        series = [_points(_("versions, each when it was trained"), x, self.versions)]
        if self.curve_of is not None:
            name = _("%(version)s, trained on a part of its labels") % {"version": self.curve_of}
            series.append(_points(name, x, self.on_the_way))
        marks = []
        if self.law is not None:
            series += _lines(self.law, x)
            marks = [Mark(self.law.reached, _("labels so far"))]
        return Chart(
            id="bought",
            title=_("Levels off, by the number of labels"),
            x=x,
            series=series,
            x_label=_("labels"),
            y_label=_("levels off"),
            marks=marks,
            y_low=0.0,
            note=_("Lower is better. The band holds the line 90 times in 100."),
        )

    def _x(self) -> list[float]:
        measured = [point.labels for point in self.points]
        if self.law is None or not measured:
            return sorted(set(measured))
        end = self.law.reached + PROMISED
        step = (end - measured[0]) / STEPS
        line = [round(measured[0] + step * place) for place in range(STEPS + 1)]
        return sorted({*measured, *line, self.law.reached})


def bought(rubric: Rubric | None) -> Bought:
    """Of the versions for this rubric; None: of the general ones."""
    from grading import asking

    rows = ModelVersion.objects.filter(rubric=rubric, starter=False).defer("card").order_by("number")
    versions = [version for version in rows if version.report]
    newest = next((version for version in reversed(versions) if version.report.get("learning")), None)
    whole = [point for version in versions if version is not newest and (point := _of(version)) is not None]
    parts = _on_the_way(newest.report["learning"]) if newest is not None else []
    return Bought(whole, parts, newest, asking.fit([*whole, *parts]))


def _of(version: ModelVersion) -> Measured | None:
    """The error on the audit part, and how many labels were learned from."""
    report = version.report
    labels = ((report.get("counts") or {}).get("train") or {}).get("performances")
    figure = ((report.get("branches") or {}).get("fused") or {}).get("mae")
    return _measured(labels, figure) if labels and figure else None


def _on_the_way(learning: Iterable[dict[str, Any]]) -> list[Measured]:
    return [_measured(point["performances"], point["mae"]) for point in learning if point["performances"]]


def _measured(labels: float, figure: dict[str, Any]) -> Measured:
    from grading.asking import Measured

    return Measured(labels, figure["value"], figure.get("low"), figure.get("high"))


def _points(label: str, x: Sequence[float], measured: Sequence[Measured]) -> Series:
    """The error at each x; where several were measured there, the last one."""
    found = {point.labels: point.error for point in measured}
    return Series(label, [found.get(each) for each in x], "points")


def _lines(law: Curve, x: Sequence[float]) -> list[Series]:
    """The law over what was measured, and dashed what it promises beyond; each with its band."""
    columns = [law.at(x).tolist(), *(bound.tolist() for bound in law.band(x))]

    def part(label: str, kind: Kind, within: Sequence[bool]) -> Series:
        values, low, high = (
            [value if shown else None for value, shown in zip(column, within, strict=True)] for column in columns
        )
        return Series(label, values, kind, low, high)

    return [
        part(_("the line through them"), "line", [each <= law.reached for each in x]),
        part(_("what more should bring"), "dashed", [each >= law.reached for each in x]),
    ]


def _hundredths(value: float) -> str:
    return number_format(f"{value:.2f}", 2)


def _whole(labels: float) -> str:
    """Of several draws it is their mean."""
    return number_format(f"{labels:.0f}", 0)
