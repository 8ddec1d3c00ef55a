"""A run's row tells how it began, by which code and on what; what cannot be carried out is said once."""

import os
import time
from types import SimpleNamespace

import pytest

from grading import engine
from grading.models import Job, TrainingRun
from grading.services import house as workers
from grading.services import storage, training
from tests import factories
from tests.grading.factories import labelled, model_with_file

pytestmark = pytest.mark.django_db
MACHINE = {"device": "A processor", "gpus": 0, "memory": 8 * 1024**3, "cores": 2, "torch": "2.14"}


@pytest.fixture
def school(house, settings, monkeypatch):
    settings.VAR = house
    for _ in range(3):
        player = factories.user()
        for level in (3, 6):
            labelled(player, level=level)
    monkeypatch.setattr(engine, "features", lambda *_, **__: house / "features")
    monkeypatch.setattr(engine, "machine", lambda: dict(MACHINE))
    monkeypatch.setattr(engine, "code_version", lambda: "1+ml.abc")
    return model_with_file(champion=True)


def training_that(monkeypatch, act):
    """`ml.train` replaced; what it was asked for is kept."""
    asked = SimpleNamespace()

    def train(examples, **wanted):
        asked.__dict__.update(wanted, examples=examples)
        return act(**wanted)

    monkeypatch.setattr(engine, "train", train)
    return asked


def refuse(**wanted):
    raise engine.CannotTrain("The memory of cuda:0 is too small. Learn in more pieces.")


def carried_out(run: TrainingRun) -> TrainingRun:
    training.run(run.job.pk)
    return TrainingRun.objects.get(pk=run.pk)


def test_what_no_attempt_could_carry_out_fails_once_with_its_sentence(school, monkeypatch):
    training_that(monkeypatch, refuse)
    run = carried_out(training.start(by=None))
    assert (run.job.state, run.job.attempt) == (Job.State.FAILED, 1)
    assert run.job.error == "The memory of cuda:0 is too small. Learn in more pieces."
    assert run.job.error in run.log


def test_any_other_error_is_tried_again(school, monkeypatch):
    def break_down(**wanted):
        raise OSError("the disk is gone")

    training_that(monkeypatch, break_down)
    run = carried_out(training.start(by=None))
    assert (run.job.state, run.job.error) == (Job.State.QUEUED, "OSError: the disk is gone")


def test_the_row_tells_code_machine_and_every_setting(school, monkeypatch):
    asked = training_that(monkeypatch, refuse)
    run = carried_out(training.start(by=None, config={"epochs": 7, "seed": 4}, origin=training.Origin.API))
    assert (run.origin, run.code_version, run.start) == (training.Origin.API, "1+ml.abc", school)
    assert run.hardware == MACHINE | {"processes": 1, "precision": "fp32"}
    assert (run.config["epochs"], run.config["seed"], run.config["balance"]) == (7, 4, 0.5)
    assert (asked.processes, asked.config) == (1, run.config)


def test_the_whole_network_learns_on_every_gpu_of_the_worker(school, monkeypatch):
    asked = training_that(monkeypatch, refuse)
    monkeypatch.setattr(engine, "machine", lambda: MACHINE | {"gpus": 4, "device": "NVIDIA H100"})
    run = carried_out(training.start(by=None, config={"depth": "whole"}))
    assert asked.processes == 4
    assert (run.hardware["processes"], run.hardware["precision"]) == (4, "bf16")
    training.go_on(run=run)
    TrainingRun.objects.filter(pk=run.pk).update(config=run.config | {"depth": "heads"})
    carried_out(TrainingRun.objects.get(pk=run.pk))
    assert asked.processes == 1


def test_going_on_by_other_code_or_elsewhere_is_written_down(school, monkeypatch):
    training_that(monkeypatch, refuse)
    run = carried_out(training.start(by=None))
    monkeypatch.setattr(engine, "machine", lambda: MACHINE | {"device": "Another"})
    monkeypatch.setattr(engine, "code_version", lambda: "2+ml.def")
    training.go_on(run=run)
    run = carried_out(TrainingRun.objects.get(pk=run.pk))
    assert "The program has changed since it began: 1+ml.abc then, 2+ml.def now." in run.log
    assert "It goes on elsewhere: on A processor then, on Another now." in run.log


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"depth": "arms"}, "of the depth heads, whole"),
        ({"epochs": 0}, "epochs is a whole number from 1 to 1000"),
        ({"epochs": True}, "epochs is a whole number"),
        ({"seed": "1"}, "seed is a whole number"),
        ({"speed": 3}, "no setting speed"),
    ],
)
def test_settings_that_make_no_sense_are_refused(school, config, said):
    with pytest.raises(training.Refused, match=said):
        training.start(by=None, config=config)
    assert not TrainingRun.objects.exists()


def test_what_a_stopped_training_keeps_is_swept_when_nobody_goes_on(school, house):
    run = training.start(by=None)
    work = training.work_of(run.pk)
    (work / "prepared").mkdir(parents=True)
    (work / ".candidate.safetensors.resume").write_bytes(b"weights")
    (house / "training" / "999").mkdir()

    def age(hours: float) -> None:
        for path in (work, house / "training" / "999"):
            if path.exists():
                os.utime(path, (time.time() - 3600 * hours,) * 2)

    age(24 * 20)
    storage.clear_leftovers()
    assert (work / "prepared").is_dir()  # it is under way
    assert not (house / "training" / "999").exists()
    run.history = [{"epoch": 1}]
    run.save()
    training.stop(run=run, by=None)
    age(3)
    storage.clear_leftovers()
    assert [path.name for path in work.iterdir()] == [".candidate.safetensors.resume"]
    assert training.may_go_on(TrainingRun.objects.get(pk=run.pk))
    age(24 * 15)
    storage.clear_leftovers()
    assert not work.exists()
    with pytest.raises(training.Refused, match="Nothing is kept of this training"):
        training.go_on(run=TrainingRun.objects.get(pk=run.pk))


def test_one_training_at_a_time_also_when_one_is_taken_up_again(school):
    run = training.start(by=None)
    training.stop(run=run, by=None)
    training.start(by=None)
    with pytest.raises(training.Refused, match="A training is under way"):
        training.go_on(run=TrainingRun.objects.get(pk=run.pk))


def test_a_training_worker_tells_what_it_runs_on_and_a_later_beat_does_not_forget_it(db):
    assert workers.training_machine() is None
    workers.beat(name="training@here", queue="training", machine=MACHINE)
    workers.beat(name="training@here", queue="training")
    assert workers.training_machine() == MACHINE
    workers.leave(name="training@here")
    assert workers.training_machine() is None
