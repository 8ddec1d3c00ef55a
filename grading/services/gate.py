"""Whether a candidate may take the champion's place: asked on the audit part, of what both have said.

That it is closer to the teachers, tells players apart as well and does better than its controls, the candidate has to
show; that a group is worse off, or its sureness and its intervals are beyond their bounds, has to be shown against it.
docs/gate.md says what each check measures, and why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grading import engine
from grading.judgements import CONTROLS, GROUPED, Check, Judgement, State
from grading.models import GateBounds, ModelVersion

from . import audited, registry

if TYPE_CHECKING:
    from ml.gate import Audited, Figures, Gap, Group

FEW_PLAYERS = 5  # students; fewer have no interval
PATIENCE = 2000  # ratings; what would take more is not worth waiting for


def judge(version: ModelVersion) -> Judgement:
    """What the gate says of this version beside the champion of its rubric, now."""
    champion = registry.champion(version.rubric)
    if champion is None or champion == version:
        return Judgement(State.PASSES)
    bounds, labelled = GateBounds.current(), audited.labelled(version)
    rows = tuple(audited.pairs(version, champion, labelled))
    size = _size(rows, len(labelled), bounds)
    if size.numbers["players"] < FEW_PLAYERS:
        return Judgement.of([size], champion=champion.number)
    figures = engine.gate(rows, margin=bounds.group_margin, fewest=bounds.group_fewest)
    found = [
        size,
        *checks(figures, bounds),
        _covers(figures, version.report.get("promised") or engine.promise(), bounds),
        *_controls(version.report, bounds, len(rows)),
    ]
    return Judgement.of(found, champion=champion.number)


def _size(rows: tuple[Audited, ...], labelled: int, bounds: GateBounds) -> Check:
    players = len({row.player for row in rows})
    numbers = {"recordings": len(rows), "players": players, "audited": labelled}
    numbers |= {"fewest": bounds.fewest, "few": FEW_PLAYERS}
    if len(rows) >= bounds.fewest and players >= FEW_PLAYERS:
        return Check("size", State.PASSES, numbers)
    each = math.ceil(len(rows) / players) if players else 1
    lacking = max(bounds.fewest - labelled, (FEW_PLAYERS - players) * each if labelled == len(rows) else 0)
    return Check("size", State.UNKNOWN, numbers | {"needed": lacking if lacking > 0 else None})


def checks(figures: Figures, bounds: GateBounds) -> list[Check]:
    """What paired figures alone say: closer, agreeing no less, no group harmed, as sure as it may be."""
    size = figures.recordings
    return [
        _closer(figures.mae, size),
        _agrees(figures.qwk, bounds.kappa_margin, size),
        *(_by(kind, [group for group in figures.groups if group.kind == kind], bounds) for kind in GROUPED),
        _calibrated(figures, bounds),
    ]


def _closer(gap: Gap, size: int) -> Check:
    """Shown to be closer: the whole interval of the difference lies below nought."""
    numbers = _numbers(gap)
    if gap.high < 0:
        return Check("mae", State.PASSES, numbers)
    if gap.low > 0:
        return Check("mae", State.FAILS, numbers)
    return Check("mae", State.UNKNOWN, numbers | {"needed": _needed(gap.value, gap.low, gap.high, size, 0.0)})


def _agrees(gap: Gap, margin: float, size: int) -> Check:
    """Shown not to agree less, by more than the margin."""
    numbers = _numbers(gap) | {"margin": margin}
    if gap.low > -margin:
        return Check("qwk", State.PASSES, numbers)
    if gap.high < -margin:
        return Check("qwk", State.FAILS, numbers)
    return Check("qwk", State.UNKNOWN, numbers | {"needed": _needed(gap.value, gap.low, gap.high, size, -margin)})


def _by(kind: str, found: list[Group], bounds: GateBounds) -> Check:
    """A group refuses where it is worse by more than the margin, and no accident of one among so many groups."""
    rows = [
        {
            "name": group.name,
            "recordings": group.recordings,
            "players": group.players,
            **_numbers(group.gap),
            "decides": group.decides,
            "chance": _known(group.chance),
            "refused": group.refused,
        }
        for group in found
    ]
    rows.sort(key=lambda row: (not row["refused"], not row["decides"], -row["value"], row["name"]))
    refused = any(row["refused"] for row in rows)
    return Check(kind, State.FAILS if refused else State.PASSES, {"margin": bounds.group_margin, "groups": rows})


def _calibrated(figures: Figures, bounds: GateBounds) -> Check:
    """Refused beyond the bound and beyond what chance gives so few recordings."""
    error, chance = figures.calibration_error, figures.chance_error
    numbers: dict[str, Any] = {"value": error, "chance": chance, "bound": bounds.calibration}
    if error is None or chance is None:
        return Check("calibration", State.UNKNOWN, numbers | {"needed": None})
    refused = error > bounds.calibration and error > chance
    return Check("calibration", State.FAILS if refused else State.PASSES, numbers)


def _covers(figures: Figures, promised: float, bounds: GateBounds) -> Check:
    """Refused further below the promise than the slack, and than chance gives so few recordings."""
    coverage, least = figures.coverage, promised - bounds.coverage_slack
    numbers: dict[str, Any] = {"promised": promised, "least": least, "value": None}
    if coverage is None:
        return Check("coverage", State.UNKNOWN, numbers | {"needed": None})
    numbers |= {"value": coverage.value, "low": coverage.low, "high": coverage.high}
    refused = coverage.value < least and coverage.high < promised
    return Check("coverage", State.FAILS if refused else State.PASSES, numbers)


def _controls(report: Mapping[str, Any], bounds: GateBounds, size: int) -> list[Check]:
    """What neither looks nor listens must be shown to be further off, and by the margin at least."""
    margins = report.get("margins") or {}
    return [_control(name, margins[name], bounds.control_margin, size) for name in CONTROLS if name in margins]


def _control(name: str, figure: Mapping[str, Any], margin: float, size: int) -> Check:
    """`figure` is the model's error minus the control's."""
    value, low = -figure["value"], None if figure["high"] is None else -figure["high"]
    high = None if figure["low"] is None else -figure["low"]
    numbers = {"value": value, "low": low, "high": high, "margin": margin}
    if low is None or high is None:
        return Check(name, State.UNKNOWN, numbers | {"needed": None})
    if low > 0 and value >= margin:
        return Check(name, State.PASSES, numbers)
    if high < margin:
        return Check(name, State.FAILS, numbers)
    needed = _needed(value, low, high, size, 0.0 if value >= margin else margin)
    return Check(name, State.UNKNOWN, numbers | {"needed": needed})


def _numbers(gap: Gap) -> dict[str, Any]:
    return {
        "candidate": gap.candidate,
        "champion": gap.champion,
        "value": gap.value,
        "low": _known(gap.low),
        "high": _known(gap.high),
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _needed(value: float, low: float, high: float, size: int, bound: float) -> int | None:
    count = engine.needed(value, low, high, recordings=size, bound=bound)
    return count if count <= PATIENCE else None
