"""Immutable snapshots of what teachers have said, with consent, split by player."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from grading.models import Dataset, Example, LabelRule, Performance, PlayerPart, Rating, Result, Rubric
from grading.people import User

from . import labels as labelling
from .performances import crop_digest
from .snapshot_changes import Difference, difference

__all__ = ["Difference", "difference"]

Part = PlayerPart.Part
# The share of labelled recordings that each part should hold; filled by whole players.
SHARES = {Part.TRAIN: 0.6, Part.AUDIT: 0.25, Part.VALIDATION: 0.15}
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
    """What could be learned from now: recordings with a label and consent, of so many players, and in which part."""

    released: int
    consenting: int
    players: int
    new: int
    parts: dict[str, int]


@dataclass(frozen=True)
class AuditState:
    """The recordings that the model is judged by; `lacking` were rated by one person only."""

    recordings: int
    twice_rated: int
    lacking: QuerySet[Performance]


def labels(rubric: Rubric | None = None) -> Labels:
    """Count; decides nothing and writes nothing. What is held back is counted too: somebody may settle it."""
    rows = labelling.recordings(rubric)
    part_of = dict(PlayerPart.objects.values_list("player_id", "part"))
    counts = Counter(rows.values_list("player_id", flat=True))
    parts: Counter[str] = Counter()
    for player, count in counts.items():
        parts[part_of.get(player, "unassigned")] += count
    return Labels(
        released=Result.objects.count(),
        consenting=counts.total(),
        players=len(counts),
        new=_unknown(rows, rubric).count(),
        parts=dict(parts),
    )


def _unknown(rows: QuerySet[Performance], rubric: Rubric | None) -> QuerySet[Performance]:
    """What the newest snapshot neither holds nor held back, and what was rated since."""
    newest = Dataset.objects.filter(rubric=rubric).values("pk", "created_at", "manifest__held").first()
    if newest is None:
        return rows
    later = labelling.counting().filter(performance=OuterRef("pk"), created_at__gt=newest["created_at"])
    known = Q(Exists(Example.objects.filter(dataset=newest["pk"], performance=OuterRef("pk"))))
    return rows.filter(Q(Exists(later)) | ~(known | Q(pk__in=newest["manifest__held"] or ())))


def audit_state(rubric: Rubric | None = None) -> AuditState:
    """Of the recordings that have a label and consent; the audit part is marked by two teachers where possible."""
    rows = labelling.recordings(rubric).filter(player__part__part=Part.AUDIT).annotate(raters=_raters())
    lacking = rows.filter(raters=1, collection="")  # nobody here can be asked about an imported one
    recordings = rows.count()
    return AuditState(recordings, recordings - lacking.count(), lacking)


def _raters() -> Count:
    return Count("ratings__rater", filter=~Q(ratings__purpose=Rating.Purpose.STANDARD), distinct=True)


@transaction.atomic
def freeze(*, by: User | None, rubric: Rubric | None = None) -> Dataset:
    """The present labels as a snapshot. The same labels give the same digest, and so the same snapshot."""
    rule = LabelRule.current()
    # Two snapshots at a time would put a new player into two parts.
    LabelRule.objects.select_for_update().get(pk=rule.pk)
    found, held = labelling.found(rubric=rubric, rule=rule)
    players = {label.performance.player_id for label in found}
    if len(found) < FEWEST_LABELS or len(players) < FEWEST_PLAYERS:
        raise NotEnough(
            _(
                "A snapshot needs at least %(fewest)s released ratings of %(few)s students who agreed to training; "
                "so far there are %(ratings)s of %(players)s."
            )
            % {"fewest": FEWEST_LABELS, "few": FEWEST_PLAYERS, "ratings": len(found), "players": len(players)}
        )
    parts, acts = _parts(found), acts_of(players)
    manifest = {
        "rule": _rule(rule),
        "rubric": rubric.pk if rubric else None,
        "examples": [
            _entry(label, parts[label.performance.player_id], acts.get(label.performance.player_id)) for label in found
        ],
        "held": [str(one.performance.pk) for one in held],
        "withdrawn": _withdrawn(),
    }
    digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    told = {"manifest": manifest, "created_by": by, "rubric": rubric}
    dataset, created = Dataset.objects.get_or_create(digest=digest, defaults=told)
    if created:
        Example.objects.bulk_create(_example(dataset, label, parts) for label in found)
    return dataset


def _rule(rule: LabelRule) -> dict[str, Any]:
    names = ("combination", "disagreement", "blind_weight", "appeal_weight", "audit_weight")
    return {name: getattr(rule, name) for name in names}


def _entry(label: labelling.Label, part: str, act: Act | None) -> dict[str, Any]:
    """What a training learns of one recording, and by what right. `said` are the ratings, in the order of `ratings`."""
    performance = label.performance
    return {
        "performance": str(performance.pk),
        "media": performance.digest,
        "crop": performance.crop,
        "crop_digest": crop_digest(performance.crop or {}),
        "player": performance.player_id,
        "piece": performance.piece,
        "ratings": label.ratings,
        "said": [
            {"rater": one.rater, "level": one.level, "purpose": one.purpose, "blind": one.blind, "source": one.source}
            for one in label.given
        ],
        "level": label.level,
        "target": label.target,
        "weight": label.weight,
        "consent": {"act": act.number, "at": act.at.isoformat()} if act else None,
        "generated": performance.generated,
        "part": part,
    }


def _example(dataset: Dataset, label: labelling.Label, parts: Mapping[int, str]) -> Example:
    """Beside it the released rating, else the newest one."""
    decided = [one.id for one in label.given if one.decided]
    return Example(
        dataset=dataset,
        performance=label.performance,
        rating_id=(decided or label.ratings)[-1],
        level=label.level,
        target=label.target,
        weight=label.weight,
        raters=label.raters,
        part=parts[label.performance.player_id],
    )


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


def _parts(found: Iterable[labelling.Label]) -> dict[int, str]:
    """Each player's part; a player met for the first time joins the part that lacks most, and stays there for good."""
    counts = Counter(label.performance.player_id for label in found)
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
