"""Candidates that should not pass: trained by the services on snapshots whose labels say something else."""

import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

import numpy as np

from grading.models import Dataset, Example, ModelVersion, PlayerPart
from grading.services import registry, training

from .bench import LEVELS, Film, Model
from .pool import NEW, PIECES
from .year import Told

BIAS = 2.0  # levels by which a nuisance seems better, or worse, to whoever labels by it
CORRUPTED = "corrupted labels"


@dataclass(frozen=True)
class Known:
    """What a nuisance is told by."""

    loudness: float
    piece: str
    device: str


Nuisance = Callable[[Known, float], bool]  # with the usual loudness (LUFS): whether it seems better
NUISANCES: Mapping[str, Nuisance] = MappingProxyType(
    {
        "labels that follow the loudness": lambda known, usual: known.loudness > usual,
        "labels that follow the piece": lambda known, _usual: PIECES.index(known.piece) % 2 == 0,
        "labels that follow the phone": lambda known, _usual: known.device == f"{NEW.make} {NEW.model}",
    }
)
Label = Callable[[Example], float]


@dataclass(frozen=True)
class Attack:
    """A candidate, the champion it stands beside, and how many levels further apart its word is by the nuisance."""

    name: str
    version: ModelVersion
    champion: ModelVersion
    moved: float | None = None


def attacks(told: Told, others: Sequence[Film], dice: random.Random) -> list[Attack]:
    """At the end of a year, beside the champion of then."""
    honest = told.snapshots[-1]
    learned = list(honest.examples.exclude(part=PlayerPart.Part.AUDIT).select_related("performance"))
    usual = median(_known(row).loudness for row in learned)
    levels = [row.level for row in learned]
    dice.shuffle(levels)
    shuffled = dict(zip([row.pk for row in learned], levels, strict=True))
    found = [_attack(told, CORRUPTED, falsified(honest, CORRUPTED, lambda row: shuffled[row.pk]))]
    for name, nuisance in NUISANCES.items():
        up = {row.pk: nuisance(_known(row), usual) for row in learned}
        attack = _attack(told, name, falsified(honest, name, lambda row, up=up: _biased(row.level, up=up[row.pk])))  # type: ignore[misc]
        moved = _apart(attack.version, others, nuisance, usual) - _apart(attack.champion, others, nuisance, usual)
        found.append(Attack(name, attack.version, attack.champion, moved))
    return found


def falsified(honest: Dataset, name: str, label: Label) -> Dataset:
    """A snapshot like this one in which all labels but those of the audit part say something else.

    Were the validation part left as it is, selecting on it would take the epoch that learned least, which is the start.
    """
    digest = hashlib.sha256(json.dumps([honest.digest, name]).encode()).hexdigest()
    false = Dataset.objects.create(digest=digest, rubric=honest.rubric, manifest=honest.manifest)
    rows = list(honest.examples.select_related("performance").order_by("pk"))
    for row in rows:
        if row.part != PlayerPart.Part.AUDIT:
            row.level, row.target = label(row), None
        row.pk, row.dataset = None, false
        row._state.adding = True
    Example.objects.bulk_create(rows)
    return false


def _attack(told: Told, name: str, dataset: Dataset) -> Attack:
    champion = registry.champion()
    assert champion is not None
    run = training.start(by=told.school.admin, dataset=dataset, config={"epochs": told.plan.epochs})
    return Attack(name, ModelVersion.objects.get(run=run), champion)


def _biased(level: float, *, up: bool) -> float:
    return min(10.0, max(1.0, level + (BIAS if up else -BIAS)))


def _known(row: Example) -> Known:
    assert row.performance is not None
    facts = row.performance.facts
    return Known(facts["loudness"], row.performance.piece.rpartition(": ")[2], facts["device"])


def _apart(version: ModelVersion, films: Sequence[Film], nuisance: Nuisance, usual: float) -> float:
    """How much higher a version's word is, against the truth, where the nuisance seems better."""
    off = Model(version.path).says(films)["fused"] @ LEVELS - [film.true_level for film in films]
    known = [Known(film.facts.loudness, film.take.piece, film.facts.device) for film in films]
    up = np.array([nuisance(one, usual) for one in known])
    return float(off[up].mean() - off[~up].mean())
