"""The one button of the lab: it leads to what would help the model most now, and changes nothing for anybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.judgements import State
from grading.models import TrainingRun
from grading.services.datasets import Labels
from grading.services.preconditions import Precondition

from .standing import Standing


@dataclass(frozen=True)
class Step:
    sentence: str
    label: str
    address: str
    icon: str


def next_step(
    standing: Standing,
    labels: Labels,
    preconditions: Sequence[Precondition],
    running: TrainingRun | None,
    *,
    unheard: int,
) -> Step:
    """In this order: watch what runs, decide what can be decided, let it learn what is new, ask for what it lacks.

    `unheard` recordings of the audit part wait for a rating.
    """
    if running is not None:
        return _watch(running)
    verdict = standing.verdict
    if verdict is not None and verdict.passes:
        return _look_at(standing)
    if verdict is not None and verdict.state == State.UNKNOWN and verdict.needed and unheard:
        return _ask_audit(standing, verdict.needed)
    if labels.new and all(condition.met for condition in preconditions):
        return _train(labels.new)
    return Step(
        _("Every rating with consent helps. Ask your teachers to rate recordings about which the model is unsure."),
        _("Choose what to rate next"),
        reverse("lab:rounds"),
        "list-checks",
    )


def _watch(run: TrainingRun) -> Step:
    said = _("%(run)s is under way. The model in use goes on grading meanwhile.") % {"run": run}
    return Step(said, _("Watch it"), reverse("lab:run", args=[run.pk]), "activity")


def _look_at(standing: Standing) -> Step:
    assert standing.candidate is not None
    said = _("%(version)s has passed every check. See which grades it would change before you decide.")
    return Step(
        said % {"version": standing.candidate},
        _("See what would change"),
        reverse("lab:promote", args=[standing.candidate.number]),
        "git-compare",
    )


def _ask_audit(standing: Standing, needed: int) -> Step:
    said = ngettext(
        "Whether %(version)s is better cannot be told yet. About %(count)s more rating that judges the model would "
        "decide it.",
        "Whether %(version)s is better cannot be told yet. About %(count)s more ratings that judge the model would "
        "decide it.",
        needed,
    )
    told = said % {"version": standing.candidate, "count": needed}
    return Step(told, _("Ask teachers for them"), f"{reverse('lab:rounds')}#judge-title", "scale")


def _train(new: int) -> Step:
    said = ngettext(
        "%(count)s label is new. A training makes a candidate of it; nothing changes for anyone until you promote it.",
        "%(count)s labels are new. A training makes a candidate of them; nothing changes for anyone until you promote "
        "it.",
        new,
    )
    return Step(said % {"count": new}, _("Train a candidate"), reverse("lab:train"), "graduation-cap")
