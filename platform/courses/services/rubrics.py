"""A rubric as one sheet: what it says, how two of them differ, and how a changed one is kept."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from core.models import Event
from grading.models import Criterion, Rating, Rubric

from .. import rubric_words as words

KEY_LENGTH = 40
ADDED = "added"  # what the history says of a new criterion instead of its values


@dataclass(frozen=True)
class Line:
    """One criterion. Without a key it is new; the key, once given, never changes: ratings name it."""

    name: str
    key: str = ""
    descriptor: str = ""
    bands: Mapping[str, str] = field(default_factory=dict)  # {"1": words, … "5"}
    weight: float = 1.0
    retired: bool = False


@dataclass(frozen=True)
class Sheet:
    """A rubric with its criteria in their order."""

    name: str = ""
    description: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)  # {"1": words, … "10"}
    criteria: tuple[Line, ...] = ()

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


class RubricRefused(ValueError):
    """Why a sheet cannot be kept, in words for whoever wrote it."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the rubric since it was opened."""

    def __init__(self, who: User | None, when: datetime | None) -> None:
        told = {"who": who or _("Somebody else"), "time": date_format(when, "TIME_FORMAT") if when else ""}
        said = (
            _("%(who)s changed this rubric at %(time)s, while you were writing.")
            if when
            else _("%(who)s changed this rubric, while you were writing.")
        )
        super().__init__(said % told)


def sheet_of(rubric: Rubric) -> Sheet:
    lines = tuple(
        Line(row.name, row.key, row.descriptor, row.bands, row.weight, row.retired) for row in rubric.criteria.all()
    )
    return Sheet(rubric.name, rubric.description, rubric.levels, lines)


def ratings_by(rubric: Rubric) -> int:
    """How many ratings were given by this rubric."""
    return Rating.objects.filter(performance__submission__assignment__rubric=rubric).count()


def marks_of(rubric: Rubric) -> dict[str, int]:
    """How often each criterion was marked, by its key."""
    keys = [row.key for row in rubric.criteria.all()]
    counted = Rating.objects.filter(performance__submission__assignment__rubric=rubric).aggregate(
        **{f"of_{place}": Count("pk", Q(criteria__has_key=key)) for place, key in enumerate(keys)}
    )
    return {key: counted[f"of_{place}"] for place, key in enumerate(keys)}


@transaction.atomic
def add(*, sheet: Sheet, by: User) -> Rubric:
    _require(sheet, None)
    rubric = Rubric.objects.create(name=sheet.name, description=sheet.description, levels=dict(sheet.levels))
    _write_lines(rubric, sheet.criteria)
    history.record(kind="rubric_added", actor=by, after={"rubric": rubric.pk, "name": rubric.name})
    return rubric


@transaction.atomic
def change(*, rubric: Rubric, sheet: Sheet, seen: str, by: User) -> Rubric:
    """Keep the sheet if the rubric is still the one that was `seen`, told by its digest. Raises ChangedMeanwhile."""
    rubric = Rubric.objects.select_for_update().get(pk=rubric.pk)
    before = sheet_of(rubric)
    if before.digest != seen:
        last = changes_of(rubric).first()
        raise ChangedMeanwhile(last.actor if last else None, last.at if last else None)
    _require(sheet, rubric)
    rubric.name, rubric.description, rubric.levels = sheet.name, sheet.description, dict(sheet.levels)
    rubric.save()
    _write_lines(rubric, sheet.criteria)
    after = sheet_of(Rubric.objects.get(pk=rubric.pk))
    if after != before:
        old, new = differences(before, after)
        known = {"rubric": rubric.pk, "name": after.name, "ratings": ratings_by(rubric)}
        history.record(kind="rubric_changed", actor=by, before=old, after=known | new)
    return rubric


def changes_of(rubric: Rubric) -> Any:
    """The acts of the history about this rubric, newest first."""
    kinds = ("rubric_added", "rubric_changed")
    return Event.objects.filter(kind__in=kinds, after__rubric=rubric.pk).select_related("actor")


