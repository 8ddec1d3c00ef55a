"""Two recordings side by side, in step once a worker has answered: for the student's own page and the teachers'.

No grade of the model stands on these pages, so that a recording which is to be rated blind stays so.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from grading.models import Performance, Study
from grading.services import alignments, studies

from .models import Submission

ROWS = 30  # of the table of tempi, at most


@dataclass(frozen=True)
class Beside:
    """A recording that may be laid beside another one, and what people say of it."""

    performance: Performance
    submission: Submission

    @property
    def name(self) -> str:
        return _("Attempt %(number)s") % {"number": self.submission.attempt}

    @property
    def link(self) -> str:
        """What leads to it, after 'Compare with'."""
        return _("attempt %(number)s") % {"number": self.submission.attempt}


@dataclass(frozen=True)
class Pair:
    """Two of a student's own recordings of a piece."""

    one: Submission
    other: Submission | None  # None where there is no other
    choice: list[Submission]  # all that `one` can be laid beside, the newest first


def beside(submission: Submission) -> Beside:
    return Beside(submission.performance, submission)


def addresses(one: Submission, other: Submission) -> tuple[str, str]:
    """Of the student's page of two, and of how far it is."""
    here, step = (reverse(f"submissions:{name}", args=[one.pk]) for name in ("compare", "compare_step"))
    return f"{here}?with={other.pk}", f"{step}?with={other.pk}"


def duet(submission: Submission, beside: Beside, *, here: str, step: str) -> dict[str, Any]:
    """What the page of two recordings shows; `here` is its address, `step` the one that says how far it is."""
    study = alignments.find(performance=submission.performance, other=beside.performance)
    answer: dict[str, Any] = (study.answer if study else None) or {}
    return {
        "submission": submission,
        "performance": submission.performance,
        "result": getattr(submission.performance, "result", None),
        "this": Beside(submission.performance, submission),
        "beside": beside,
        "tempo": _table(answer) if answer and answer["tempo"]["one"] else None,
        "answer": answer,
        "page": {
            "lengths": [submission.performance.duration, beside.performance.duration],
            "pairs": answer.get("pairs", []),
            "waits": answer.get("waits", []),
            "tempo": answer.get("tempo"),
            "inStep": bool(answer) and not answer["poor"],
            "keys": [],
            "chosen": {},
        },
    } | waiting(study, here=here, step=step)


def waiting(study: Study | None, *, here: str, step: str) -> dict[str, Any]:
    """What the part says that stands where the tempo will be."""
    job = study.job if study else None
    return {
        "fraction": job.fraction if job else 0.0,
        "waiting": studies.progress(study) if study else None,
        "here": here,
        "step": step,
    }


def _table(answer: dict[str, Any]) -> dict[str, Any]:
    """Both tempi at the same moments of the music, some thirty lines of them."""
    here, there = answer["tempo"]["one"], answer["tempo"]["other"]
    every = -(-len(here) // ROWS)
    return {
        "in_beats": answer["tempo"]["unit"] == "bpm",
        "average": [sum(value for _at, value in curve) / len(curve) if curve else None for curve in (here, there)],
        "rows": [
            (at, value, other, _nearest(there, other))
            for at, value in here[::every]
            for other in (_there(answer["pairs"], at),)
        ],
    }


def _there(pairs: Sequence[Sequence[float]], at: float) -> float:
    """The same moment in the other recording, on the line between two pairs."""
    index = min(max(bisect_left(pairs, at, key=lambda pair: pair[0]), 1), len(pairs) - 1)
    (before, one), (after, other) = pairs[index - 1], pairs[index]
    share = (at - before) / (after - before) if after > before else 0.0
    return one + share * (other - one)


def _nearest(curve: Sequence[Sequence[float]], at: float) -> float | None:
    """The tempo within a second of a moment."""
    moment, value = min(curve, key=lambda point: abs(point[0] - at), default=(at + 9, 0.0))
    return value if abs(moment - at) <= 1 else None
