"""The drawings of a report: where it errs, how sure it may be, how it learned. Places are shares of an axis, 0 to 1."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from core.figures import signed

PERCENTS = range(0, 101, 20)
SHOWN = 12  # rows of a list that are drawn at once; the rest unfolds


@dataclass(frozen=True)
class Tick:
    text: str
    at: float


@dataclass(frozen=True)
class Scale:
    """From nought to `top`, which lies on a tick."""

    top: float
    ticks: tuple[Tick, ...]

    @classmethod
    def over(cls, values: Iterable[float | None]) -> "Scale":
        highest = max((value for value in values if value is not None), default=1.0)
        step = next((step for step in (0.25, 0.5, 1.0) if highest <= 4 * step), 2.0)
        count = max(1, math.ceil(highest / step - 1e-9))
        digits = 2 if step == 0.25 else 1 if step == 0.5 else 0
        return cls(count * step, tuple(Tick(f"{row * step:.{digits}f}", row / count) for row in range(count + 1)))

    def at(self, value: float | None) -> float | None:
        return None if value is None else min(max(value / self.top, 0.0), 1.0)


@dataclass(frozen=True)
class Mark:
    """A figure on an axis: its place and, where it has one, its interval."""

    value: float
    low: float | None
    high: float | None
    at: float
    low_at: float | None
    high_at: float | None

    @classmethod
    def on(cls, scale: Scale, figure: Mapping[str, Any]) -> "Mark":
        value, low, high = figure["value"], figure.get("low"), figure.get("high")
        return cls(value, low, high, scale.at(value) or 0.0, scale.at(low), scale.at(high))


@dataclass(frozen=True)
class Row:
    name: str
    performances: int
    players: int
    mark: Mark
    # Mean of the model minus the teacher, levels; written with its sign.
    leans: str

    @property
    def level(self) -> int:
        """Of a group by level."""
        return int(self.name)


@dataclass(frozen=True)
class Groups:
    """Levels off for each level, piece or player, beside those over all."""

    scale: Scale
    rows: tuple[Row, ...]
    overall: float
    overall_at: float

    @property
    def shown(self) -> tuple[Row, ...]:
        return self.rows[:SHOWN]

    @property
    def more(self) -> tuple[Row, ...]:
        return self.rows[SHOWN:]

    @property
    def some_without_interval(self) -> bool:
        return any(row.mark.low is None for row in self.rows)


@dataclass(frozen=True)
class SureBin:
    low: float
    high: float
    performances: int
    sure: float
    right: Mark
    # Of the fullest bin.
    share: float


@dataclass(frozen=True)
class LearningPoint:
    players: int
    performances: float
    draws: int
    mae: Mark
    qwk: Mapping[str, Any]
    # Of the most players.
    share: float


@dataclass(frozen=True)
class Learning:
    scale: Scale
    points: tuple[LearningPoint, ...]

    @property
    def banded(self) -> bool:
        return all(point.mae.low is not None for point in self.points)

    @property
    def backwards(self) -> tuple[LearningPoint, ...]:
        return self.points[::-1]


@dataclass(frozen=True)
class Plots:
    reliability: tuple[SureBin, ...] = ()
    level: Groups | None = None
    piece: Groups | None = None
    player: Groups | None = None
    course: Groups | None = None
    device: Groups | None = None
    learning: Learning | None = None


def plots(report: Mapping[str, Any]) -> Plots:
    """Everything a report has drawings of; reports from before have fewer."""
    groups = report.get("groups") or {}
    overall = _overall(report)
    # A player is nobody's business here: the worst is the first, and that is all.
    players = [
        {**row, "name": gettext("Player %(number)s") % {"number": place}}
        for place, row in enumerate(groups.get("player") or (), start=1)
    ]
    return Plots(
        reliability=_reliability(report.get("reliability") or ()),
        level=_groups(groups.get("level") or (), overall),
        piece=_groups(groups.get("piece") or (), overall),
        player=_groups(players, overall),
        course=_groups(groups.get("course") or (), overall),
        device=_groups(groups.get("device") or (), overall),
        learning=_learning(report.get("learning") or ()),
    )


def _overall(report: Mapping[str, Any]) -> float | None:
    figure = ((report.get("branches") or {}).get("fused") or {}).get("mae") or {}
    value: float | None = figure.get("value")
    return value


def _groups(rows: Sequence[Mapping[str, Any]], overall: float | None) -> Groups | None:
    if not rows or overall is None:
        return None
    scale = Scale.over([overall, *(row["mae"].get(name) for row in rows for name in ("value", "high"))])
    drawn = tuple(
        Row(
            row["name"],
            row["performances"],
            row["players"],
            Mark.on(scale, row["mae"]),
            signed(float(row["bias"])),
        )
        for row in rows
    )
    return Groups(scale, drawn, overall, scale.at(overall) or 0.0)


def _reliability(bins: Sequence[Mapping[str, Any]]) -> tuple[SureBin, ...]:
    whole = Scale(1.0, ())
    fullest = max((each["performances"] for each in bins), default=1)
    return tuple(
        SureBin(
            each["low"],
            each["high"],
            each["performances"],
            each["sure"],
            Mark.on(whole, each["right"]),
            each["performances"] / fullest,
        )
        for each in bins
    )


def _learning(points: Sequence[Mapping[str, Any]]) -> Learning | None:
    if len(points) < 2:
        return None
    scale = Scale.over(point["mae"].get(name) for point in points for name in ("value", "high"))
    most = points[-1]["players"]
    return Learning(
        scale,
        tuple(
            LearningPoint(
                point["players"],
                point["performances"],
                point["draws"],
                Mark.on(scale, point["mae"]),
                point["qwk"],
                point["players"] / most,
            )
            for point in points
        ),
    )
