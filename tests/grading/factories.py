"""Plain functions that make the engine room's rows, as they stand at a given point of the road."""

import hashlib
import itertools
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from grading.models import Autograde, Dataset, ModelVersion, Performance, Rating, Result, TrainingRun
from grading.services import performances

CROP = {"x": 0.0, "y": 0.1, "width": 1.0, "height": 0.8, "upside_down": False, "confidence": 0.9}
_numbers = itertools.count(1)


def make_user(name: str | None = None, **fields: Any) -> User:
    number = next(_numbers)
    return User.objects.create_user(
        f"person{number}@example.org", "correct horse", name=name or f"Person {number}", **fields
    )


def make_performance(*, player: User, state: str = Performance.State.ARRIVED, **fields: Any) -> Performance:
    number = next(_numbers)
    if state in {Performance.State.PREPARED, Performance.State.GRADED}:
        facts = {"duration": 20.0, "frame_rate": 30.0, "bit_rate": 2e6}
        fields = {"crop": CROP, "duration": 20.0, "digest": f"{number:064x}", "facts": facts} | fields
    return Performance.objects.create(player=player, piece="Petzold: Minuet in G", state=state, **fields)


def make_model(*, stage: str = "candidate", **fields: Any) -> ModelVersion:
    number = next(_numbers)
    content = f"weights {number}".encode()
    version = ModelVersion.objects.create(
        number=number,
        stage=stage,
        digest=hashlib.sha256(content).hexdigest(),
        variant="resnet18-3d+resnet18-2d",
        **fields,
    )
    settings.MODELS_ROOT.mkdir(parents=True, exist_ok=True)
    version.path.write_bytes(content)
    return version


def make_autograde(
    performance: Performance, *, level: float = 5.0, low: int = 4, high: int = 6, model: ModelVersion | None = None
) -> Autograde:
    spread = [0.02] * 10
    spread[round(level) - 1] = 0.82
    return Autograde.objects.create(
        performance=performance,
        model=model or ModelVersion.objects.filter(stage="champion").first() or make_model(stage="champion"),
        crop=performance.crop,
        crop_digest=performances.crop_digest(performance.crop),
        visual=spread,
        aural=spread,
        fused=spread,
        level=level,
        low=low,
        high=high,
        windows=[
            {"start": 0.0, "end": 10.0, "visual": level, "aural": level, "fused": level, "low": low, "high": high},
            {"start": 10.0, "end": 20.0, "visual": level, "aural": level, "fused": level, "low": low, "high": high},
        ],
        device="cpu",
        seconds=1.0,
    )


def make_labelled(player: User, *, level: int, may_train: bool = True) -> Result:
    """A recording that a teacher has rated and released, with consent."""
    performance = make_performance(player=player, state=Performance.State.GRADED, may_train=may_train)
    rating = Rating.objects.create(performance=performance, rater=make_user(), level=level, autograde_visible=False)
    return Result.objects.create(performance=performance, rating=rating, rule="teacher", released_at=timezone.now())


def make_run(*, start: ModelVersion | None = None, **fields: Any) -> TrainingRun:
    number = next(_numbers)
    dataset = Dataset.objects.create(digest=f"{number:064x}", manifest={"examples": []})
    return TrainingRun.objects.create(dataset=dataset, start=start or make_model(), **fields)
