"""A snapshot as rows that may leave the house: without names, with consent, and with the files that go along."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.db.models import QuerySet

from grading.exchange import people
from grading.exchange.rows import Carried, Criterion, Label, Moment, Rated, Recording, RubricRow
from grading.models import Dataset, Example, Performance, Rating, Result, Rubric

PLACES = 6  # after the point, of what was computed
SUFFIXES = (".mp4", ".webm", ".mov", ".mkv", ".avi", ".m4v")


@dataclass(frozen=True)
class Gathered:
    """`withdrawn` stay here without consent or are erased; `reduced` are not kept whole any more."""

    carried: Carried
    withdrawn: int
    reduced: int


def leaving(dataset: Dataset) -> QuerySet[Example]:
    """Of the snapshot, what may leave now: its player agrees to training still."""
    return dataset.examples.filter(performance__may_train=True)


def mark_of(dataset: Dataset) -> str:
    """A digest of what may leave now; another one later says that a consent has changed meanwhile."""
    rows = leaving(dataset).order_by("performance_id").values_list("performance", flat=True)
    return hashlib.sha256(" ".join(map(str, rows)).encode()).hexdigest()


def gather(dataset: Dataset, *, source: str) -> Gathered:
    """`source` is what this house is called in ratings that were given here."""
    size = dataset.examples.count()
    examples = list(leaving(dataset).select_related("performance__rubric").order_by("performance_id"))
    whole = [example for example in examples if _lies_here(example.performance)]
    entries = {entry["performance"]: entry for entry in dataset.manifest["examples"]}
    ratings = _ratings_of(entries, whole)
    players = {example.performance.player_id for example in whole if example.performance}
    keys = people.people().keys(players | {rating.rater_id for own in ratings.values() for rating in own})
    recordings, files = [], {}
    for example in whole:
        assert example.performance is not None
        file, pk = file_of(example.performance), str(example.performance.pk)
        files[file.name] = file.path
        rated = _rated(ratings[pk], keys, source)
        recordings.append(_recording(example, example.performance, file, rated, keys, entries.get(pk, {})))
    rubrics = Rubric.objects.filter(performances__in=[example.performance_id for example in whole]).distinct()
    carried = Carried(tuple(recordings), tuple(map(rubric_row, rubrics.order_by("name"))), files)
    return Gathered(carried, withdrawn=size - len(examples), reduced=len(examples) - len(whole))


def _recording(
    example: Example,
    performance: Performance,
    file: "File",
    ratings: tuple[Rated, ...],
    keys: Mapping[int, str],
    entry: Mapping[str, Any],
) -> Recording:
    return Recording(
        id=str(performance.pk),
        file=file.name,
        digest=file.digest,
        piece=performance.piece,
        player=keys[performance.player_id],
        ratings=ratings,
        part=example.part,
        rubric=performance.rubric.name if performance.rubric else "",
        crop=entry.get("crop") or performance.crop,
        training=True,
        training_since=_since(entry),
        grading=performance.may_grade,
        recorded=performance.created_at,
        generated=performance.generated,
        label=_label(example),
    )


def rubric_row(rubric: Rubric) -> RubricRow:
    criteria = rubric.criteria.order_by("order", "key").values(
        "key", "name", "descriptor", "bands", "weight", "order", "retired"
    )
    return RubricRow(rubric.name, rubric.description, rubric.levels, tuple(Criterion(**each) for each in criteria))


@dataclass(frozen=True)
class File:
    """A recording's file as it travels: its name in an archive, its SHA-256, and where it lies."""

    name: str
    digest: str
    path: Path


def file_of(performance: Performance) -> File:
    path = _path(performance)
    if performance.collection:
        suffix = PurePosixPath(performance.source_name).suffix
        return File(f"{performance.digest}{suffix if suffix in SUFFIXES else '.mp4'}", performance.digest, path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(f"{digest}.mp4", digest, path)


def _path(performance: Performance) -> Path:
    """What leaves is what everybody watches: the proxy, which holds nothing of the original's metadata. A recording
    that was carried in goes on as the file it came as, so that it stays the same however often it travels.
    """
    return performance.source_path if performance.collection else performance.folder / "proxy.mp4"


def _lies_here(performance: Performance | None) -> bool:
    return performance is not None and performance.is_playable and _path(performance).is_file()


def _since(entry: Mapping[str, Any]) -> datetime | None:
    at = (entry.get("consent") or {}).get("at")
    return datetime.fromisoformat(at) if at else None


def _ratings_of(told: dict[str, dict[str, Any]], examples: Iterable[Example]) -> dict[str, list[Rating]]:
    """The ratings that the manifest says were used, by recording; an old one names one of them alone."""
    numbers: set[int] = set()
    for example in examples:
        entry = told.get(str(example.performance_id), {})
        numbers |= {*entry.get("ratings", ()), *([entry["rating"]] if entry.get("rating") else ())}
        numbers |= {example.rating_id} if example.rating_id else set()
    found: dict[str, list[Rating]] = {str(example.performance_id): [] for example in examples}
    rows = Rating.objects.filter(pk__in=numbers, performance__in=list(found)).order_by("created_at", "level")
    for rating in rows.select_related("result").prefetch_related("remarks__technique"):
        found[str(rating.performance_id)].append(rating)
    return found


def _rated(ratings: list[Rating], keys: Mapping[int, str], source: str) -> tuple[Rated, ...]:
    """Without comments, reasons and the words of remarks: they may name people."""
    rows = [_one(rating, keys, source) for rating in ratings]
    return tuple(sorted(rows, key=lambda row: (row.at, row.rater, row.purpose, row.level)))


def _one(rating: Rating, keys: Mapping[int, str], source: str) -> Rated:
    result: Result | None = getattr(rating, "result", None)
    return Rated(
        rater=keys[rating.rater_id],
        level=rating.level,
        criteria=dict(sorted(rating.criteria.items())),
        purpose=rating.purpose,
        blind=not rating.autograde_visible,
        at=rating.created_at,
        source=rating.source or source,
        rule=result.rule if result else "",
        released=result.released_at if result else None,
        remarks=tuple(sorted(map(_moment, rating.remarks.all()), key=repr)),
    )


def _moment(remark: Any) -> Moment:
    technique = remark.technique.name if remark.technique else ""
    return Moment(remark.start, remark.end, remark.mark, remark.criterion, technique)


def _label(example: Example) -> Label:
    target = tuple(round(share, PLACES) for share in example.target) if example.target else None
    return Label(round(example.level, PLACES), round(example.weight, PLACES), example.raters, target)
