"""Runs that learn from a snapshot: started, carried out, stopped, and started by the house itself."""

import logging
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grading import engine
from grading.models import Dataset, Job, Performance, PlayerPart, RetrainingPolicy, TrainingRun
from grading.people import User

from . import datasets, groups, house, jobs, performances, registry

logger = logging.getLogger(__name__)

DISK_BYTES = 2 * 1024**3
DEFAULTS: dict[str, Any] = {"depth": "heads", "epochs": 60, "seed": 1}


class Refused(ValueError):
    """Why a training cannot start."""


@dataclass(frozen=True)
class Precondition:
    name: str
    met: bool
    sentence: str


def preconditions() -> list[Precondition]:
    """What a training needs, said before anyone presses the button."""
    labels, champion = datasets.labels(), registry.champion()
    free = shutil.disk_usage(settings.VAR).free
    silent = house.silent_since(Job.Kind.TRAIN)
    running = open_runs()
    return [
        Precondition(
            "labels",
            labels.consenting >= datasets.FEWEST_LABELS and labels.players >= datasets.FEWEST_PLAYERS,
            _labels_said(labels),
        ),
        Precondition(
            "start",
            champion is not None,
            _("%(version)s to start from") % {"version": champion} if champion else _("No model to start from"),
        ),
        Precondition(
            "disk", free > DISK_BYTES, _("%(free)s GB of disk free (2 are needed)") % {"free": f"{free / 1024**3:.0f}"}
        ),
        Precondition(
            "worker",
            silent is None,
            _("A training worker is there") if silent is None else _silence_said(silent),
        ),
        Precondition(
            "alone",
            not running,
            _("%(run)s is under way") % {"run": running[0]} if running else _("No other training is under way"),
        ),
    ]


def _labels_said(labels: datasets.Labels) -> str:
    said = _(
        "%(ratings)s released ratings of %(players)s students who agreed to training (at least %(fewest)s, of %(few)s "
        "students, are needed)"
    )
    told = {"ratings": labels.consenting, "players": labels.players}
    return said % (told | {"fewest": datasets.FEWEST_LABELS, "few": datasets.FEWEST_PLAYERS})


def _silence_said(silent: datetime) -> str:
    return _("No training worker since %(time)s") % {"time": date_format(timezone.localtime(silent), "TIME_FORMAT")}


def open_runs() -> list[TrainingRun]:
    return list(TrainingRun.objects.filter(jobs__state__in=Job.OPEN))


@transaction.atomic
def start(*, by: User | None, dataset: Dataset | None = None, config: dict[str, Any] | None = None) -> TrainingRun:
    """Freeze the labels where no snapshot is given, and queue a run that starts from the champion."""
    champion = registry.champion()
    if champion is None:
        raise Refused(_("There is no champion to start from. Promote a version first."))
    if open_runs():
        raise Refused(_("A training is under way. Wait for it or stop it first."))
    try:
        dataset = dataset or datasets.freeze(by=by)
    except datasets.NotEnough as shortage:
        raise Refused(str(shortage)) from shortage
    run = TrainingRun.objects.create(dataset=dataset, start=champion, config=DEFAULTS | (config or {}), started_by=by)
    jobs.queue(kind=Job.Kind.TRAIN, training_run=run)
    return run


@transaction.atomic
def stop(*, run: TrainingRun, by: User | None) -> TrainingRun:
    """End a run that is queued or under way; the worker notices at its next report. Nothing was promoted."""
    ended = Job.objects.filter(training_run=run, state__in=Job.OPEN).update(
        state=Job.State.FAILED,
        token=None,
        error=_("Stopped by %(who)s.") % {"who": by or _("the house")},
        ended_at=timezone.now(),
    )
    if not ended:
        raise Refused(_("This training has ended already."))
    return run


def run(job_id: int) -> None:
    """Read the snapshot, train, register the candidate and judge it beside the champion."""
    job = jobs.claim(job_id, kind=Job.Kind.TRAIN)
    if job is None:
        return
    run = job.training_run
    assert run is not None
    work = Path(settings.VAR) / "training" / str(run.pk)
    with jobs.attempt(job):
        work.mkdir(parents=True, exist_ok=True)
        if job.attempt > 1:
            _log(run, f"Attempt {job.attempt}: going on from the last checkpoint.")
        examples = _examples(job, run)
        outcome = engine.train(
            examples,
            start=run.start.path,
            out=work / "candidate.safetensors",
            config=run.config,
            on_progress=lambda progress: _tell(job, run, progress),
        )
        jobs.report(job, "judging", 0.95)
        champion = registry.champion() or run.start
        report = engine.evaluate(
            examples, model=outcome.checkpoint, against=champion.path, start=run.start.path
        ).to_json()
        report["grades"] = _grades(job, outcome.checkpoint)
        with transaction.atomic():
            jobs.finish(job)
            version = registry.register(
                checkpoint=outcome.checkpoint,
                variant=run.start.variant,
                report=report,
                card=_card(run, outcome),
                run=run,
            )
        _log(run, f"{version} is a candidate.")
        shutil.rmtree(work, ignore_errors=True)