def _require(sheet: Sheet, rubric: Rubric | None) -> None:
    if not sheet.name:
        raise RubricRefused(_("A rubric needs a name."))
    if any(row != rubric for row in Rubric.objects.filter(name=sheet.name)):
        raise RubricRefused(_("Another rubric has this name already."))
    names = [line.name.casefold() for line in sheet.criteria if not line.retired]
    if len(set(names)) < len(names):
        raise RubricRefused(_("Two criteria have the same name; nobody could tell them apart on the desk."))
    known = {row.key for row in rubric.criteria.all()} if rubric else set()
    asked = [line.key for line in sheet.criteria if line.key]
    if len(set(asked)) < len(asked) or set(asked) - known:
        raise RubricRefused(_("One of these criteria does not belong to this rubric. Reload the page."))


def _write_lines(rubric: Rubric, lines: Sequence[Line]) -> None:
    """In the order given. A criterion that is not among them is retired: ratings may name it."""
    rows = {row.key: row for row in rubric.criteria.all()}
    for order, line in enumerate(lines):
        row = rows.pop(line.key, None) or Criterion(rubric=rubric, key=_key(line.name, rubric))
        row.name, row.descriptor, row.bands = line.name, line.descriptor, dict(line.bands)
        row.weight, row.retired, row.order = line.weight, line.retired, order
        row.save()
    for place, row in enumerate(rows.values(), len(lines)):
        row.retired, row.order = True, place
        row.save()


def _key(name: str, rubric: Rubric) -> str:
    taken = set(Criterion.objects.filter(rubric=rubric).values_list("key", flat=True))
    stem = slugify(name)[: KEY_LENGTH - 4].strip("-") or "criterion"
    return next(key for key in _numbered(stem) if key not in taken)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def differences(before: Sheet, after: Sheet) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, old and new, each under words that say what it is."""
    names = _names(before, after)
    known = {line.key for line in before.criteria}
    both = replace(after, criteria=tuple(line for line in after.criteria if line.key in known))
    old, new = _told(before, names), _told(both, names) | _added(before, after, names)
    differ = [what for what in old | new if (old.get(what) or "") != (new.get(what) or "")]
    return {what: old.get(what) for what in differ}, {what: new.get(what) for what in differ}


def _names(before: Sheet, after: Sheet) -> dict[str, str]:
    """What the history calls each criterion: by its newest name, and by its key too where two share that."""
    names = {line.key: line.name for sheet in (before, after) for line in sheet.criteria}
    shared = [name for name in names.values() if list(names.values()).count(name) > 1]
    return {key: f"{name} ({key})" if name in shared else name for key, name in names.items()}


def _told(sheet: Sheet, names: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {words.NAME: sheet.name, words.DESCRIPTION: sheet.description}
    told[words.ORDER] = [line.key for line in sheet.criteria]
    told |= {words.LEVEL % {"level": level}: said for level, said in sheet.levels.items()}
    for line in sheet.criteria:
        told |= _line_told(line, names[line.key])
    return told


def _added(before: Sheet, after: Sheet, names: Mapping[str, str]) -> dict[str, str]:
    known = {line.key for line in before.criteria}
    added = [names[line.key] for line in after.criteria if line.key not in known]
    return {words.CRITERION % {"criterion": name}: ADDED for name in added}


def _line_told(line: Line, name: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        words.CRITERION_NAME % {"criterion": name}: line.name,
        words.CRITERION_WORDS % {"criterion": name}: line.descriptor,
        words.CRITERION_WEIGHT % {"criterion": name}: line.weight,
        words.CRITERION_MARKED % {"criterion": name}: not line.retired,
    }
    bands = line.bands.items()
    return told | {words.CRITERION_MARK % {"criterion": name, "mark": band}: said for band, said in bands}


def moved(sheet: Sheet, place: int, by: int) -> Sheet:
    """The criterion at `place` one step up (-1) or down (1), among those that are still marked."""
    lines = list(sheet.criteria)
    other = place + by
    while 0 <= other < len(lines) and lines[other].retired:
        other += by
    if 0 <= place < len(lines) and 0 <= other < len(lines):
        lines.insert(other, lines.pop(place))
    return replace(sheet, criteria=tuple(lines))
