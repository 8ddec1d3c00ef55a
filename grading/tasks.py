"""Ids in, one service call, nothing else. Every task may run twice."""

from .queues import gpu_task, house_task, media_task, training_task
from .services import (
    alignments,
    bundles,
    calibrations,
    monitoring,
    performances,
    reduction,
    shadows,
    storage,
    studies,
    sweeper,
    training,
)
from .services import spoken as spoken_remarks


@media_task
def prepare(job_id: int) -> None:
    performances.prepare(job_id)


@media_task
def spoken(job_id: int) -> None:
    spoken_remarks.make_playable(job_id)


@media_task
def align(job_id: int) -> None:
    alignments.align(job_id)


@media_task
def reduce(job_id: int) -> None:
    reduction.reduce(job_id)


@media_task
def bundle(job_id: int) -> None:
    bundles.carry(job_id)


@gpu_task
def grade(job_id: int) -> None:
    performances.grade(job_id)


@gpu_task
def shadow(job_id: int) -> None:
    shadows.grade_along(job_id)


@gpu_task
def explain(job_id: int) -> None:
    studies.explain(job_id)


@training_task
def train(job_id: int) -> None:
    training.run(job_id)


@house_task
def sweep() -> None:
    sweeper.sweep()


@house_task
def clear_leftovers() -> None:
    storage.clear_leftovers()


@house_task
def look_after_bundles() -> None:
    bundles.look_after()


@house_task
def consider_retraining() -> None:
    training.consider()


@house_task
def consider_recalibrating() -> None:
    calibrations.consider()


@house_task
def watch() -> None:
    monitoring.examine()
