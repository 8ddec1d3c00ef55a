"""The engine room's rows that need more than one line to stand."""

import hashlib
import itertools
from typing import Any

from django.utils import timezone

from accounts.models import User
from grading.models import Dataset, ModelVersion, Performance, Rating, Result, Rubric, TrainingRun
from tests import factories

_numbers = itertools.count(1)


def model_with_file(*, champion: bool = False, **fields: Any) -> ModelVersion:
    """A registered version whose file is there and whose digest fits it."""
    content = f"weights of file {next(_numbers)}".encode()
    version = factories.model(champion=champion, digest=hashlib.sha256(content).hexdigest(), **fields)
    version.path.parent.mkdir(parents=True, exist_ok=True)
    version.path.write_bytes(content)
    return version


def labelled(player: User, *, level: int, may_train: bool = True) -> Result:
    """A recording that a teacher has rated and released, with consent."""
    performance = factories.performance(player=player, state=Performance.State.GRADED, may_train=may_train)
    rating = Rating.objects.create(
        performance=performance, rater=factories.user(), level=level, autograde_visible=False
    )
    return Result.objects.create(performance=performance, rating=rating, rule="teacher", released_at=timezone.now())


def run(*, start: ModelVersion | None = None, rubric: Rubric | None = None, **fields: Any) -> TrainingRun:
    dataset = Dataset.objects.create(digest=f"{next(_numbers):064x}", manifest={"examples": []}, rubric=rubric)
    return TrainingRun.objects.create(dataset=dataset, start=start or factories.model(), **fields)
