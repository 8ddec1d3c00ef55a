"""What is worked out about a recording when somebody asks: once, by a worker, and kept with the recording."""

import hashlib
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading import engine
from grading.models import Autograde, Job, Performance, Study

from . import house, jobs

DECIMALS = 2  # of a second, to which a stretch is rounded: the same stretch asked again is the same study
SHORTEST = 0.5  # seconds


class Refused(ValueError):
    """Why the question cannot be answered, for the person who asked it."""


def ask_explain(*, performance: Performance, autograde: Autograde, start: float, end: float) -> Study:
    """Where the model that gave this grade looked and listened from `start` to `end` seconds of the proxy."""
    start, end = _stretch(start, end, performance.duration)
    if autograde.performance_id != performance.pk or autograde.shadow:
        raise Refused(_("This grade is of another recording."))
    if not autograde.model.path.is_file():
        raise Refused(_("%(version)s is not kept here any more, so it cannot be asked.") % {"version": autograde.model})
    return ask(
        kind=Study.Kind.EXPLAIN,
        performance=performance,
        asked={"autograde": autograde.pk, "start": start, "end": end},
        depends=(performance.digest, autograde.crop, autograde.model.digest, start, end),
    )


def _stretch(start: float, end: float, duration: float | None) -> tuple[float, float]:
    if duration is None or not (math.isfinite(start) and math.isfinite(end)):
        raise Refused(_("A stretch needs two moments of a recording that can be played."))
    start, end = round(max(start, 0.0), DECIMALS), round(min(end, duration), DECIMALS)
    if end - start < SHORTEST:
        raise Refused(_("A stretch lies inside the recording and lasts at least half a second."))
    return start, end


@transaction.atomic
def ask(
    *,
    kind: Study.Kind,
    performance: Performance,
    asked: dict[str, Any],
    depends: tuple[Any, ...],
    other: Performance | None = None,
) -> Study:
    """The study of this question, queued unless its answer is there; `depends` is everything the answer depends on.

    After a failure, asking again tries again.
    """
    key = json.dumps([kind, str(performance.pk), other and str(other.pk), *depends], sort_keys=True)
    study, _ = Study.objects.get_or_create(
        key=hashlib.sha256(key.encode()).hexdigest(),
        defaults={"kind": kind, "performance": performance, "other": other, "asked": asked},
    )
    if study.answer is None:
        jobs.queue(kind=Job.Kind(kind), study=study)
    return study


def explain(job_id: int) -> None:
    answer(job_id, kind=Job.Kind.EXPLAIN, work_out=_explain)


def answer(job_id: int, *, kind: Job.Kind, work_out: Callable[[Job, Study], dict[str, Any]]) -> None:
    """Claim the job, work the answer out, keep it. What `work_out` writes into the study's folder stays with it."""
    job = jobs.claim(job_id, kind=kind)
    if job is None:
        return
    study = job.study
    assert study is not None
    with jobs.attempt(job):
        found = work_out(job, study)
        with transaction.atomic():
            jobs.finish(job)
            Study.objects.filter(pk=study.pk).update(answer=found)
    if not Performance.objects.filter(pk=study.performance_id).exists():
        # Erased meanwhile: what was written since must not outlive it.
        shutil.rmtree(study.performance.folder, ignore_errors=True)


def _explain(job: Job, study: Study) -> dict[str, Any]:
    autograde = Autograde.objects.select_related("model").get(pk=study.asked["autograde"])
    jobs.report(job, "explaining", 0.1)
    found = engine.explain(
        # The frame that the grade was given for, wherever it has been moved since.
        replace(study.performance.recording, crop=autograde.crop),
        model=autograde.model.path,
        digest=autograde.model.digest,
        cache=Path(settings.FEATURES_ROOT),
        start=study.asked["start"],
        end=study.asked["end"],
        folder=folder(study),
    )
    return {
        "level": found.level,
        "whole": found.whole,
        "clips": [asdict(clip) for clip in found.clips],
        "strongest": asdict(found.strongest),
        # Where it is brightest: x and y from the upper left corner, 0 to 1; of the sound x is time, high notes on top.
        "seen": found.seen and {"moment": found.seen.moment, "brightest": found.seen.brightest},
        "heard": found.heard
        and {"start": found.heard.start, "end": found.heard.end, "brightest": found.heard.brightest},
    }


def folder(study: Study) -> Path:
    """Where the pictures of the answer lie: with the recording, so that they are erased with it."""
    return study.performance.folder / "studies" / str(study.pk)


@dataclass(frozen=True)
class Waiting:
    """What a person who asked sees."""

    state: str  # waiting, failed or ready
    sentence: str
    stalled_since: datetime | None = None


def progress(study: Study) -> Waiting:
    if study.answer is not None:
        return Waiting("ready", _("Ready."))
    job = study.job
    if job is None or job.state in {Job.State.DONE, Job.State.FAILED}:
        return Waiting("failed", _("This could not be worked out. You can ask again."))
    if job.state == Job.State.RUNNING:
        return Waiting("waiting", _("Being worked out…"))
    place = job.place
    before = ngettext("%(count)s question before this one.", "%(count)s questions before this one.", place)
    ahead = before % {"count": place} if place else _("Next in line.")
    return Waiting("waiting", ahead, house.silent_since(Job.Kind(job.kind)))
