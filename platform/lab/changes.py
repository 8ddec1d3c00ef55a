"""What a promotion would change, for a page: counts, a matrix from level to level, and a list a page at a time."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from grading.models import Performance
from grading.services.differences import Grade, Side

PAGE = 20


@dataclass(frozen=True)
class Row:
    """`result` is the level that was released, None where nothing was."""

    piece: str
    present: float
    proposed: float
    result: int | None


@dataclass(frozen=True)
class Cell:
    count: int
    moves: bool
    # Of the fullest cell, 0 to 1.
    share: float


@dataclass(frozen=True)
class Listed:
    compared: int
    moved: int
    rows: list[Row]
    page: "Page[Grade]"
    # Only the levels that occur: [(level now, [Cell for each of `columns`])].
    matrix: list[tuple[int, list[Cell]]]
    columns: list[int]


def listed(side: Side, page: str | None) -> Listed:
    """One query, for the recordings of the page that is asked for."""
    shown = Paginator(side.changes, PAGE).get_page(page)
    found = Performance.objects.select_related("result__rating").in_bulk([each.performance for each in shown])
    rows = [_row(each, found[each.performance]) for each in shown if each.performance in found]
    counts = dict(side.matrix)
    columns = [level for level in counts if any(row[level - 1] for row in counts.values())]
    fullest = max((count for row in counts.values() for count in row), default=0) or 1
    matrix = [
        (level, [Cell(row[column - 1], column != level, row[column - 1] / fullest) for column in columns])
        for level, row in counts.items()
        if any(row)
    ]
    return Listed(side.compared, len(side.changes), rows, shown, matrix, columns)


def _row(grade: Grade, performance: Performance) -> Row:
    result = getattr(performance, "result", None)
    return Row(performance.piece, grade.present, grade.proposed, result.level if result else None)
