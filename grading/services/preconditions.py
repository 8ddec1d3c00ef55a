"""What a training needs, said before anyone presses the button; and what a start is refused for."""

import math
import shutil
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.models import Dataset, Job, Result, Rubric, TrainingRun

from . import datasets, house, recipes, registry
from . import labels as labelling

GIB = 1024**3
SPARE_BYTES = 2 * GIB
UNPACKED_BYTES = 1_000_000  # per second of a recording: 15 pictures of 128 × 171, and its sound (ml/data/prepared.py)
FEWEST_AUDITED = 20  # recordings; as a report warns of fewer (ml/flags.py)


class State(StrEnum):
    MET = "met"
    WARN = "warn"  # it may begin, but should be thought of
    MISSING = "missing"  # it cannot begin


@dataclass(frozen=True)
class Precondition:
    name: str
    state: State
    sentence: str

    @property
    def met(self) -> bool:
        """Whether it stands in nobody's way."""
        return self.state != State.MISSING


def preconditions(
    *, depth: str = recipes.HEADS, dataset: Dataset | None = None, rubric: Rubric | None = None
) -> list[Precondition]:
    """Of a run of this depth on this snapshot, or on the present labels."""
    if dataset is not None:
        rubric = dataset.rubric
    return [
        *(_snapshot(dataset) if dataset is not None else _labels(rubric)),
        _start(rubric),
        _audit(rubric),
        _disk(depth, dataset, rubric),
        _worker(),
        _gpu(depth),
        _alone(),
    ]


def open_runs() -> list[TrainingRun]:
    return list(TrainingRun.objects.filter(jobs__state__in=Job.OPEN))


def _labels(rubric: Rubric | None) -> list[Precondition]:
    labels = datasets.labels(rubric)
    told = {"recordings": labels.consenting, "players": labels.players}
    needed = {"fewest": datasets.FEWEST_LABELS, "few": datasets.FEWEST_PLAYERS}
    if labels.consenting >= datasets.FEWEST_LABELS and labels.players >= datasets.FEWEST_PLAYERS:
        said = _(
            "%(recordings)s rated recordings of %(players)s students who agreed to training (at least %(fewest)s, of "
            "%(few)s students, are needed)"
        )
        return [Precondition("labels", State.MET, said % (told | needed)), _consent()]
    said = _(
        "A training needs at least %(fewest)s rated recordings of %(few)s students who agreed to it; so far there are "
        "%(recordings)s of %(players)s."
    )
    return [Precondition("labels", State.MISSING, said % (told | needed)), _consent()]


def _consent() -> Precondition:
    barred = Result.objects.filter(performance__may_train=False).count()
    if not barred:
        return Precondition("consent", State.MET, _("Everybody whose rating is released has agreed to training"))
    said = ngettext(
        "%(count)s released rating cannot be used: no consent",
        "%(count)s released ratings cannot be used: no consent",
        barred,
    )
    return Precondition("consent", State.WARN, said % {"count": barred})


def _snapshot(dataset: Dataset) -> list[Precondition]:
    """An old snapshot lacks what was erased or withdrawn since: that is never learned from again."""
    size = dataset.examples.count()
    usable = dataset.examples.filter(performance__may_train=True)
    there, learned = usable.count(), usable.filter(part="train").count()
    told = {"number": dataset.pk, "usable": there, "size": size}
    if not learned:
        said = _("Of snapshot %(number)s nothing is left that may be learned from.")
        labels = Precondition("labels", State.MISSING, said % told)
    else:
        said = _("%(usable)s of the %(size)s recordings of snapshot %(number)s")
        labels = Precondition("labels", State.MET, said % told)
    if there == size:
        return [labels, Precondition("consent", State.MET, _("Nobody of this snapshot has withdrawn since"))]
    gone = ngettext(
        "%(count)s recording of it cannot be used any more: erased, or consent withdrawn",
        "%(count)s recordings of it cannot be used any more: erased, or consent withdrawn",
        size - there,
    )
    return [labels, Precondition("consent", State.WARN, gone % {"count": size - there})]


