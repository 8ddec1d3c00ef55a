"""The audit part as the gate asks of it: what the teachers said of each recording, and what two models did.

The labels are those of the newest snapshot, so that ratings which come in later decide what was open before, without a
new training.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from grading import engine
from grading.models import Autograde, Dataset, Example, ModelVersion, PlayerPart

from . import groups

if TYPE_CHECKING:
    from ml.gate import Audited


@dataclass(frozen=True)
class Labelled:
    """One recording of the audit part and the level the teachers gave it."""

    id: str
    player: str
    piece: str
    level: float
    shared: Mapping[str, str]  # course and device, where they are known


def labelled(version: ModelVersion) -> list[Labelled]:
    """The audit part of the newest snapshot; of a version that was judged elsewhere, what its report says."""
    newest = Dataset.objects.filter(rubric=version.rubric).only("pk").first()
    rows = Example.objects.filter(dataset=newest, part=PlayerPart.Part.AUDIT, performance__isnull=False)
    examples = list(rows.select_related("performance").order_by("pk"))
    if not examples:
        return [_told(example) for example in version.report.get("examples") or ()]
    found = [(example, example.performance) for example in examples if example.performance]
    shared = groups.groups_of(performance for _, performance in found)
    return [
        Labelled(str(one.pk), str(one.player_id), one.piece, example.level, shared[one.pk]) for example, one in found
    ]


def _told(example: Mapping[str, Any]) -> Labelled:
    return Labelled(
        example["id"], example["player"], example.get("piece", ""), example["level"], example.get("groups") or {}
    )


@dataclass(frozen=True)
class Said:
    level: float
    probabilities: tuple[float, ...] | None = None
    interval: tuple[int, int] | None = None


def said(version: ModelVersion, ids: Iterable[str]) -> dict[str, Said]:
    """What a version says of these recordings: as it graded them, else as its evaluation or its training found."""
    wanted = set(ids)
    found = {key: Said(level) for key, level in (version.report.get("grades") or {}).items() if key in wanted}
    for example in version.report.get("examples") or ():
        if example["id"] in wanted:
            shares = tuple(example.get("probabilities") or ()) or None
            found[example["id"]] = Said(example["fused"], shares, (example["low"], example["high"]))
    graded = Autograde.objects.filter(model=version, performance_id__in=[key for key in wanted if _is_ours(key)])
    for key, level, fused, low, high in graded.order_by("created_at").values_list(
        "performance_id", "level", "fused", "low", "high"
    ):
        found[str(key)] = Said(level, tuple(fused), (low, high))
    return found


def _is_ours(key: str) -> bool:
    """Generated recordings of a starter's report have names of their own."""
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def pairs(version: ModelVersion, champion: ModelVersion, rows: list[Labelled]) -> Iterator[Audited]:
    """The recordings of which both have said something."""
    ids = [row.id for row in rows]
    ours, theirs = said(version, ids), _compared(version, champion) | said(champion, ids)
    for row in rows:
        own, other = ours.get(row.id), theirs.get(row.id)
        if own and other:
            yield engine.audited(
                player=row.player,
                level=row.level,
                candidate=own.level,
                champion=other.level,
                groups=(("level", _whole(row.level)), ("piece", row.piece), *sorted(row.shared.items())),
                probabilities=own.probabilities,
                interval=own.interval,
            )


def _compared(version: ModelVersion, champion: ModelVersion) -> dict[str, Said]:
    """What the champion said in the candidate's own evaluation, if it is still the same champion."""
    if version.report.get("against") != champion.digest:
        return {}
    examples = version.report.get("examples") or ()
    return {each["id"]: Said(each["champion"]) for each in examples if each.get("champion") is not None}


def _whole(level: float) -> str:
    return str(math.floor(level + 0.5))
