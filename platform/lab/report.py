"""A stored report, made readable: the JSON that `ml.report` wrote, as rows and drawings for a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import figures
from grading.models import ModelVersion
from grading.models.grades import LEVELS

from .flags import told
from .plots import Plots, plots


@dataclass(frozen=True)
class Metric:
    key: str
    name: str | Promise
    meaning: str | Promise
    share: bool
    more_is_better: bool


METRICS = (
    Metric("exact", _("Same level"), _("how often its level is the teacher's"), share=True, more_is_better=True),
    Metric("within_one", _("Within one"), _("how often it is at most one level off"), share=True, more_is_better=True),
    Metric(
        "mae", _("Levels off"), _("its mean distance from the teacher, in levels"), share=False, more_is_better=False
    ),
    Metric("qwk", _("Weighted kappa"), _("agreement beyond chance; 1 is perfect"), share=False, more_is_better=True),
    Metric("spearman", _("Same order"), _("rank correlation; 1 is perfect"), share=False, more_is_better=True),
)
JUDGES = {
    "fused": _("The model, picture and sound together"),
    "visual": _("by sight alone"),
    "aural": _("by ear alone"),
}
CONTROLS = {
    "majority": _("Always the most frequent level"),
    "metadata": _("The nearest recording by metadata alone"),
    "shuffled_visual": _("With the picture of another recording"),
    "shuffled_aural": _("With the sound of another recording"),
}


VERDICTS = {
    "better": _("better"),
    "worse": _("worse"),
    "alike": _("cannot be told apart"),
    "unknown": _("too few players to tell"),
}


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval over players; bounds are None where there were too few."""

    value: float
    low: float | None
    high: float | None
    metric: Metric

    @property
    def text(self) -> str:
        return _written(self.value, self.metric)

    @property
    def bounds(self) -> str:
        if self.low is None or self.high is None:
            return ""
        return between(_written(self.low, self.metric), _written(self.high, self.metric))


@dataclass(frozen=True)
class Judge:
    key: str
    name: str | Promise
    figures: tuple[Estimate | None, ...]
    # By how many levels the model is closer to the teachers than this one, paired.
    lead: Estimate | None = None


@dataclass(frozen=True)
class Beside:
    """One figure of the candidate beside the champion's."""

    metric: Metric
    candidate: str
    champion: str
    difference: str
    bounds: str
    verdict: str

    @property
    def words(self) -> str:
        return str(VERDICTS[self.verdict])


@dataclass(frozen=True)
class Cell:
    count: int
    # Share of this label's recordings, 0 to 1.
    share: float
    near: bool


@dataclass(frozen=True)
class Confusion:
    """What the model said (columns) for each level a teacher gave (rows)."""

    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Dot:
    """One audited recording: the teacher's level, what the model expected, and its interval."""

    piece: str
    level: float
    fused: float
    low: float
    high: float
    held: bool


@dataclass(frozen=True)
class Reading:
    performances: int = 0
    players: int = 0
    judges: tuple[Judge, ...] = ()
    controls: tuple[Judge, ...] = ()
    comparison: tuple[Beside, ...] = ()
    flags: tuple[str, ...] = ()
    coverage: float | None = None
    promised: float | None = None
    interval_width: float | None = None
    calibration_error: float | None = None
    confusion: Confusion | None = None
    dots: tuple[Dot, ...] = ()
    plots: Plots = field(default_factory=Plots)
    metrics: tuple[Metric, ...] = field(default=METRICS)

    @property
    def pitch(self) -> float:
        """From one recording's line to the next, so that many make no longer a drawing than sixty."""
        return min(11.0, max(4.0, 660 / len(self.dots))) if self.dots else 11.0

    @property
    def dense(self) -> bool:
        return self.pitch < 8

    @property
    def has_leads(self) -> bool:
        return any(judge.lead for judge in (*self.judges, *self.controls))

    def metric(self, key: str) -> Estimate | None:
        """A figure of the model itself, picture and sound together."""
        fused = next((judge for judge in self.judges if judge.key == "fused"), None)
        names = [metric.key for metric in self.metrics]
        return fused.figures[names.index(key)] if fused else None


