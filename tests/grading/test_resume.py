"""A training that was broken off goes on from its last checkpoint, and ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from django.utils import timezone

from grading import engine
from grading.models import Job, TrainingRun
from grading.services import registry, storage, sweeper, training
from ml import checkpoint, features_store
from ml.features_store import ClipFeatures
from ml.media.facts import Crop
from ml.models.variants import variant
from ml.preparation import Preparation
from tests import factories, web
from tests.grading.factories import labelled

ROOT = Path(__file__).parents[2]
EPOCHS = 100
WORKER = """
import sys, django
django.setup()
from grading.services import training
training.run(int(sys.argv[1]))
"""
START_S = 60.0


@pytest.fixture(autouse=True)
def one_thread():
    """Here and in the worker: so small a network waits longer for a second thread than it computes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def school(house, settings, monkeypatch):
    """A champion and eight labelled recordings of four students, whose clip features are there.

    How the candidate is judged afterwards is tests/grading/test_road.py's matter, and takes longer than the training.
    """
    settings.VAR = house
    monkeypatch.setattr(engine, "evaluate", lambda *_, **__: SimpleNamespace(to_json=dict))
    path = house / "new.safetensors"
    narrow = variant("resnet18-3d+resnet18-2d", width=4, aural_width=4)
    checkpoint.save(*checkpoint.new(narrow, Preparation(picture=64), seed=1), path)
    champion = registry.register(checkpoint=path, variant=narrow.name, report={}, card="")
    registry.promote(version=champion, by=None)
    loaded = checkpoint.load(path)
    backbone, dice = checkpoint.backbone_digest(loaded), np.random.default_rng(1)
    for _ in range(4):
        player = factories.user()
        for level in (3, 7):
            performance = labelled(player, level=level).performance
            performance.may_grade = False
            performance.save()
            place = features_store.path_for(
                Path(settings.FEATURES_ROOT),
                media_digest=performance.digest,
                crop=Crop(**performance.recording.crop),
                backbone=backbone,
            )
            visual, aural = torch.tensor(dice.normal(level, 2, (2, 12, 32)), dtype=torch.float32)
            starts = torch.arange(12, dtype=torch.float32)
            features_store.write(ClipFeatures(visual, aural, starts, 1.0, 12.0, backbone), place)
    return champion


def unbroken(run: TrainingRun, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The digest of what the same run gives where nobody breaks it off."""
    monkeypatch.setattr(training.jobs, "report", lambda *told: None)  # the job is over
    done = engine.train(
        training._examples(run.job, run),
        start=run.start.path,
        out=folder / "unbroken.safetensors",
        config=run.config,
        on_progress=lambda progress: None,
    )
    return done.digest


def epochs_said(log: str) -> list[int]:
    return [int(line.split(" Epoch ")[1].split(" ")[0]) for line in log.splitlines() if " Epoch " in line]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_on_the_way_leaves_a_training_that_ends_as_if_unbroken(school, house, monkeypatch):
    run = training.start(by=None, config={"epochs": EPOCHS})
    environment = os.environ | {
        "DATABASE_URL": web.database_url(),
        "CLAVIER_VAR": str(house),
        "OMP_NUM_THREADS": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT / 'platform'}{os.pathsep}{ROOT}",
    }
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(run.job.pk)], cwd=ROOT, env=environment)
    end = time.monotonic() + START_S
    while len(TrainingRun.objects.get(pk=run.pk).history) < 10:
        assert worker.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    run = TrainingRun.objects.get(pk=run.pk)
    reached = len(run.history)
    assert 10 <= reached < EPOCHS
    assert run.job.state == Job.State.RUNNING
    assert not hasattr(run, "candidate")

    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sweeper.reclaim()
    training.run(run.job.pk)
    run = TrainingRun.objects.get(pk=run.pk)
    assert (run.job.state, run.job.attempt) == (Job.State.DONE, 2), run.job.error
    assert [entry["epoch"] for entry in run.history] == list(range(1, EPOCHS + 1))
    before, after = run.log.split("Attempt 2: going on from the last checkpoint.")
    assert epochs_said(before) == list(range(1, reached + 1))
    assert epochs_said(after)[0] in (reached + 1, reached + 2)  # killed between a checkpoint and its word of it
    assert run.candidate.digest == unbroken(run, house, monkeypatch)


@pytest.mark.django_db
def test_what_was_stopped_goes_on_by_a_button_and_ends_as_if_unbroken(school, house, monkeypatch):
    run = training.start(by=None, config={"epochs": 12})
    tell = training._tell

    def stop_at_five(job, run, progress):
        if progress.epoch == 5 and job.pk == first.pk:
            training.stop(run=run, by=None)
        tell(job, run, progress)

    monkeypatch.setattr(training, "_tell", stop_at_five)
    first = run.job
    training.run(first.pk)
    run = TrainingRun.objects.get(pk=run.pk)
    assert (run.job.state, run.job.error, len(run.history)) == (Job.State.FAILED, "Stopped by the house.", 4)
    storage.clear_leftovers()
    assert training.may_go_on(run)

    training.go_on(run=run)
    run = TrainingRun.objects.get(pk=run.pk)
    assert run.job.pk != first.pk
    training.run(run.job.pk)
    run = TrainingRun.objects.get(pk=run.pk)
    assert run.job.state == Job.State.DONE, run.job.error
    assert epochs_said(run.log) == [1, 2, 3, 4, *range(6, 13)]
    assert run.candidate.digest == unbroken(run, house, monkeypatch)
    assert not training.work_of(run.pk).exists()
    with pytest.raises(training.Refused, match="Nothing is kept"):
        training.go_on(run=run)
