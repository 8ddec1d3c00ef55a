"""The rubrics of an archive: those that are here already, word for word, and new ones for the rest."""

from collections.abc import Iterable

from grading.exchange.rows import Carried, Recording, RubricRow
from grading.models import Criterion, Rubric

from .carrying_out import rubric_row

NAME_CHARACTERS = 120


def find_or_make(carried: Carried, rows: Iterable[Recording], *, source: str) -> dict[str, Rubric]:
    """By the archive's names. One that is called like ours and says something else gets its collection's name too."""
    told = {rubric.name: rubric for rubric in carried.rubrics}
    seen: dict[str, set[str]] = {}
    for row in rows:
        if row.rubric:
            marked = {key for rating in row.ratings for key in rating.criteria}
            seen.setdefault(row.rubric, set()).update(marked)
    return {name: _whole(told[name], source) if name in told else _bare(name, keys) for name, keys in seen.items()}


def _whole(row: RubricRow, source: str) -> Rubric:
    mark = f" ({source})"
    for name in (row.name, f"{row.name[: NAME_CHARACTERS - len(mark)]}{mark}"[:NAME_CHARACTERS]):
        here = Rubric.objects.filter(name=name).first()
        if here is None:
            return _make(row, name)
        if _says(rubric_row(here)) == _says(row):
            return here
    return here or _make(row, row.name)


def _says(row: RubricRow) -> tuple[object, ...]:
    return row.description, dict(row.levels), tuple(sorted(row.criteria, key=lambda each: (each.order, each.key)))


def _make(row: RubricRow, name: str) -> Rubric:
    rubric = Rubric.objects.create(name=name, description=row.description, levels=dict(row.levels))
    Criterion.objects.bulk_create(Criterion(rubric=rubric, **vars(each)) for each in row.criteria)
    return rubric


def _bare(name: str, keys: set[str]) -> Rubric:
    """A layout without the words of rubrics tells its name, and the criteria that somebody marked."""
    rubric, made = Rubric.objects.get_or_create(name=name)
    if made:
        Criterion.objects.bulk_create(
            Criterion(rubric=rubric, key=key, name=key, order=order) for order, key in enumerate(sorted(keys))
        )
    return rubric