def read(version: ModelVersion) -> Reading:
    """The report of a version; an empty reading where it has none."""
    report: Mapping[str, Any] = version.report or {}
    dots = tuple(_dot(example) for example in report.get("examples") or ())
    return Reading(
        performances=report.get("performances") or 0,
        players=report.get("players") or 0,
        judges=_judges(report.get("branches") or {}, JUDGES, report.get("margins") or {}),
        controls=_judges(report.get("controls") or {}, CONTROLS, report.get("margins") or {}),
        comparison=_comparison(report.get("comparison") or {}),
        flags=tuple(told(flag) for flag in report.get("flags") or ()),
        coverage=report.get("coverage"),
        promised=report.get("promised"),
        interval_width=report.get("interval_width"),
        calibration_error=report.get("calibration_error"),
        confusion=_confusion(dots) if dots else None,
        dots=tuple(sorted(dots, key=lambda dot: (dot.level, dot.fused))),
        plots=plots(report),
    )


def _judges(
    outcomes: Mapping[str, Any], names: Mapping[str, str | Promise], margins: Mapping[str, Any]
) -> tuple[Judge, ...]:
    return tuple(
        Judge(
            key,
            name,
            tuple(_estimate(outcomes[key].get(metric.key), metric) for metric in METRICS),
            _lead(margins.get(key)),
        )
        for key, name in names.items()
        if key in outcomes
    )


def _estimate(figure: Mapping[str, Any] | None, metric: Metric) -> Estimate | None:
    if not figure or figure.get("value") is None:
        return None
    return Estimate(figure["value"], figure.get("low"), figure.get("high"), metric)


def _lead(margin: Mapping[str, Any] | None) -> Estimate | None:
    """A margin turned around: above nought where the model is the closer one."""
    if not margin or margin.get("value") is None:
        return None
    low, high = (None if margin.get(side) is None else -margin[side] for side in ("high", "low"))
    return Estimate(-margin["value"], low, high, next(metric for metric in METRICS if metric.key == "mae"))


def _comparison(comparison: Mapping[str, Any]) -> tuple[Beside, ...]:
    return tuple(
        _beside(comparison[metric.key], metric)
        for metric in METRICS
        if comparison.get(metric.key) and comparison[metric.key].get("difference") is not None
    )


def _beside(figure: Mapping[str, Any], metric: Metric) -> Beside:
    low, high = figure.get("low"), figure.get("high")
    bounds, verdict = "", "unknown"
    if low is not None and high is not None:
        bounds = between(_written(low, metric, signed=True), _written(high, metric, signed=True))
        verdict = _verdict(low, high, metric)
    return Beside(
        metric=metric,
        candidate=_written(figure["candidate"], metric),
        champion=_written(figure["champion"], metric),
        difference=_written(figure["difference"], metric, signed=True),
        bounds=bounds,
        verdict=verdict,
    )


def between(low: str, high: str) -> str:
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def _verdict(low: float, high: float, metric: Metric) -> str:
    if low <= 0 <= high:
        return "alike"
    return "better" if (low > 0) == metric.more_is_better else "worse"


def _written(value: float, metric: Metric, *, signed: bool = False) -> str:
    written = figures.percent(abs(value)) if metric.share else number_format(f"{abs(value):.2f}", 2)
    minus, plus = figures.MINUS if value < 0 else "", "+" if signed and value >= 0 else ""
    return f"{minus}{plus}{written}"


def _dot(example: Mapping[str, Any]) -> Dot:
    level, low, high = example["level"], example["low"], example["high"]
    return Dot(example.get("piece", ""), level, example["fused"], low, high, low <= round(level) <= high)


def _confusion(dots: tuple[Dot, ...]) -> Confusion:
    def cells(label: int) -> tuple[Cell, ...]:
        said = [nearest(dot.fused) for dot in dots if nearest(dot.level) == label]
        return tuple(
            Cell(said.count(level), said.count(level) / len(said) if said else 0.0, abs(level - label) <= 1)
            for level in LEVELS
        )

    return Confusion(tuple((label, cells(label)) for label in LEVELS))


def nearest(level: float) -> int:
    """The nearest whole level, halves upwards, as the report counts agreement."""
    return min(max(int(level + 0.5), LEVELS[0]), LEVELS[-1])
