"""recital.md and recital.json: what was found, where and how. Nothing in them is typed by hand."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ml.benchmarks.recital.circumstances import Circumstances
from ml.benchmarks.recital.confound import flag
from ml.benchmarks.recital.recipe import Piece
from ml.benchmarks.recital.settings import FULL_WIDTH, Settings
from ml.models.variants import NAMES, PUBLISHED
from ml.report import plain

if TYPE_CHECKING:
    from ml.benchmarks.recital.judging import Judged
    from ml.benchmarks.recital.running import Confounded, Findings

FIGURES = ("exact", "within_one", "mae", "qwk")
CONTROLS = {
    "majority": "*always the most frequent level*",
    "metadata": "*the nearest recording by metadata alone*",
}
BESIDE = {
    "visual": "picture alone",
    "aural": "sound alone",
    "shuffled_visual": "picture of another",
    "shuffled_aural": "sound of another",
}


def write(findings: Findings, settings: Settings, where: Circumstances, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    told = {"circumstances": vars(where), "settings": settings, **vars(findings)}
    (out / "recital.json").write_text(json.dumps(slim(told), indent=1) + "\n")
    (out / "recital.md").write_text(page(findings, settings, where))


def page(findings: Findings, settings: Settings, where: Circumstances) -> str:
    sections = [opening(settings, where)]
    if findings.rows:
        sections.append(table(findings.rows, settings))
    if findings.confounded:
        sections.append(confounded(findings.confounded, settings))
    if findings.pieces:
        sections.append(recipe(findings.pieces, settings))
    return "\n\n".join(sections) + "\n"


def opening(settings: Settings, where: Circumstances) -> str:
    eyes, ears, heads, fair = settings.eyes, settings.ears, settings.heads, settings.fair
    narrow = f"at width {settings.width} instead of {FULL_WIDTH}" if settings.width != FULL_WIDTH else "at full width"
    absent = [name for name in NAMES if name not in settings.rows]
    left_out = f" Left out: {', '.join(absent)}." if absent else ""
    return f"""# The published networks on generated performances

Written by `{where.command}` on {where.date}; commit {where.commit}, seed {settings.seed}, torch {where.torch};
{where.hardware}; {where.minutes:g} minutes ({where.trained} backbones trained in this sitting).

**Generated performances are not students.** The figures rank networks and recipes on one set whose labels are known;
they say nothing of how well a real recording is graded.

- {len(settings.rows)} rows {narrow}, from fresh weights.{left_out}
- {fair.train} performances to learn from and {settings.heard} more that are only heard; {fair.validation} to select and
  calibrate; {fair.audit} audited. Every nuisance is independent of the level; no player stands in two parts, and the
  audited pieces in no other.
- No gradient passes between the branches of the network, so each backbone was trained once, with a head of its own, and
  stands in every row that has it: a fused row is two trained backbones joined, whose three heads then learn on
  features that stand still. That is exactly the network of the row, with less waiting.
