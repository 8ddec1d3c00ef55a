"""Which version was trained from which, as lines beside a list: the newest first, each branch in a lane of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet

from grading.models import ModelVersion

Stage = ModelVersion.Stage
ROW, LANE = 72, 20  # px, as css/models.css draws them
MOST = 60  # versions on one page
MOST_LANES = 6  # further branches share the last


@dataclass(frozen=True)
class Line:
    """From a version down to the one it was trained from: straight in its lane, then over to the parent's."""

    lane: int
    row: int
    parent_lane: int
    parent_row: int

    @property
    def path(self) -> str:
        x, y, px, py = _x(self.lane), _y(self.row), _x(self.parent_lane), _y(self.parent_row)
        if x == px:
            return f"M{x} {y}V{py}"
        return f"M{x} {y}V{py - ROW // 2}C{x} {py - 8} {px} {py - ROW // 2 + 8} {px} {py}"


@dataclass(frozen=True)
class Member:
    version: ModelVersion
    parent: ModelVersion | None
    lane: int
    row: int
    # The one whose page this is.
    here: bool
    # It learned from the same snapshot as the row above.
    shares_snapshot: bool

    @property
    def x(self) -> int:
        return _x(self.lane)

    @property
    def y(self) -> int:
        return _y(self.row)


@dataclass(frozen=True)
class Family:
    members: tuple[Member, ...]
    lines: tuple[Line, ...]
    lanes: int

    @property
    def width(self) -> int:
        """Of the drawing; the squares of the snapshots stand in a lane of their own."""
        return (self.lanes + 1) * LANE

    @property
    def pitch(self) -> int:
        return ROW

    @property
    def height(self) -> int:
        return len(self.members) * ROW

    @property
    def snapshot_x(self) -> int:
        return _x(self.lanes)


def _x(lane: int) -> int:
    return LANE // 2 + lane * LANE


def _y(row: int) -> int:
    return ROW // 2 + row * ROW


def versions() -> QuerySet[ModelVersion]:
    """Each with `off`, its mean distance from the teachers in levels, where it was audited."""
    wide = ("report", "card", "run__log", "run__history", "run__dataset__manifest", "run__start__report")
    rows = ModelVersion.objects.select_related("run__start", "run__dataset", "rubric").defer(*wide, "run__start__card")
    return rows.annotate(off=F("report__branches__fused__mae__value"))


def everyone() -> Family:
    """The newest versions, and how they descend from one another."""
    return family(versions()[:MOST])


def of(version: ModelVersion) -> Family:
    """A version among its ancestors and its descendants."""
    known = {each.pk: each for each in versions()}
    own, above = {version.pk}, known[version.pk].run
    while above is not None:
        own.add(above.start_id)
        above = known[above.start_id].run
    below = {version.pk}
    for each in sorted(known.values(), key=lambda one: one.number):  # nobody is older than what it was trained from
        if each.run and each.run.start_id in below:
            below.add(each.pk)
    return family((known[key] for key in own | below), here=version)


def family(found: Iterable[ModelVersion], *, here: ModelVersion | None = None) -> Family:
    rows = sorted(found, key=lambda version: -version.number)
    place = {version.pk: row for row, version in enumerate(rows)}
    lanes = _lanes(rows, place)
    members, lines = [], []
    for row, version in enumerate(rows):
        run, above = version.run, rows[row - 1].run if row else None
        shares = bool(run and above and above.dataset_id == run.dataset_id)
        members.append(Member(version, run.start if run else None, lanes[version.pk], row, version == here, shares))
        if run and run.start_id in place:
            lines.append(Line(lanes[version.pk], row, lanes[run.start_id], place[run.start_id]))
    return Family(tuple(members), tuple(lines), max(lanes.values(), default=0) + 1)


def _lanes(rows: list[ModelVersion], place: dict[int, int]) -> dict[int, int]:
    """Each version's lane. One child goes on in its parent's: of those that led on, or else of all, the newest. The
    others begin lanes of their own, which reach from their newest heir down to their parent and are free elsewhere.
    """
    children: dict[int, list[ModelVersion]] = {}
    for version in rows:
        if version.run and version.run.start_id in place:
            children.setdefault(version.run.start_id, []).append(version)
    heir = {
        parent: max(born, key=lambda one: (one.pk in children, one.stage == Stage.CHAMPION, one.number))
        for parent, born in children.items()
    }
    lanes: dict[int, int] = {}
    taken: dict[int, list[tuple[int, int]]] = {}
    for version in reversed(rows):
        if version.pk in lanes:
            continue
        line = [version]
        while line[-1].pk in heir:
            line.append(heir[line[-1].pk])
        parent = version.run.start_id if version.run else None
        top, end = place[line[-1].pk], place.get(parent or 0, place[version.pk])
        lane = next(
            lane for lane in range(len(rows)) if all(end < high or low < top for high, low in taken.get(lane, ()))
        )
        taken.setdefault(lane, []).append((top, end))
        lanes |= {each.pk: min(lane, MOST_LANES - 1) for each in line}
    return lanes
