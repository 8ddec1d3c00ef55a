"""Start a training from the command line and follow it; a training worker of the running site carries it out."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grading.models import Dataset, Job, TrainingRun
from grading.services import training

LOOK_S = 1.0


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dataset", type=int, help="number of a snapshot; without it the present labels are frozen"
        )
        parser.add_argument("--epochs", type=int, help="how often to go through the labels")
        parser.add_argument("--no-wait", action="store_true", help="start it and leave")

    def handle(self, *args: Any, dataset: int | None, epochs: int | None, no_wait: bool, **options: Any) -> None:
        for condition in training.preconditions():
            self.stdout.write(f"  {'ok' if condition.met else '--'}  {condition.sentence}")
        try:
            chosen = Dataset.objects.get(pk=dataset) if dataset else None
            run = training.start(by=None, dataset=chosen, config={"epochs": epochs} if epochs else None)
        except Dataset.DoesNotExist:
            raise CommandError(f"There is no snapshot {dataset}.") from None
        except training.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{run} is queued, on snapshot {run.dataset_id}.")
        if not no_wait:
            self._follow(run)

    def _follow(self, run: TrainingRun) -> None:
        shown = 0
        while True:
            run = TrainingRun.objects.get(pk=run.pk)
            job = run.job
            self.stdout.write(run.log[shown:], ending="")
            shown = len(run.log)
            if job is None or job.state == Job.State.FAILED:
                raise CommandError(job.error if job else "The training has no job any more.")
            if job.state == Job.State.DONE and "is a candidate" in run.log:
                return
            time.sleep(LOOK_S)
