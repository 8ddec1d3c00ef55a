"""One sentence about the champion, and the facts behind it."""

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.judgements import Judgement
from grading.models import ModelVersion, Rating
from grading.services import gate

from .report import read


@dataclass(frozen=True)
class Rated:
    """By how many labels, of how many teachers, a version was trained."""

    ratings: int
    teachers: int

    @property
    def words(self) -> str:
        """'214 ratings of 6 teachers'."""
        ratings = ngettext("%(count)s rating", "%(count)s ratings", self.ratings) % {"count": self.ratings}
        teachers = ngettext("%(count)s teacher", "%(count)s teachers", self.teachers) % {"count": self.teachers}
        return _("%(ratings)s of %(teachers)s") % {"ratings": ratings, "teachers": teachers}


@dataclass(frozen=True)
class Standing:
    champion: ModelVersion | None
    sentence: str
    # A candidate newer than the champion that waits for a decision.
    candidate: ModelVersion | None
    verdict: Judgement | None


def standing() -> Standing:
    champion = ModelVersion.objects.select_related("run").filter(stage=ModelVersion.Stage.CHAMPION).first()
    candidates = ModelVersion.objects.select_related("run").filter(stage=ModelVersion.Stage.CANDIDATE)
    candidate = candidates.filter(number__gt=champion.number if champion else 0).first()
    return Standing(
        champion=champion,
        sentence=sentence_about(champion),
        candidate=candidate,
        verdict=gate.judge(candidate) if candidate else None,
    )


def sentence_about(champion: ModelVersion | None) -> str:
    if champion is None:
        return _("No model is in use, so recordings get no provisional grade.")
    if champion.run is None:
        said = _(
            "%(version)s is the starter model: it was trained on generated performances only and has never seen a "
            "real student. Every rating with consent brings the next version closer to your teachers."
        )
        return said % {"version": champion}
    told: dict[str, object] = {"version": champion, "labels": rated_by(champion).words}
    agreement = read(champion).metric("within_one")
    if agreement is None:
        said = _(
            "%(version)s, by %(labels)s, has not been compared with its teachers yet: nothing stands in the audit part."
        )
        return said % told
    told["times"] = f"{agreement.value * 100:.0f}"
    return _("%(version)s, by %(labels)s, agrees with them within one level %(times)s times in 100.") % told


def rated_by(version: ModelVersion) -> Rated:
    if version.run is None:
        return Rated(0, 0)
    dataset = version.run.dataset
    said = Rating.objects.filter(performance__examples__dataset=dataset, created_at__lte=dataset.created_at)
    teachers = said.exclude(purpose=Rating.Purpose.STANDARD).aggregate(Count("rater", distinct=True))
    ratings = dataset.examples.aggregate(Sum("raters"))
    return Rated(ratings["raters__sum"] or 0, teachers["rater__count"])
