"""What a careful reader would say of a report, in words.

A control is 'as good as the model' unless the model is shown to be closer to the labels: the paired cluster bootstrap
interval of the model's mean error minus the control's must lie below zero. The model carries the burden of proof: where
the audit part is too small to tell the two apart, the flag stands. Judged is the error in levels, as for a promotion.
"""

from __future__ import annotations

import math

from ml.metrics import Estimate
from ml.report import Report

FEW_PLAYERS = 5
FEW_PERFORMANCES = 20
HARDLY = 0.05  # levels: a modality whose exchange costs less is hardly used, however surely it costs that
CONTROLS = {
    "majority": "Always saying the most frequent level",
    "metadata": "Metadata alone",
    "shuffled_visual": "The model with the picture of another recording",
    "shuffled_aural": "The model with the sound of another recording",
}
MODALITIES = {"shuffled_visual": "picture", "shuffled_aural": "sound"}
BRANCHES = {"visual": "The picture alone", "aural": "The sound alone"}


def flags(report: Report) -> list[str]:
    """Sentences for a person, the gravest after the size of the audit; none where there is nothing to warn of."""
    return [*_size(report), *_controls(report), *_metadata(report), *_branches(report), *_intervals(report)]


def _size(report: Report) -> list[str]:
    found = []
    if report.performances < FEW_PERFORMANCES or report.players < FEW_PLAYERS:
        found.append(
            f"Only {report.performances} recordings of {report.players} players were audited: the figures are rough."
        )
    if report.players < 2:
        found.append("Recordings of one player cannot show that the model is better than its controls.")
    return found


def _controls(report: Report) -> list[str]:
    fused, found = report.branches["fused"], []
    for name, control in report.controls.items():
        lead, who = report.margins.get(name), CONTROLS.get(name, name)
        if lead is None or math.isnan(lead.high):
            continue
        reaches = (
            f"{who} reaches {control.mae.value:.2f} levels off on average ({control.exact.value:.0%} exact), "
            f"{_compared(lead)} the model with {fused.mae.value:.2f} ({fused.exact.value:.0%} exact)"
        )
        modality = MODALITIES.get(name)
        unused = f"the model hardly uses the {modality}"
        if lead.high >= 0:
            doubt = (
                f"; their difference lies between {_signed(lead.low)} and {_signed(lead.high)}" if lead.low <= 0 else ""
            )
            meaning = f": {unused}" if modality else ""
            found.append(f"{reaches}{doubt}{meaning}.")
        elif modality and lead.value > -HARDLY:
            found.append(f"The {modality} of another recording does nearly as well: {unused}.")
    return found


def _metadata(report: Report) -> list[str]:
    metadata = report.controls.get("metadata")
    if metadata is None or not metadata.qwk.low > 0:
        return []
    return [
        f"Metadata alone tells something of the level (weighted kappa {metadata.qwk.value:.2f}): "
        "the model may have learned from the camera instead of the playing."
    ]


def _branches(report: Report) -> list[str]:
    return [
        f"{who} is closer to the labels than picture and sound together, by {report.margins[name].value:.2f} levels."
        for name, who in BRANCHES.items()
        if name in report.margins and report.margins[name].low > 0
    ]


def _intervals(report: Report) -> list[str]:
    short = report.promised - report.coverage
    if short <= 2 * math.sqrt(report.promised * (1 - report.promised) / report.performances):
        return []
    return [f"The intervals hold {report.coverage:.0%} of the labels where {report.promised:.0%} were promised."]


def _compared(lead: Estimate) -> str:
    return "better than" if lead.low > 0 else "no worse than"


def _signed(levels: float) -> str:
    return f"{levels:+.2f}".replace("-", "\N{MINUS SIGN}")
