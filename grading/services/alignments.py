"""Two performances in step: asked once for a pair, worked out by a media worker, erased with either."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from grading import engine
from grading.models import Job, Performance, Study

from . import jobs, studies

VERSION = 1  # rises with every change of ml.align that changes an answer
# Of ml's ten pairs a second two are kept. On held-out generated players that left the median error as it was and took
# the 95th percentile from 74 to 132 ms (docs/decisions.md).
EVERY = 5


def ask_align(*, performance: Performance, other: Performance) -> Study:
    """Which second of `other` is which of `performance`, and the tempo of both."""
    for playing in (performance, other):
        if not playing.is_playable:
            raise studies.Refused(_("Both recordings must be prepared before they can be put in step."))
    if performance.pk == other.pk:
        raise studies.Refused(_("A recording is in step with itself."))
    asked = _asked(performance, other)
    return studies.ask(
        kind=Study.Kind.ALIGN, performance=performance, other=other, asked=asked, depends=tuple(asked.values())
    )


def find(*, performance: Performance, other: Performance) -> Study | None:
    """The study of this pair, if somebody has asked; by the way of aligning that is in use now."""
    return Study.objects.filter(
        kind=Study.Kind.ALIGN, performance=performance, other=other, asked=_asked(performance, other)
    ).first()


def _asked(performance: Performance, other: Performance) -> dict[str, Any]:
    return {"version": VERSION, "one": performance.digest, "other": other.digest}


def align(job_id: int) -> None:
    studies.answer(job_id, kind=Job.Kind.ALIGN, work_out=_align)


def _align(job: Job, study: Study) -> dict[str, Any]:
    assert study.other is not None
    found = engine.align(
        study.performance.recording.proxy,
        study.other.recording.proxy,
        progress=lambda fraction: jobs.report(job, "aligning", fraction),
    )
    pairs = list(zip(found.one, found.other, strict=True))
    return {
        "pairs": pairs[:-1:EVERY] + pairs[-1:],
        "tempo": asdict(found.tempo),
        "waits": [asdict(wait) for wait in found.waits],
        "alike": round(found.alike, 3),
        "covered": round(found.covered, 3),
        "poor": found.is_poor,
    }
