"""Two trainings beside each other: what was different, how they learned, what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading import engine
from grading.models import TrainingRun
from grading.services import datasets

from .charts import Chart, Kind, Series
from .recipe_words import OF_THE_WHOLE, SETTINGS, machine_of, setting_said
from .report import METRICS, Estimate, read

KINDS: tuple[Kind, Kind] = ("line", "dashed")  # told apart without colours too
ENOUGH_TO_PAIR = 5  # players; an interval over fewer is none (ml/flags.py warns below the same number)


@dataclass(frozen=True)
class Row:
    """One thing about both, as text."""

    name: str
    values: tuple[str, str]

    @property
    def differs(self) -> bool:
        return self.values[0] != self.values[1]


@dataclass(frozen=True)
class Figure:
    """One figure of both reports, and which is better, in words."""

    name: str
    meaning: str
    values: tuple[Estimate | None, Estimate | None]
    better: str


@dataclass(frozen=True)
class Comparison:
    runs: tuple[TrainingRun, TrainingRun]
    rows: Sequence[Row]
    charts: Sequence[Chart]
    figures: Sequence[Figure]
    # On the recordings that both were judged on; '' where there is nothing to pair.
    verdict: str
    difference: datasets.Difference | None

    @property
    def differing(self) -> list[Row]:
        return [row for row in self.rows if row.differs]

    @property
    def alike(self) -> list[Row]:
        return [row for row in self.rows if not row.differs]


def compare(one: TrainingRun, other: TrainingRun) -> Comparison:
    """`one` is the earlier. Both come with snapshot, start and candidate."""
    runs = (one, other)
    return Comparison(
        runs=runs,
        rows=_rows(runs),
        charts=_charts(runs),
        figures=_figures(runs),
        verdict=_verdict(runs),
        difference=datasets.difference(one.dataset, other.dataset) if one.dataset_id != other.dataset_id else None,
    )


def _rows(runs: tuple[TrainingRun, TrainingRun]) -> list[Row]:
    def row(name: str, values: Sequence[object]) -> Row:
        return Row(name, (str(values[0]), str(values[1])))

    known = {**SETTINGS, **OF_THE_WHOLE}
    settings = [
        row(str(label), [setting_said(key, run.config.get(key, "–")) for run in runs])
        for key, label in known.items()
        if any(key in run.config for run in runs)
    ]
    machines = [{fact.name: fact.value for fact in machine_of(run)} for run in runs]
    names = list(dict.fromkeys(name for machine in machines for name in machine))
    return [
        row(_("Began at"), [run.start for run in runs]),
        row(_("Snapshot"), [run.dataset_id for run in runs]),
        *settings,
        row(_("Begun"), [run.get_origin_display() for run in runs]),
        row(_("Code"), [run.code_version or "–" for run in runs]),
        *(row(name, [machine.get(name, "–") for machine in machines]) for name in names),
    ]


def _charts(runs: tuple[TrainingRun, TrainingRun]) -> list[Chart]:
    last = max((entry["epoch"] for run in runs for entry in run.history), default=0)
    epochs = list(range(1, last + 1))

    def chart(key: str, title: str, unit: str, note: str) -> Chart:
        series = [Series(str(run), _curve(run, key, epochs), kind) for run, kind in zip(runs, KINDS, strict=True)]
        return Chart(f"compare-{key}", title, epochs, series, x_label=_("epoch"), y_label=unit, note=note)

    return [
        chart("loss", _("Loss on the training part"), _("loss"), _("How far it is from what it learns from.")),
        chart(
            "mae",
            _("Levels off on the validation part"),
            _("levels"),
            _("How far it is from teachers of students it does not learn from."),
        ),
    ]


def _curve(run: TrainingRun, key: str, epochs: Sequence[int]) -> list[float | None]:
    known: dict[int, Any] = {entry["epoch"]: entry.get(key) for entry in run.history}
    return [known.get(epoch) for epoch in epochs]


def _figures(runs: tuple[TrainingRun, TrainingRun]) -> list[Figure]:
    candidates = [getattr(run, "candidate", None) for run in runs]
    reports = [read(candidate) if candidate else None for candidate in candidates]
    figures = []
    for metric in METRICS:
        one, other = (report.metric(metric.key) if report else None for report in reports)
        if one is None and other is None:
            continue
        figures.append(Figure(str(metric.name), str(metric.meaning), (one, other), _better(runs, one, other)))
    return figures


def _better(runs: tuple[TrainingRun, TrainingRun], one: Estimate | None, other: Estimate | None) -> str:
    if one is None or other is None:
        return _("only one was judged")
    if one.value == other.value:
        return _("alike")
    first = (one.value > other.value) == one.metric.more_is_better
    named = {"run": runs[0] if first else runs[1]}
    if _apart(one, other):
        return _("%(run)s is better") % named
    return _("%(run)s looks better, but may not be: the intervals overlap") % named


def _apart(one: Estimate, other: Estimate) -> bool:
    bounds = (one.low, one.high, other.low, other.high)
    if any(bound is None for bound in bounds):
        return False
    low, high, low_other, high_other = bounds
    return bool(high < low_other or high_other < low)  # type: ignore[operator]


def _verdict(runs: tuple[TrainingRun, TrainingRun]) -> str:
    """Recording by recording: much sharper than two intervals side by side."""
    candidates = [getattr(run, "candidate", None) for run in runs]
    if None in candidates:
        return ""
    one, other = (_judged(candidate.report) for candidate in candidates if candidate)
    shared = sorted(one.keys() & other.keys())
    players = [str(one[key]["player"]) for key in shared]
    if not shared:
        return ""
    if len(set(players)) < ENOUGH_TO_PAIR:
        said = ngettext(
            "Both were judged on recordings of only %(count)s student: too few to tell which is better.",
            "Both were judged on recordings of only %(count)s students: too few to tell which is better.",
            len(set(players)),
        )
        return said % {"count": len(set(players))}
    gap, low, high = engine.closer(
        [one[key]["level"] for key in shared],
        [one[key]["fused"] for key in shared],
        [other[key]["fused"] for key in shared],
        players=players,
    )
    told = {
        "run": runs[0] if gap > 0 else runs[1],
        "gap": number_format(abs(gap), 2),
        "low": number_format(min(abs(low), abs(high)), 2),
        "high": number_format(max(abs(low), abs(high)), 2),
        "count": len(shared),
    }
    if low > 0 or high < 0:
        said = _(
            "On the %(count)s recordings that both were judged on, %(run)s is %(gap)s levels closer to the teachers "
            "(%(low)s to %(high)s)."
        )
        return said % told
    return _("On the %(count)s recordings that both were judged on, the two cannot be told apart.") % told


def _judged(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {str(example["id"]): example for example in report.get("examples", [])}