def _start(rubric: Rubric | None) -> Precondition:
    champion = registry.champion(rubric)
    if champion is None:
        return Precondition("start", State.MISSING, _("There is no champion to start from. Promote a version first."))
    return Precondition("start", State.MET, _("%(version)s to start from") % {"version": champion})


def _audit(rubric: Rubric | None) -> Precondition:
    """A small audit part hinders no training, but afterwards nobody can tell what it was good for."""
    audit = datasets.audit_state(rubric)
    told = {"recordings": audit.recordings, "twice": audit.twice_rated, "fewest": FEWEST_AUDITED}
    if audit.recordings >= FEWEST_AUDITED:
        said = ngettext(
            "%(recordings)s recording to judge it by, %(twice)s of them rated by several teachers",
            "%(recordings)s recordings to judge it by, %(twice)s of them rated by several teachers",
            audit.recordings,
        )
        return Precondition("audit", State.MET, said % told)
    said = ngettext(
        "Only %(recordings)s recording to judge it by: fewer than %(fewest)s cannot tell whether it is better",
        "Only %(recordings)s recordings to judge it by: fewer than %(fewest)s cannot tell whether it is better",
        audit.recordings,
    )
    return Precondition("audit", State.WARN, said % told)


def _disk(depth: str, dataset: Dataset | None, rubric: Rubric | None) -> Precondition:
    free = shutil.disk_usage(settings.VAR).free
    needed = SPARE_BYTES
    if depth == recipes.WHOLE:
        needed += UNPACKED_BYTES * _seconds(dataset, rubric)
    told = {"free": _gigabytes(math.floor(free / GIB)), "needed": _gigabytes(math.ceil(needed / GIB))}
    if free > needed:
        return Precondition("disk", State.MET, _("%(free)s GB of disk free (%(needed)s are needed)") % told)
    said = _("Only %(free)s GB of disk are free; %(needed)s are needed. Make room first.")
    return Precondition("disk", State.MISSING, said % told)


def _gigabytes(whole: int) -> str:
    return number_format(whole, 0)


def _seconds(dataset: Dataset | None, rubric: Rubric | None) -> int:
    """Of all recordings that would be unpacked."""
    rows = (
        dataset.examples.filter(performance__may_train=True).aggregate(total=Sum("performance__duration"))
        if dataset is not None
        else labelling.recordings(rubric).aggregate(total=Sum("duration"))
    )
    return math.ceil(rows["total"] or 0)


def _worker() -> Precondition:
    silent = house.silent_since(Job.Kind.TRAIN)
    if silent is None:
        return Precondition("worker", State.MET, _("A training worker is there"))
    said = _("No training worker since %(time)s: a training would wait for one")
    return Precondition("worker", State.WARN, said % {"time": _clock(silent)})


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "TIME_FORMAT")


def _gpu(depth: str) -> Precondition:
    if depth == recipes.HEADS:
        return Precondition("gpu", State.MET, _("No GPU is needed for the heads: they learn in seconds to minutes"))
    machine = house.training_machine()
    if machine is None:
        return Precondition("gpu", State.WARN, _("Whether the training worker has a GPU is not known yet"))
    gpus = machine["gpus"]
    if not gpus:
        said = _(
            "The training worker has no GPU: the whole network learns on its processor too, but a few hundred "
            "recordings take hours to days there, and minutes on a GPU"
        )
        return Precondition("gpu", State.WARN, said)
    said = ngettext(
        "%(count)s GPU: %(name)s, %(memory)s GB", "%(count)s GPUs: %(name)s, %(memory)s GB each", machine["gpus"]
    )
    told = {"count": machine["gpus"], "name": machine["device"], "memory": _gigabytes(round(machine["memory"] / GIB))}
    return Precondition("gpu", State.MET, said % told)


def _alone() -> Precondition:
    if open_runs():
        return Precondition("alone", State.MISSING, _("A training is under way. Wait for it or stop it first."))
    return Precondition("alone", State.MET, _("No other training is under way"))
