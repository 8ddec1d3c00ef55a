"""The starter's model card, written from its report: nothing in it is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping

from ml.checkpoint import About
from ml.metrics import Estimate
from ml.report import NAMES, Outcome, Report

ROWS = {"fused": "picture and sound", "visual": "picture alone", "aural": "sound alone"}
COLUMNS = {
    "exact": "exact",
    "within_one": "within one",
    "mae": "levels off",
    "qwk": "weighted kappa",
    "spearman": "Spearman",
}


def card(report: Report, about: About, digest: str, *, weight: int, size: Mapping[str, int], minutes: float) -> str:
    """Markdown. `weight` is the file's size in bytes, `minutes` how long the making took."""
    preparation, shape = about.preparation, about.variant
    eyes, ears, heads = (about.recipe[stage] for stage in ("eyes", "ears", "heads"))
    return f"""# The starter model

**It has never seen a real student.** It was trained on generated performances alone, so that the first recording of a
new school gets a grade at all. Its grades are provisional, and wherever they show, the site says where they come from.
Your teachers' ratings make the next model.

## What it is
- Network: {shape.name}, the audio-visual fusion network at reduced width ({shape.width} channels in the first stage of
  the visual backbone, {shape.aural_width} in the aural one); {weight / 1e6:.1f} MB, SHA-256 `{digest}`.
- It looks at clips of {preparation.frames} frames, {preparation.rate:g} a second, {preparation.side}×{preparation.side}
  pixels around hands and keyboard, and listens to {preparation.heard_seconds:g} s of sound around each, in decibels
  against a fixed reference. Its word on a performance is that on the average of all clips.
- It says a distribution over ten levels, and an interval meant to hold nine labels in ten (conformal, quantile
  {about.quantile or float("nan"):.2f}, from performances of pieces it knows).

## What it learned from
- {size["train"]} performances by the generator `ml/recital` and {size["heard"]} more that were only heard, every level
  equally often; {size["validation"]} others chose the epochs and calibrated the interval; {size["audit"]} were kept for
  the figures below. No player and no camera, room or microphone stands in two parts, and the audited pieces were never
  met in training.
- Label: the level a performance was generated for. What is heard and what is seen scatter around it independently, by
  one level each, so no model can be right every time, and neither picture nor sound alone can be as good as both.
- Recipe: each branch by itself ({eyes["loss"]} loss, AdamW, cosine from {eyes["learning_rate"]:g}): the picture for
  {eyes["epochs"]} epochs of {eyes["clips"]} clips a performance (crop, light and side jittered), the sound for
  {ears["epochs"]} epochs of {ears["clips"]} clips (±{ears["gain_db"]:g} dB, ±{ears["tempo"]:.0%} tempo,
  ±{ears["transpose"]} mel bands); then all heads for {heads["epochs"]} epochs on features that stand still. Seed
  {about.recipe["seed"]}. It took {minutes:.0f} minutes on two processor cores.

## How good it is, on {report.performances} generated performances of {report.players} players it never met
Intervals (95 %) are over players. Levels run from 1 to 10.

{table(report)}

- Intervals: {report.coverage:.0%} of the labels lie inside ({report.promised:.0%} promised); on average
  {report.interval_width:.1f} levels wide. Calibration error of the most likely level: {report.calibration_error:.2f}.
{"".join(f"- {flag}{chr(10)}" for flag in report.flags)}
## What it cannot do
- Real pianos, hands, rooms and microphones differ from generated ones in ways it knows nothing of. None of the figures
  above says how good it is on a real recording.
- It knows the faults that the generator makes (timing, wrong notes, dynamics, pedal, posture, needless movement). It
  knows nothing of style, phrasing beyond loudness, or the difficulty of a piece.
- It expects the keyboard from above. A view from the side is judged all the same, and badly.

## Making it again
`python -m ml starter --out ml/starter` renders, trains and writes this page, the weights and `report.json`.
"""


def table(report: Report) -> str:
    head = f"| | {' | '.join(COLUMNS.values())} |\n|---|{'---|' * len(COLUMNS)}"
    rows = [_row(ROWS[name], report.branches[name]) for name in ROWS if name in report.branches]
    rows += [_row(f"*{NAMES[name]}*", outcome) for name, outcome in report.controls.items()]
    return "\n".join([head, *rows])


def _row(name: str, outcome: Outcome) -> str:
    return f"| {name} | {' | '.join(_figure(getattr(outcome, column)) for column in COLUMNS)} |"


def _figure(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"
