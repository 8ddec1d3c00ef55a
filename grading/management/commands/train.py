"""Start a training from the command line and follow it; a training worker of the running site carries it out."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grading.models import Dataset, Job, TrainingRun
from grading.services import preconditions, recipes, training
from grading.services.preconditions import State

LOOK_S = 1.0
SIGNS = {State.MET: "ok", State.WARN: " !", State.MISSING: "--"}
CHOICES = {
    "epochs": "how often to go through the labels",
    "seed": "of every draw; the same seed gives the same model",
    "batch": "recordings of one step",
    "accumulate": "pieces that a step is divided into where the memory is small (whole)",
    "clips": "drawn from a recording for one step (whole)",
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dataset", type=int, help="number of a snapshot; without it the present labels are frozen"
        )
        parser.add_argument("--depth", choices=recipes.DEPTHS, default=recipes.HEADS, help="what learns")
        for name, says in CHOICES.items():
            parser.add_argument(f"--{name}", type=int, help=says)
        parser.add_argument("--no-wait", action="store_true", help="start it and leave")

    def handle(self, *args: Any, dataset: int | None, depth: str, no_wait: bool, **options: Any) -> None:
        chosen = Dataset.objects.filter(pk=dataset).first() if dataset else None
        if dataset and chosen is None:
            raise CommandError(f"There is no snapshot {dataset}.")
        for condition in preconditions.preconditions(depth=depth, dataset=chosen):
            self.stdout.write(f"  {SIGNS[condition.state]}  {condition.sentence}")
        config = {name: options[name] for name in CHOICES if options[name] is not None}
        try:
            run = training.start(
                by=None, dataset=chosen, config={"depth": depth, **config}, origin=training.Origin.COMMAND
            )
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
            if job.state == Job.State.DONE and run.log.rstrip().endswith("is a candidate."):
                return
            time.sleep(LOOK_S)
