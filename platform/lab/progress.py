"""What a person watching a training sees of it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.models import Job, TrainingRun
from grading.services import training

from .recipe_words import machine_of

LOG_LINES = 200
STAGES = {
    "": gettext_lazy("Starting…"),
    "features": gettext_lazy("Reading the recordings…"),
    "training": gettext_lazy("Learning…"),
    "judging": gettext_lazy("Judging the candidate beside the champion…"),
    "comparing": gettext_lazy("Asking the candidate about every recording…"),
}


@dataclass(frozen=True)
class RunProgress:
    state: str
    sentence: str
    fraction: float
    # Seconds to the end as the newest epoch foresaw them; None where nobody can tell.
    eta: float | None
    # [{"epoch", "epochs", "loss", "mae", "qwk", "eta", …}], one per epoch
    history: list[dict[str, Any]]
    log: str
    over: bool
    candidate: str | None
    # Whether it ended before its time and can be taken up again.
    resumable: bool
    # Name and value of what it runs on; empty before a worker has begun.
    machine: list[tuple[str, str]]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def newest(self) -> dict[str, Any]:
        return self.history[-1] if self.history else {}


def progress_of(run: TrainingRun) -> RunProgress:
    """`run` comes with its jobs and its candidate, as `get_run` fetches it."""
    job, candidate = run.job, getattr(run, "candidate", None)
    state = job.state if job else Job.State.FAILED
    running = state == Job.State.RUNNING
    newest = run.history[-1] if run.history else {}
    return RunProgress(
        state=state,
        sentence=_sentence(job, candidate),
        fraction=_fraction(job),
        eta=newest.get("eta") if running and job and job.stage == "training" else None,
        history=run.history,
        log="\n".join(run.log.splitlines()[-LOG_LINES:]),
        over=state not in Job.OPEN,
        candidate=reverse("lab:model", args=[candidate.number]) if candidate else None,
        resumable=training.may_go_on(run),
        machine=[(fact.name, fact.value) for fact in machine_of(run)],
    )


def _fraction(job: Job | None) -> float:
    if job is None or job.state == Job.State.QUEUED:
        return 0.0
    return 1.0 if job.state == Job.State.DONE else job.fraction


def _sentence(job: Job | None, candidate: Any) -> str:
    if job is None:
        return _("This training has no job; it was never queued.")
    if job.state == Job.State.QUEUED:
        return _("Waiting for a training worker.") if not job.attempt else _("Waiting to go on after a break.")
    if job.state == Job.State.RUNNING:
        return str(STAGES.get(job.stage, f"{job.stage}…"))
    if job.state == Job.State.FAILED:
        return job.error or _("It ended with an error; the log says more.")
    if candidate:
        return _("Finished: it gave %(version)s.") % {"version": candidate}
    return _("Finished: it gave a version that was there already.")
