"""The card of a version: what it is, for whom, how good on whom, and what nobody knows of it.

The sections are those of Mitchell et al., 'Model Cards for Model Reporting' (FAT* 2019). A card is in English, as
engineers hand it on, and made anew whenever it is read, so that it says what the gate says today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from grading.judgements import Judgement
from grading.models import ModelVersion, PlayerPart

from .report import CONTROLS, JUDGES, METRICS


@dataclass(frozen=True)
class Section:
    """`rows` are a table's, its head first; `note` is a text as somebody wrote it."""

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


def sections(version: ModelVersion, judgement: Judgement | None) -> list[Section]:
    with translation.override("en"):
        found = [
            _details(version),
            _use(version),
            _factors(version),
            _metrics(version),
            _evaluation(version),
            _training(version),
            _gate(judgement),
            _caveats(version),
        ]
        return [*found, Section("What its maker says", note=version.card.strip())] if version.card else found


def markdown(version: ModelVersion, judgement: Judgement | None) -> str:
    """The card as a file."""
    title = f"# Clavier, model version {version.number}"
    return "\n\n".join([title, *(_written(section) for section in sections(version, judgement))]) + "\n"


def _written(section: Section) -> str:
    parts = [f"## {section.title}"]
    if section.lines:
        parts.append("\n".join(f"- {line}" for line in section.lines))
    if section.rows:
        head, *rows = section.rows
        parts.append("\n".join(_row(row) for row in (head, ("---",) * len(head), *rows)))
    if section.note:
        parts.append(_deeper(section.note))
    return "\n\n".join(parts)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _deeper(text: str) -> str:
    """Headings two steps down, below ours."""
    return "\n".join("##" + line if line.startswith("#") else line for line in text.splitlines())


def _details(version: ModelVersion) -> Section:
    run = version.run
    lines = [
        f"Network: {version.variant}; {_looks(version.preparation)}",
        f"Registered {version.created_at:%Y-%m-%d}; SHA-256 `{version.digest}`",
        f"Grades by: {version.rubric or 'every rubric without a model of its own'}",
        f"Stage: {version.stage}",
    ]
    if run is not None:
        config = ", ".join(f"{key} {value}" for key, value in sorted(run.config.items()))
        lines += [f"Trained from version {run.start.number} (`{run.start.digest[:12]}`), run {run.pk}: {config}"]
        lines += [f"Code {run.code_version}"] if run.code_version else []
    return Section("Model details", tuple(lines))


def _looks(preparation: Mapping[str, Any]) -> str:
    if not preparation.get("frames"):
        return "how it looks and listens stands in its file"
    rate, sound = preparation.get("frame_rate"), preparation.get("sound_seconds")
    return (
        f"clips of {preparation['frames']} pictures of {preparation['side']} px at {rate or 'their own'} per second, "
        f"{f'{sound} s' if sound else 'the clip’s own length'} of sound around each as {preparation['bands']} mel bands"
    )


def _use(version: ModelVersion) -> Section:
    return Section(
        "Intended use",
        (
            "A first, provisional level from 1 to 10 for a recording of piano playing, shown with its interval until a "
            "teacher has decided.",
            "For teachers and students of this school. A teacher's word always stands above it.",
            "Not for admission, selection or any decision without a teacher; not for other instruments.",
        ),
    )


def _factors(version: ModelVersion) -> Section:
    groups = version.report.get("groups") or {}
    rows: list[tuple[str, ...]] = [("kind", "group", "recordings", "players", "levels off", "leans")]
    for kind in ("level", "piece", "course", "device"):
        for row in groups.get(kind) or ():
            counts = (str(row["performances"]), str(row["players"]))
            rows.append((kind, row["name"], *counts, _figure(row["mae"]), f"{row['bias']:+.2f}"))
    lines = ("It was looked at by level, piece, course and recording device. Age, gender and origin are not kept.",)
    return Section("Factors", lines, tuple(rows) if len(rows) > 1 else ())


def _metrics(version: ModelVersion) -> Section:
    """Figures beside their controls."""
    report = version.report
    rows: list[tuple[str, ...]] = [("judge", *(metric.key for metric in METRICS))]
    for names, found in ((JUDGES, report.get("branches") or {}), (CONTROLS, report.get("controls") or {})):
        rows += [
            (str(name), *(_figure(found[key].get(metric.key)) for metric in METRICS))
            for key, name in names.items()
            if key in found
        ]
    if len(rows) == 1:
        return Section("Metrics", ("It was not evaluated on this school's audit part.",))
    lines = [
        "Intervals hold 95 times in 100, over players. `exact`: same level; `within_one`: at most one level off; "
        "`mae`: levels off; `qwk`: quadratic weighted kappa."
    ]
    if report.get("coverage") is not None:
        lines.append(
            f"Its intervals hold {report['coverage']:.0%} of the labels ({report.get('promised', 0.9):.0%} promised) "
            f"and are {report['interval_width']:.1f} levels wide."
        )
    if report.get("calibration_error") is not None:
        lines.append(f"Calibration error: {report['calibration_error']:.2f}.")
    return Section("Metrics", tuple(lines), tuple(rows))


def _figure(figure: Mapping[str, Any] | None) -> str:
    if not figure or figure.get("value") is None:
        return "–"
    if figure.get("low") is None:
        return f"{figure['value']:.2f}"
    return f"{figure['value']:.2f} ({figure['low']:.2f} to {figure['high']:.2f})"


def _evaluation(version: ModelVersion) -> Section:
    report = version.report
    if not report.get("performances"):
        return Section("Evaluation data", ("None.",))
    lines = [
        f"{report['performances']} recordings of {report['players']} players that no training has seen",
        "Labels: what teachers said of them, combined by the school's rule",
    ]
    return Section("Evaluation data", tuple(lines))


def _training(version: ModelVersion) -> Section:
    if version.run is None:
        return Section("Training data", ("Not trained here; what its maker says stands below.",))
    dataset = version.run.dataset
    counts = {part: dataset.examples.filter(part=part).count() for part in PlayerPart.Part}
    told = ", ".join(f"{count} for {PlayerPart.Part(part).label}" for part, count in counts.items())
    lines = (
        f"Snapshot {dataset.pk} (`{dataset.digest[:12]}`): {told}",
        "Recordings of students who agreed to training, and whose agreement stood when the snapshot was frozen",
    )
    return Section("Training data", lines)


def _gate(judgement: Judgement | None) -> Section:
    if judgement is None or not judgement.checks:
        return Section("The gate", ("It was not asked about this version.",))
    beside = f"Beside version {judgement.champion}: {judgement.state.label}. {judgement.sentence}"
    rows = [("check", "state", "what was found")]
    rows += [(check.title, str(check.state.label), check.sentence) for check in judgement.checks]
    return Section("The gate", (beside,), tuple(rows))


def _caveats(version: ModelVersion) -> Section:
    """And recommendations."""
    known = [str(flag) for flag in version.report.get("flags") or ()]
    return Section(
        "Caveats and recommendations",
        (
            "It knows recordings like those that it learned from; of other pianos, rooms, cameras and pieces "
            "nothing is known.",
            "Its labels are teachers' words, with their leanings as far as the rule does not take them out.",
            "A level is no judgement of a person.",
            *known,
        ),
    )
