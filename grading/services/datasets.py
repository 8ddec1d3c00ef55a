"""Immutable snapshots of what teachers have said, with consent, split by player."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grading.models import Dataset, Example, Performance, PlayerPart, Rating, Result
from grading.people import User

Part = PlayerPart.Part
# The share of labelled recordings that each part should hold; filled by whole players.
SHARES = {Part.TRAIN: 0.6, Part.AUDIT: 0.25, Part.VALIDATION: 0.15}
# How much a label counts in training, by the turn it was given in; 1 is usual. Whoever answers an appeal has heard the
# recording without knowing what was said, because somebody doubted it: such a case teaches most.
WEIGHTS: Mapping[str, float] = {Rating.Purpose.APPEAL: 3.0}
FEWEST_LABELS = 4
FEWEST_PLAYERS = 2


class NotEnough(ValueError):
    """Why there is nothing to freeze yet."""


@dataclass(frozen=True)
class Act:
    """The newest decision of one player about training: its number in the list of such acts, and when it was made."""

    number: int
    at: datetime


# The newest act of each of these players: the accounts tell it in `AppConfig.ready`.
Acts = Callable[[Collection[int]], Mapping[int, Act]]
_acts: list[Acts] = []


def add_acts(acts: Acts) -> None:
    _acts.append(acts)


def acts_of(players: Collection[int]) -> dict[int, Act]:
    return {player: act for told in _acts for player, act in told(players).items()}


@dataclass(frozen=True)
class Labels:
    """What could be learned from now."""

    released: int
    consenting: int
    players: int
    new: int
    parts: dict[str, int]


def learnable() -> QuerySet[Result]:
    """Released results of recordings whose player consents to training and that could be prepared."""
    return Result.objects.filter(
        performance__may_train=True, performance__state__in=(Performance.State.PREPARED, Performance.State.GRADED)
    ).select_related("performance", "rating")


def labels() -> Labels:
    """Count; decides nothing and writes nothing."""
    results = list(learnable())
    known = set()
    newest = Dataset.objects.first()
    if newest is not None:
        known = set(newest.examples.values_list("rating_id", flat=True))
    part_of = dict(PlayerPart.objects.values_list("player_id", "part"))
    parts = Counter(part_of.get(result.performance.player_id, "unassigned") for result in results)
    return Labels(
        released=Result.objects.count(),
        consenting=len(results),
        players=len({result.performance.player_id for result in results}),
        new=sum(result.rating_id not in known for result in results),
        parts=dict(parts),
    )


@transaction.atomic
def freeze(*, by: User | None) -> Dataset:
    """The present labels as a snapshot. The same labels give the same digest, and so the same snapshot."""
    results = list(learnable().order_by("performance_id"))
    players = {result.performance.player_id for result in results}
    if len(results) < FEWEST_LABELS or len(players) < FEWEST_PLAYERS:
        raise NotEnough(
            _(
                "A snapshot needs at least %(fewest)s released ratings of %(few)s students who agreed to training; "
                "so far there are %(ratings)s of %(players)s."
            )
            % {"fewest": FEWEST_LABELS, "few": FEWEST_PLAYERS, "ratings": len(results), "players": len(players)}
        )
    parts = _parts(results)
    acts = acts_of(players)
    manifest = {
        "examples": [
            _entry(result, parts[result.performance.player_id], acts.get(result.performance.player_id))
            for result in results
        ],
        "withdrawn": _withdrawn(),
    }
    digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    dataset, created = Dataset.objects.get_or_create(digest=digest, defaults={"manifest": manifest, "created_by": by})
    if created:
        Example.objects.bulk_create(
            Example(
                dataset=dataset,
                performance=result.performance,
                rating=result.rating,
                level=result.rating.level,
                weight=WEIGHTS.get(result.rating.purpose, 1.0),
                part=parts[result.performance.player_id],
            )
            for result in results
        )
    return dataset


def _entry(result: Result, part: str, act: Act | None) -> dict[str, Any]:
    performance = result.performance
    return {
        "performance": str(performance.pk),
        "media": performance.digest,
        "crop": performance.crop,
        "player": performance.player_id,
        "piece": performance.piece,
        "rating": result.rating_id,
        "level": result.rating.level,
        "purpose": result.rating.purpose,
        "weight": WEIGHTS.get(result.rating.purpose, 1.0),
        "consent": {"act": act.number, "at": act.at.isoformat()} if act else None,
        "generated": performance.generated,
        "part": part,
    }


def weights(dataset: Dataset) -> dict[str, float]:
    """How much each recording of a snapshot counts; 1 where an older snapshot does not say."""
    return {entry["performance"]: entry.get("weight", 1.0) for entry in dataset.manifest["examples"]}


def _withdrawn() -> list[dict[str, Any]]:
    """What an earlier snapshot held and a withdrawal took out, with its time: the proof that it is out.

    A recording that was erased after its withdrawal stays in the list, which goes from snapshot to snapshot.
    """
    newest = Dataset.objects.first()
    told = {entry["performance"]: entry for entry in newest.manifest.get("withdrawn", [])} if newest else {}
    known = {str(pk) for pk in Performance.objects.filter(pk__in=told).values_list("pk", flat=True)}
    erased = [entry for pk, entry in told.items() if pk not in known]
    out = dict(
        Performance.objects.filter(may_train=False, examples__isnull=False).distinct().values_list("pk", "player_id")
    )
    acts = acts_of(set(out.values()))
    here = [{"performance": str(pk), "at": _time(acts.get(player))} for pk, player in out.items()]
    return sorted(erased + here, key=lambda entry: str(entry["performance"]))


def _time(act: Act | None) -> str | None:
    return act.at.isoformat() if act else None


def _parts(results: Iterable[Result]) -> dict[int, str]:
    """Each player's part; a player met for the first time joins the part that lacks most, and stays there for good."""
    counts = Counter(result.performance.player_id for result in results)
    part_of: dict[int, str] = dict(
        PlayerPart.objects.select_for_update().filter(player_id__in=counts).values_list("player_id", "part")
    )
    held = Counter({part: sum(counts[player] for player, own in part_of.items() if own == part) for part in SHARES})
    total = sum(counts.values())
    for player in sorted(set(counts) - set(part_of), key=_order):
        part = max(SHARES, key=lambda part: SHARES[part] * total - held[part])
        PlayerPart.objects.create(player_id=player, part=part)
        part_of[player] = part
        held[part] += counts[player]
    return part_of


def _order(player: int) -> str:
    """The same order of players every time, without meaning."""
    return hashlib.sha256(f"player {player}".encode()).hexdigest()
