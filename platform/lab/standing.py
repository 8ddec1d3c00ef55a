"""One sentence about the champion, and the facts behind it."""

from dataclasses import dataclass

from grading.models import ModelVersion, Promotion
from grading.services import registry

from .report import read


@dataclass(frozen=True)
class Rated:
    """By how many labels, of how many teachers, a version was trained."""

    ratings: int
    teachers: int


@dataclass(frozen=True)
class Standing:
    champion: ModelVersion | None
    sentence: str
    # A candidate newer than the champion that waits for a decision.
    candidate: ModelVersion | None
    verdict: registry.Verdict | None


def standing() -> Standing:
    champion = ModelVersion.objects.select_related("run").filter(stage=ModelVersion.Stage.CHAMPION).first()
    candidates = ModelVersion.objects.select_related("run").filter(stage=ModelVersion.Stage.CANDIDATE)
    candidate = candidates.filter(number__gt=champion.number if champion else 0).first()
    return Standing(
        champion=champion,
        sentence=sentence_about(champion),
        candidate=candidate,
        verdict=registry.verdict(candidate) if candidate else None,
    )


def sentence_about(champion: ModelVersion | None) -> str:
    if champion is None:
        return "No model is in use, so recordings get no provisional grade."
    if champion.run is None:
        return (
            f"{champion} is the starter model: it was trained on generated performances only and has never seen a "
            "real student. Every rating with consent brings the next version closer to your teachers."
        )
    rated = rated_by(champion)
    learned = f"{champion}, by {_count(rated.ratings, 'rating')} of {_count(rated.teachers, 'teacher')}"
    agreement = read(champion).metric("within_one")
    if agreement is None:
        return f"{learned}, has not been compared with its teachers yet: nothing stands in the audit part."
    return f"{learned}, agrees with them within one level {agreement.value * 100:.0f} times in 100."


def rated_by(version: ModelVersion) -> Rated:
    if version.run is None:
        return Rated(0, 0)
    raters = list(version.run.dataset.examples.values_list("rating__rater", flat=True))
    return Rated(len(raters), len({rater for rater in raters if rater is not None}))


def previous_champion() -> ModelVersion | None:
    """Where a rollback would lead; the same row that `registry.roll_back` reads."""
    newest = (
        Promotion.objects.select_related("previous__run")
        .filter(version=registry.champion(), previous__isnull=False)
        .first()
    )
    return newest.previous if newest else None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
