"""Runs that learn from a snapshot: started, carried out, stopped, taken up again."""

import logging
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grading import engine
from grading.models import Dataset, Job, Performance, PlayerPart, RetrainingPolicy, Rubric, TrainingRun
from grading.people import User

from . import datasets, groups, jobs, performances, recipes, registry, schedule
from .preconditions import open_runs, preconditions

logger = logging.getLogger(__name__)

Origin = TrainingRun.Origin


class Refused(ValueError):
    """Why a training cannot start."""


@transaction.atomic
def start(
    *,
    by: User | None,
    dataset: Dataset | None = None,
    config: dict[str, Any] | None = None,
    origin: TrainingRun.Origin = Origin.LAB,
    rubric: Rubric | None = None,
) -> TrainingRun:
    """Freeze the labels where no snapshot is given, and queue a run that starts from the champion.

    Raises Refused with every precondition that is missing.
    """
    _one_at_a_time()
    try:
        chosen = recipes.recipe(config or {})
        missing = [
            condition.sentence
            for condition in preconditions(depth=chosen["depth"], dataset=dataset, rubric=rubric)
            if not condition.met
        ]
        if missing:
            raise Refused(" ".join(missing))
        dataset = dataset or datasets.freeze(by=by, rubric=rubric)
    except (datasets.NotEnough, recipes.RecipeError) as refusal:
        raise Refused(str(refusal)) from refusal
    champion = registry.champion(dataset.rubric)
    assert champion is not None
    run = TrainingRun.objects.create(dataset=dataset, start=champion, config=chosen, origin=origin, started_by=by)
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


@transaction.atomic
def go_on(*, run: TrainingRun) -> TrainingRun:
    """Take a run that was stopped or has failed up again, from its last checkpoint; the config stays as it was."""
    _one_at_a_time()
    if not may_go_on(run):
        raise Refused(_("Nothing is kept of this training to go on from. Start a new one."))
    if open_runs():
        raise Refused(_("A training is under way. Wait for it or stop it first."))
    _log(run, "Taken up again.")
    jobs.queue(kind=Job.Kind.TRAIN, training_run=run)
    return run


def may_go_on(run: TrainingRun) -> bool:
    """Whether it ended before its time, and what it had learned is still kept, or it had not begun to learn."""
    job = run.job
    return job is not None and job.state == Job.State.FAILED and (not run.history or work_of(run.pk).is_dir())


def _one_at_a_time() -> None:
    """Two who press at the same moment are one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clavier.training'))")


def work_of(run: int) -> Path:
    """Where a run keeps its checkpoints and what it unpacked; gone when it is done (storage.clear_leftovers)."""
    return Path(settings.VAR) / "training" / str(run)


def run(job_id: int) -> None:
    """Read the snapshot, train, register the candidate and judge it beside the champion."""
    job = jobs.claim(job_id, kind=Job.Kind.TRAIN)
    if job is None:
        return
    run = job.training_run
    assert run is not None
    with jobs.attempt(job):
        try:
            _carry_out(job, run)
        except engine.CannotTrain as refusal:
            _log(run, str(refusal))
            jobs.fail(job, str(refusal))


def _carry_out(job: Job, run: TrainingRun) -> None:
    work = work_of(run.pk)
    work.mkdir(parents=True, exist_ok=True)
    if job.attempt > 1:
        _log(run, f"Attempt {job.attempt}: going on from the last checkpoint.")
    _sign(run)
    examples = _examples(job, run)
    outcome = engine.train(
        examples,
        start=run.start.path,
        out=work / "candidate.safetensors",
        config=run.config,
        processes=run.hardware["processes"],
        on_progress=lambda progress: _tell(job, run, progress),
    )
    jobs.report(job, "judging", 0.95)
    champion = registry.champion(run.dataset.rubric) or run.start
    report = engine.evaluate(examples, model=outcome.checkpoint, against=champion.path, start=run.start.path).to_json()
    report["grades"] = _grades(job, outcome.checkpoint)
    with transaction.atomic():
        jobs.finish(job)
        version = registry.register(
            checkpoint=outcome.checkpoint,
            variant=run.start.variant,
            report=report,
            card=f"Its weights are those of epoch {outcome.best_epoch}, the best on the validation part.\n",
            run=run,
        )
    _log(run, f"{version} is a candidate.")
    shutil.rmtree(work, ignore_errors=True)


def _sign(run: TrainingRun) -> None:
    """Write down by which code, on what, and with which settings in full; where it goes on, say what changed since."""
    code, machine = engine.code_version(), engine.machine()
    processes = machine["gpus"] if run.config["depth"] == recipes.WHOLE and machine["gpus"] > 1 else 1
    config = engine.full_config(run.config)
    hardware = {**machine, "processes": processes, "precision": config["precision"]}
    if run.code_version and run.code_version != code:
        _log(run, f"The program has changed since it began: {run.code_version} then, {code} now.")
    if run.hardware and run.hardware != hardware:
        _log(run, f"It goes on elsewhere: on {run.hardware['device']} then, on {hardware['device']} now.")
    run.code_version, run.hardware, run.config = code, hardware, config
    run.save(update_fields=("code_version", "hardware", "config"))
    _log(run, f"{processes} process of {hardware['device']}, torch {hardware['torch']}, code {code}.")


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


def consider() -> TrainingRun | None:
    """What the schedule does: train when the policy asks for it (`why_not_yet` says why it does not)."""
    policy = RetrainingPolicy.current()
    if open_runs() or not schedule.due(policy).now:
        return None
    try:
        run = start(by=None, origin=Origin.SCHEDULE)
    except Refused as refusal:
        logger.warning("The schedule could not start a training: %s", refusal)
        return None
    if schedule.is_the_day(policy):
        RetrainingPolicy.objects.filter(pk=policy.pk, on_date=policy.on_date).update(on_date=None)
    return run
