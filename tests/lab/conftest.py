import pytest
from django.utils import timezone

from grading.models import Dataset, Example, Job, ModelVersion, TrainingRun
from tests import factories
from tests.conftest import Cast
from tests.grading.audits import MARGINS, audit


def figure(value: float, low: float | None = None, high: float | None = None) -> dict:
    return {"value": value, "low": low, "high": high}


def outcome(mae: float) -> dict:
    return {
        "exact": figure(0.4, 0.3, 0.5),
        "within_one": figure(0.87, 0.8, 0.93),
        "mae": figure(mae, mae - 0.2, mae + 0.2),
        "qwk": figure(0.8, 0.7, 0.9),
        "spearman": figure(0.82, None, None),
    }


def difference(candidate: float, champion: float, low: float | None, high: float | None) -> dict:
    gap = candidate - champion
    return {"candidate": candidate, "champion": champion, "difference": gap, "low": low, "high": high}


def report(**fields) -> dict:
    """As `ml.report.Report.to_json` writes it."""
    example = {"id": "a", "player": "1", "piece": "Petzold: Minuet", "visual": 5.0, "aural": 6.0}
    return {
        "performances": 24,
        "players": 8,
        "branches": {"visual": outcome(1.1), "aural": outcome(1.0), "fused": outcome(0.7)},
        "controls": {"majority": outcome(2.4), "metadata": outcome(2.2), "shuffled_visual": outcome(1.5)},
        "calibration_error": 0.08,
        "coverage": 0.88,
        "promised": 0.9,
        "interval_width": 3.1,
        "comparison": {
            "exact": difference(0.4, 0.3, -0.05, 0.25),
            "within_one": difference(0.87, 0.7, 0.05, 0.3),
            "mae": difference(0.7, 1.1, -0.6, -0.2),
            "qwk": difference(0.8, 0.7, None, None),
        },
        "examples": [
            {**example, "level": 5.0, "fused": 5.4, "low": 4, "high": 6},
            {**example, "level": 9.0, "fused": 6.2, "low": 5, "high": 7},
        ],
        "counts": {"audit": {"performances": 24, "players": 8}},
        "flags": ["Only 24 recordings of 8 players were audited: the figures are rough."],
        "grades": {},
    } | fields


def group(name: str, mae: float, performances: int = 8, width: float | None = 0.2) -> dict:
    low, high = (None, None) if width is None else (mae - width, mae + width)
    return {
        "name": name,
        "performances": performances,
        "players": 6,
        "mae": figure(mae, low, high),
        "bias": 0.25 - mae,
    }


def with_drawings(report: dict) -> dict:
    """The same report as it is written today, with all that there are drawings of."""
    return report | {
        "margins": {"visual": figure(-0.4, -0.6, -0.2), "metadata": figure(-1.5, -1.9, -1.1)},
        "reliability": [
            {"low": 0.3, "high": 0.4, "performances": 16, "sure": 0.36, "right": figure(0.25, 0.1, 0.5)},
            {"low": 0.9, "high": 1.0, "performances": 8, "sure": 0.95, "right": figure(1.0, 0.7, 1.0)},
        ],
        "groups": {
            "level": [group("5", 0.5), group("9", 1.9, 3, None)],
            "piece": [group("Satie: Gymnopédie no. 1", 1.4), group("Petzold: Minuet", 0.3)],
            "player": [group(f"someone-{row}", 2.0 - row / 10, 3, None) for row in range(14)],
        },
        "learning": [
            {"players": players, "performances": players * 4.0, "draws": 3, "mae": figure(mae, mae - 0.2, mae + 0.2),
             "qwk": figure(0.8)}
            for players, mae in ((0, 1.6), (5, 1.0), (10, 0.7))
        ],
    }  # fmt: skip


@pytest.fixture
def champion(db: None, house) -> ModelVersion:
    return factories.model(champion=True, starter=True, card="# Starter")


@pytest.fixture
def run(cast: Cast, champion: ModelVersion) -> TrainingRun:
    """A finished training on one labelled recording."""
    performance = factories.performance(player=cast.student, may_train=True)
    released = factories.result(performance, rater=cast.teacher)
    dataset = Dataset.objects.create(digest="d" * 64, manifest={"examples": []}, created_by=cast.admin)
    Example.objects.create(dataset=dataset, performance=performance, rating=released.rating, level=7, part="train")
    history = [
        {"epoch": epoch, "epochs": 2, "loss": 2.0 / epoch, "mae": 1.0, "qwk": None, "eta": 3.0} for epoch in (1, 2)
    ]
    made = TrainingRun.objects.create(
        dataset=dataset,
        start=champion,
        started_by=cast.admin,
        history=history,
        log="begun\n",
        config={"depth": "heads"},
    )
    Job.objects.create(kind=Job.Kind.TRAIN, training_run=made, state=Job.State.DONE, ended_at=timezone.now())
    return made


@pytest.fixture
def candidate(run: TrainingRun) -> ModelVersion:
    audited = {"against": run.start.digest, "examples": audit(candidate=0.6, champion=1.3), "margins": MARGINS}
    version = factories.model(run=run, report=report(**audited), card="# A card")
    return on_disk(version)


def on_disk(version: ModelVersion) -> ModelVersion:
    """A file whose digest is the registered one."""
    import hashlib

    content = f"weights of {version.number}".encode()
    version.digest = hashlib.sha256(content).hexdigest()
    version.save(update_fields=("digest",))
    version.path.parent.mkdir(parents=True, exist_ok=True)
    version.path.write_bytes(content)
    return version
