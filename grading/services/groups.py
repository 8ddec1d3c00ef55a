"""What recordings have in common that a model may treat unequally: their course, and what they were recorded with."""

from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from grading.models import Performance

# The name of the course that each of these recordings was handed in for: the submissions tell it in `AppConfig.ready`.
Courses = Callable[[Collection[UUID]], Mapping[UUID, str]]
_courses: list[Courses] = []


def add_courses(courses: Courses) -> None:
    _courses.append(courses)


def groups_of(performances: Iterable[Performance]) -> dict[UUID, dict[str, str]]:
    """`{"course": name, "device": name}` of each, without what is not known of it."""
    rows = list(performances)
    keys = [row.pk for row in rows]
    courses = {key: name for told in _courses for key, name in told(keys).items()}
    found = {row.pk: {"course": courses.get(row.pk, ""), "device": row.facts.get("device") or ""} for row in rows}
    return {key: {kind: name for kind, name in groups.items() if name} for key, groups in found.items()}