def _examples(job: Job, run: TrainingRun) -> list[Any]:
    """The snapshot's examples with their clip features, computed where the cache lacks them."""
    rows = [(row, row.performance) for row in run.dataset.examples.select_related("performance").order_by("pk")]
    kept = [(row, performance) for row, performance in rows if performance is not None and performance.may_train]
    if len(kept) < len(rows):
        _log(run, f"{len(rows) - len(kept)} recordings left out: erased, or consent withdrawn, since the snapshot.")
    examples = []
    shared = groups.groups_of(performance for _row, performance in kept)
    for done, (row, performance) in enumerate(kept):
        jobs.report(job, "features", 0.3 * done / len(kept))
        path = _features(run, performance)
        if path is None:
            _log(run, f"Recording {performance.pk} left out: only its features are kept, and not those of this model.")
            continue
        examples.append(
            engine.labelled(
                performance.recording,
                id=str(performance.pk),
                features=path,
                level=row.level,
                target=tuple(row.target) if row.target else None,
                weight=row.weight,
                player=str(performance.player_id),
                piece=performance.piece,
                split=row.part,
                metadata=metadata(performance.recording.crop, performance.facts),
                groups=shared[performance.pk],
            )
        )
    _log(run, f"{len(examples)} recordings read: " + _counts(examples))
    return examples


def _features(run: TrainingRun, performance: Performance) -> Path | None:
    """The file of clip features; None where they would have to be computed of a film that is not kept any more."""
    try:
        return engine.features(
            performance.recording, model=run.start.path, digest=run.start.digest, cache=Path(settings.FEATURES_ROOT)
        )
    except FileNotFoundError:
        if performance.reduced_at is None:
            raise
        return None


def _grades(job: Job, checkpoint: Path) -> dict[str, float]:
    """What the candidate would say of every recording that a model may grade: what a promotion would change."""
    digest = registry.file_digest(checkpoint)
    levels = {}
    for performance in Performance.objects.filter(state=Performance.State.GRADED, may_grade=True):
        jobs.report(job, "comparing", 0.97)
        try:
            given = performances.ask(performance=performance, model=checkpoint, digest=digest)
        except FileNotFoundError:
            if performance.reduced_at is None:
                raise
            continue  # its film is not kept, and this model has other backbones
        levels[str(performance.pk)] = given.level
    return levels


def metadata(crop: dict[str, Any], facts: dict[str, Any]) -> dict[str, float]:
    """What is known without a pixel or a sound: the controls of every report learn from this alone."""
    return {
        **{key: float(crop[key]) for key in ("x", "y", "width", "height")},
        **{key: float(facts.get(key) or 0.0) for key in ("duration", "frame_rate", "bit_rate")},
    }


def _counts(examples: list[Any]) -> str:
    return ", ".join(f"{sum(e.split == part for e in examples)} for {part.label}" for part in PlayerPart.Part)


def _tell(job: Job, run: TrainingRun, progress: Any) -> None:
    jobs.report(job, "training", 0.3 + 0.6 * progress.epoch / progress.epochs)
    entry = asdict(progress)
    line = entry.pop("line", "")
    kept = [past for past in run.history if past["epoch"] < progress.epoch]
    run.history = [*kept, entry]
    run.save(update_fields=("history",))
    if line:
        _log(run, line)


def _log(run: TrainingRun, line: str) -> None:
    run.log += f"{timezone.now():%H:%M:%S} {line}\n"
    run.save(update_fields=("log",))


def _card(run: TrainingRun, outcome: Any) -> str:
    counts = _counts_of(run.dataset)
    return (
        f"# A model trained by this school\n\n"
        f"- Started from: {run.start} ({run.start.digest[:12]}), {run.start.variant}\n"
        f"- Learned from: snapshot {run.dataset.digest[:12]}, {counts}\n"
        f"- Recipe: {', '.join(f'{key} {value}' for key, value in sorted(run.config.items()))}\n"
        f"- Best epoch: {outcome.best_epoch}\n\n"
        "Its figures, with intervals and controls, are in the report beside this card. It judges recordings like those "
        "it has learned from; of other pianos, rooms and cameras nothing is known.\n"
    )


def _counts_of(dataset: Dataset) -> str:
    return ", ".join(f"{dataset.examples.filter(part=part).count()} for {part.label}" for part in PlayerPart.Part)


def consider() -> TrainingRun | None:
    """What the schedule does: train when the policy asks for it. Says in the log why not, where it does not."""
    policy = RetrainingPolicy.current()
    if not policy.enabled or open_runs():
        return None
    newest = TrainingRun.objects.first()
    if newest and timezone.now() - newest.created_at < timedelta(hours=policy.every_hours):
        return None
    if datasets.labels().new < policy.min_new_labels:
        return None
    try:
        return start(by=None)
    except Refused as refusal:
        logger.warning("The schedule could not start a training: %s", refusal)
        return None