- Picture: {eyes.epochs} epochs of {eyes.clips} clips a performance, learning rate {eyes.learning_rate:g}
  (C3D {settings.config("c3d").learning_rate:g}), {eyes.precision}. Sound: {ears.epochs} epochs of {ears.clips} clips.
  Heads: {heads.epochs} epochs."""


def table(rows: Any, settings: Settings) -> str:
    lines = [
        "## The rows",
        "",
        "Intervals (95 %) are over players; each network was trained once, and another seed would give other figures.",
        "'Seconds' is what grading ten seconds of playing take, once prepared, "
        + ("by the clock with the graphics card." if torch.cuda.is_available() else "of one processor core."),
        "The last column is what was published on PISA, another task on other data: for the order, not for the height.",
        "",
        "| network | V:A | parameters | exact | within one | levels off | weighted kappa | seconds | published, % |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        figures = " | ".join(figure(row.report["branches"]["fused"][name]) for name in FIGURES)
        lines.append(
            f"| {row.name} | {row.ratio} | {row.parameters / 1e6:.2f} M | {figures} | {row.seconds:.2f} "
            f"| {PUBLISHED.get(row.name, '')} |"
        )
    for name, words in CONTROLS.items():
        if name in rows[0].report["controls"]:
            figures = " | ".join(figure(rows[0].report["controls"][name][what]) for what in FIGURES)
            lines.append(f"| {words} | | | {figures} | | |")
    return "\n".join([*lines, *beside(rows), *flags_of(rows)])


def beside(rows: Any) -> list[str]:
    """Branches and shuffled modalities of the fused rows."""
    fused = [row for row in rows if row.ratio]
    if not fused:
        return []
    lines = [
        "",
        "Weighted kappa of each fused network, its branches, and itself with one modality of another performance:",
        "",
        f"| network | both | {' | '.join(BESIDE.values())} |",
        f"|---|---|{'---|' * len(BESIDE)}",
    ]
    for row in fused:
        known = row.report["branches"] | row.report["controls"]
        cells = " | ".join(figure(known[name]["qwk"]) for name in BESIDE)
        lines.append(f"| {row.name} | {figure(row.report['branches']['fused']['qwk'])} | {cells} |")
    return lines


def flags_of(rows: Any) -> list[str]:
    flagged = [(row.name, sentence) for row in rows for sentence in row.report["flags"]]
    return ["", "Flags:", "", *(f"- {name}: {sentence}" for name, sentence in flagged)] if flagged else []


def confounded(found: Confounded, settings: Settings) -> str:
    lines = [
        f"## The same with one nuisance confounded: {found.nuisance}",
        "",
        f"{settings.main}, trained from {found.counts['train']} performances in which the nuisance follows the level, "
        "judged on an audit part of the same kind, as a school with one camera per class would, and on the fair one.",
        "",
        "| judged on | the model: levels off | weighted kappa | metadata alone: levels off | weighted kappa |",
        "|---|---|---|---|---|",
        confounded_row("the confounded audit part", found.there),
        confounded_row("the fair audit part", found.fair),
        "",
        "What the report says of the confounded audit:",
        "",
        *(f"- {sentence}" for sentence in found.there.report["flags"] or ["(no flag)"]),
        "",
        "What the training part alone gives away (weighted kappa of metadata on players it has not met): "
        f"{figure(plain(dataclasses.asdict(found.told_there)))} where confounded, "
        f"{figure(plain(dataclasses.asdict(found.told_fair)))} in the fair set.",
    ]
    sentence = flag(found.told_there)
    return "\n".join([*lines, *(["", f"- {sentence}"] if sentence else [])])


def confounded_row(words: str, judged: Judged) -> str:
    model, control = judged.report["branches"]["fused"], judged.report["controls"]["metadata"]
    cells = " | ".join(figure(outcome[name]) for outcome in (model, control) for name in ("mae", "qwk"))
    return f"| {words} | {cells} |"


def recipe(pieces: Any, settings: Settings) -> str:
    lines = [
        "## What each piece of the recipe is worth",
        "",
        "Each beside the same training without it, on the same audit part; differences are with − without, paired, "
        "with their 95 % interval over players. Fewer levels off and more kappa are better. What is judged by sound "
        f"alone learned from {settings.sounds.train} performances that are only heard, with mel pictures of "
        f"{settings.recipe_picture}×{settings.recipe_picture}; pieces of the heads are tried on backbones that learned "
        "by the whole recipe.",
        "",
        "| piece | judged on | audited | levels off with | without | difference | kappa, difference | verdict |",
        "|---|---|---|---|---|---|---|---|",
        *(recipe_row(piece) for piece in pieces),
    ]
    return "\n".join(lines)


def recipe_row(piece: Piece) -> str:
    name = piece.name if piece.default else f"{piece.name} (not in the default)"
    mae, qwk = (signed(plain(dataclasses.asdict(estimate))) for estimate in (piece.mae, piece.qwk))
    return (
        f"| {name} | {piece.judged_on} | {piece.performances} | {piece.mae_with:.2f} | {piece.mae_without:.2f} "
        f"| {mae} | {qwk} | {piece.verdict} |"
    )


def figure(estimate: dict[str, float | None]) -> str:
    """'0.92 (0.90 to 0.94)'; the number alone where it has no interval."""
    value, low, high = (estimate[name] for name in ("value", "low", "high"))
    return f"{value:.2f}" if low is None or high is None else f"{value:.2f} ({low:.2f} to {high:.2f})"


def signed(estimate: dict[str, float | None]) -> str:
    value, low, high = (estimate[name] for name in ("value", "low", "high"))
    return f"{value:+.2f}" if low is None or high is None else f"{value:+.2f} ({low:+.2f} to {high:+.2f})"


def slim(value: Any) -> Any:
    """Plain values without the single performances, which are many and only names and numbers again."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): slim(inner) for key, inner in value.items() if key != "examples"}
    if isinstance(value, list | tuple):
        return [slim(inner) for inner in value]
    return plain(value)
