"""What a promotion or a rollback would change, known before the act."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from grading.models import ModelVersion, Performance, Result
from grading.models.grades import LEVELS

from . import registry


@dataclass(frozen=True)
class Grade:
    """One recording's grade as it is and as this version would have it, in levels."""

    performance: UUID
    present: float
    proposed: float

    @property
    def moves(self) -> bool:
        return round(self.present) != round(self.proposed)


@dataclass(frozen=True)
class Side:
    """`changes` are the recordings that would get another whole level, the furthest first; `matrix` counts all that
    could be compared, by the level they have (rows) and the one they would have.
    """

    compared: int
    changes: tuple[Grade, ...]
    matrix: tuple[tuple[int, tuple[int, ...]], ...]

    @classmethod
    def of(cls, grades: Iterable[Grade]) -> "Side":
        found = list(grades)
        counts = Counter((round(each.present), round(each.proposed)) for each in found)
        changes = [each for each in found if each.moves]
        changes.sort(key=lambda each: (-abs(each.proposed - each.present), each.performance))
        matrix = tuple((row, tuple(counts[row, column] for column in LEVELS)) for row in LEVELS)
        return cls(len(found), tuple(changes), matrix)


@dataclass(frozen=True)
class Differences:
    """Provisional grades of waiting work, which change, and those of released work, of which none is touched.

    Of `unknown` recordings nobody knows yet what this version says.
    """

    waiting: Side
    released: Side
    unknown: int


def differences(*, version: ModelVersion, of: ModelVersion | None = None) -> Differences:
    """Compare each grade that this version would be answerable for with what it says, where both are known.

    `of` is the champion whose recordings it would take over; its own where not given.
    """
    said = levels_by(version)
    released = Exists(Result.objects.filter(performance=OuterRef("pk")))
    rows = registry.answers_for(of or version).filter(state=Performance.State.GRADED, may_grade=True)
    waiting: list[Grade] = []
    done: list[Grade] = []
    unknown = 0
    for key, present, is_released in rows.annotate(released=released).values_list("pk", "autograde__level", "released"):
        proposed = said.get(str(key))
        if present is None or proposed is None:
            unknown += 1
        else:
            (done if is_released else waiting).append(Grade(key, present, proposed))
    return Differences(Side.of(waiting), Side.of(done), unknown)


def levels_by(version: ModelVersion) -> dict[str, float]:
    """What this version says of every recording it has been asked about, by their ids: as it graded them, else as its
    training found.
    """
    found: dict[str, float] = dict(version.report.get("grades") or {})
    graded = version.autogrades.order_by("created_at").values_list("performance_id", "level")
    return found | {str(key): level for key, level in graded}
