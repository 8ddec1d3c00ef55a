"""The school of the run, and what the database says of it. Import only after the settings are named."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from courses.models import Enrolment
from grading.models import Autograde, Job, Performance
from grading.services import registry
from ml import checkpoint
from ml.models.variants import variant
from ml.preparation import Preparation
from submissions.models import Submission
from tests import factories

from .students import Student


def champion(var: Path) -> None:
    """A small network that has learned nothing: this run asks whether there is a grade, not which."""
    path = var / "chaos.safetensors"
    shape = variant("resnet18-3d+resnet18-2d", width=8, aural_width=8)
    checkpoint.save(*checkpoint.new(shape, Preparation(resize=(120, 120)), seed=1), path)
    version = registry.register(checkpoint=path, variant="resnet18-3d+resnet18-2d", report={}, card="", starter=True)
    registry.promote(version=version, by=None, reason="For the chaos run.")


def students(count: int, port: int) -> list[Student]:
    course = factories.course()
    assignment = factories.assignment(course=course)
    people = [factories.user() for _ in range(count)]
    signed_in = []
    for person in people:
        factories.enrol(course, person, Enrolment.Role.STUDENT)
        client = Client()
        client.force_login(person)
        signed_in.append(Student(person.email, port, client.cookies["sessionid"].value, assignment.pk))
    return signed_in


@dataclass(frozen=True)
class Standing:
    """What became of the submissions."""

    submissions: int
    graded: int
    grades: tuple[int, ...]  # autogrades per performance
    done: tuple[int, ...]  # finished jobs per performance and kind
    failed: tuple[str, ...]
    open_jobs: int
    attempts: int

    def sentence(self) -> str:
        return (
            f"{self.submissions} submissions: {self.graded} graded, {self.open_jobs} jobs open, "
            f"{len(self.failed)} failed, {self.attempts} attempts"
        )

    def right(self, wanted: int) -> bool:
        """Everything that was handed in is there, graded, and once."""
        once = set(self.grades) == set(self.done) == {1}
        return self.submissions == self.graded == len(self.grades) == wanted and once and not self.failed

    def settled(self, wanted: int) -> bool:
        return self.submissions >= wanted and not self.open_jobs


def standing() -> Standing:
    performances = Performance.objects.filter(submission__isnull=False)
    jobs = Job.objects.filter(performance__in=performances)
    done = Counter(jobs.filter(state=Job.State.DONE).values_list("performance", "kind"))
    return Standing(
        submissions=Submission.objects.count(),
        graded=performances.filter(state=Performance.State.GRADED).count(),
        grades=tuple(Counter(Autograde.objects.values_list("performance", flat=True)).values()),
        done=tuple(done.values()),
        failed=tuple(jobs.filter(state=Job.State.FAILED).values_list("error", flat=True)),
        open_jobs=jobs.filter(state__in=Job.OPEN).count(),
        attempts=sum(jobs.values_list("attempt", flat=True)),
    )
