"""Small drawings of levels and marks over time: where everything stands, in units of the drawing, written for SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .outcome import MARKS as MARK_WORDS

LEVELS, MARKS = (1, 10), (1, 5)
# Of the drawing of levels, and of the small one of a criterion.
WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 24, 10, 10, 26
SMALL_WIDTH, SMALL_HEIGHT, EDGE = 132, 44, 6
LABELS = 8  # along the bottom, at most
GRID = (2, 4, 6, 8, 10)


@dataclass(frozen=True)
class Point:
    """Something that was said of an attempt; without a level it only takes its place."""

    at: datetime
    label: str
    level: float | None = None
    low: int | None = None
    high: int | None = None
    kind: str = "teacher"  # or 'fused', the model's
    counts: bool = False


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    kind: str
    counts: bool
    low: str = ""  # the ends of its interval; '' where there is none
    high: str = ""


@dataclass(frozen=True)
class Label:
    at: str
    text: str


@dataclass(frozen=True)
class Plot:
    dots: list[Dot]
    lines: list[str]
    grid: list[Label]
    labels: list[Label]


@dataclass(frozen=True)
class Curve:
    """One criterion: its marks over the attempts."""

    name: str
    line: str
    dots: list[tuple[str, str]]
    marks: tuple[int, ...]

    @property
    def latest(self) -> int:
        return self.marks[-1]

    @property
    def word(self) -> str:
        """What the latest mark says."""
        return str(MARK_WORDS[self.latest])

    @property
    def said(self) -> str:
        """The drawing in words."""
        return _("%(marks)s of %(most)s") % {"marks": ", ".join(map(str, self.marks)), "most": MARKS[1]}


def plot(tracks: Sequence[Sequence[Point]], *, by_date: bool = False) -> Plot:
    """Levels over the attempts of one piece, or of several over the days; each track has a line of its own."""
    points = sorted((point for track in tracks for point in track), key=lambda point: point.at)
    places = _by_date(points) if by_date else _in_order(points)
    dots, lines = [], []
    for track in tracks:
        known = [_dot(point, places[id(point)]) for point in track if point.level is not None]
        dots += known
        lines += [_path([(dot.x, dot.y) for dot in known])] if len(known) > 1 else []
    labels = _ends(points) if by_date else points[:: -(-len(points) // LABELS)]
    return Plot(
        dots,
        lines,
        [Label(_number(_height(level)), str(level)) for level in GRID],
        [Label(_number(places[id(point)]), point.label) for point in labels],
    )


def _ends(points: Sequence[Point]) -> Sequence[Point]:
    return [points[0], points[-1]] if points[0].label != points[-1].label else points[:1]


def curve(name: str, marks: Sequence[int]) -> Curve:
    step = (SMALL_WIDTH - 2 * EDGE) / max(len(marks) - 1, 1)
    scale = (SMALL_HEIGHT - 2 * EDGE) / (MARKS[1] - MARKS[0])
    dots = [
        (_number(EDGE + place * step), _number(SMALL_HEIGHT - EDGE - (mark - MARKS[0]) * scale))
        for place, mark in enumerate(marks)
    ]
    return Curve(name, _path(dots), dots, tuple(marks))


def _dot(point: Point, x: float) -> Dot:
    assert point.level is not None
    between = point.low is not None and point.high is not None
    return Dot(
        _number(x),
        _number(_height(point.level)),
        point.kind,
        point.counts,
        _number(_height(point.low)) if between and point.low is not None else "",
        _number(_height(point.high)) if between and point.high is not None else "",
    )


def _height(level: float) -> float:
    least, most = LEVELS
    return HEIGHT - BOTTOM - (level - least) / (most - least) * (HEIGHT - TOP - BOTTOM)


def _in_order(points: Sequence[Point]) -> dict[int, float]:
    """One after the other, evenly, with half a step before and behind."""
    step = (WIDTH - LEFT - RIGHT) / len(points)
    return {id(point): LEFT + (place + 0.5) * step for place, point in enumerate(points)}


def _by_date(points: Sequence[Point]) -> dict[int, float]:
    begin, end = points[0].at, points[-1].at
    whole = (end - begin).total_seconds()
    room = WIDTH - LEFT - RIGHT - 24
    return {
        id(point): LEFT + 12 + room * ((point.at - begin).total_seconds() / whole if whole else 0) for point in points
    }


def _path(dots: Sequence[tuple[str, str]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in dots)


def _number(value: float) -> str:
    """With a full stop in every language."""
    return f"{value:.1f}"
