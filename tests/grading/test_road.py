"""The real road through the engine room: a real file, the real preparation, the real network, a real training."""

import shutil

import pytest
from django.utils import timezone

from grading import engine
from grading.models import Autograde, Calibration, Job, ModelVersion, Performance
from grading.services import datasets, performances, ratings, registry, shadows, training
from ml import checkpoint
from ml.models.variants import variant
from ml.preparation import Preparation
from ml.recital import Recital, render
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "take.mp4"
    render(Recital(seed=5, level=5, piece="ode-to-joy", size=(320, 180), seconds=4, phone=("Pomelo", "One")), path)
    return path


@pytest.fixture
def champion(tmp_path, house):
    """The network as it is served, at the smallest width and with nothing learned yet."""
    path = tmp_path / "new.safetensors"
    narrow = variant("resnet18-3d+resnet18-2d", width=4, aural_width=4)
    checkpoint.save(*checkpoint.new(narrow, Preparation(picture=64), seed=1), path)
    version = registry.register(checkpoint=path, variant=narrow.name, report={}, card="")
    registry.promote(version=version, by=None)
    return version


def hand_in(film, tmp_path, player):
    copy = tmp_path / f"{player.pk}.mp4"
    shutil.copy(film, copy)
    return performances.receive(player=player, piece="Ode to Joy", source=copy, source_name="a.mp4", may_train=True)


def carry(performance, kind):
    job = performance.jobs.get(kind=kind, state=Job.State.QUEUED)
    work = {
        Job.Kind.PREPARE: performances.prepare,
        Job.Kind.GRADE: performances.grade,
        Job.Kind.SHADOW: shadows.grade_along,
    }
    work[kind](job.pk)
    job.refresh_from_db()
    performance.refresh_from_db()
    return job


def graded(film, tmp_path):
    performance = hand_in(film, tmp_path, factories.user())
    carry(performance, Job.Kind.PREPARE)
    carry(performance, Job.Kind.GRADE)
    return performance


def test_a_recording_is_prepared_and_graded_once(film, tmp_path, champion):
    performance = hand_in(film, tmp_path, factories.user())
    assert carry(performance, Job.Kind.PREPARE).state == Job.State.DONE
    assert performance.state == Performance.State.PREPARED
    assert performance.facts["device"] == "Pomelo One"
    assert -60 < performance.facts["loudness"] < 0
    assert 0.05 < performance.facts["brightness"] < 0.95
    made = {"proxy.mp4", "poster.jpg", "mel.png", "mel-000.png", "peaks.json"}
    assert {path.name for path in performance.folder.iterdir()} == made
    job = carry(performance, Job.Kind.GRADE)
    assert (job.state, performance.state) == (Job.State.DONE, Performance.State.GRADED)
    grade = performance.autograde
    assert grade.model == champion
    for branch in (grade.visual, grade.aural, grade.fused):
        assert sum(branch) == pytest.approx(1.0, abs=1e-4)
    assert 1 <= grade.low <= grade.level <= grade.high <= 10
    assert grade.windows[0]["start"] == 0.0
    assert grade.windows[-1]["end"] == pytest.approx(performance.duration, abs=0.05)
    performances.grade(job.pk)  # a task that is delivered twice
    assert Autograde.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<!doctype html><html><body>Not found</body></html>", "web page"),
        (b"#EXTM3U\n/etc/passwd", "list"),
    ],
)
def test_what_is_no_performance_is_refused_in_words_and_leaves_nothing(tmp_path, house, content, said):
    source = tmp_path / "take.mp4"
    source.write_bytes(content)
    performance = performances.receive(
        player=factories.user(), piece="Ode to Joy", source=source, source_name="take.mp4", may_train=False
    )
    stored = performance.source_path
    job = carry(performance, Job.Kind.PREPARE)
    assert (job.state, performance.state) == (Job.State.FAILED, Performance.State.REFUSED)
    assert said in performance.trouble
    assert not stored.exists()
    assert not performance.folder.exists()


def test_a_frame_moved_there_and_back_shows_the_first_grade_again(film, tmp_path, champion):
    performance = graded(film, tmp_path)
    first, before = performance.autograde, performance.crop
    performances.move_crop(
        performance=performance, crop={"x": 0.2, "y": 0.2, "width": 0.5, "height": 0.5}, by=performance.player
    )
    carry(performance, Job.Kind.GRADE)
    assert performance.autograde != first
    Performance.objects.filter(pk=performance.pk).update(crop=before)
    performances.regrade(performances=[performance])
    carry(performance, Job.Kind.GRADE)
    assert performance.autograde == first
    assert Autograde.objects.count() == 2


def test_a_candidate_grades_the_same_recording_along_by_its_own_weights(film, tmp_path, champion):
    path = tmp_path / "other.safetensors"
    narrow = variant("resnet18-3d+resnet18-2d", width=4, aural_width=4)
    checkpoint.save(*checkpoint.new(narrow, Preparation(picture=64), seed=2), path)
    other = registry.register(checkpoint=path, variant=narrow.name, report={}, card="")
    shadows.begin(version=other, by=None)
    Calibration.objects.create(version=other, quantile=100.0, ratings=20, since=timezone.now(), held=0.5)
    performance = graded(film, tmp_path)
    assert carry(performance, Job.Kind.SHADOW).state == Job.State.DONE
    along = Autograde.objects.by_shadows().get()
    assert (along.model, along.low, along.high) == (other, 1, 10)
    assert along.fused != performance.autograde.fused
    assert performance.autograde.model == champion


def test_a_champion_that_changes_meanwhile_asks_for_another_look(film, tmp_path, champion, monkeypatch):
    performance = hand_in(film, tmp_path, factories.user())
    carry(performance, Job.Kind.PREPARE)
    asked = performances.ask

    def slowly(**wanted):
        given = asked(**wanted)
        ModelVersion.objects.filter(pk=champion.pk).update(stage="archived")
        factories.model(champion=True)
        return given

    monkeypatch.setattr(performances, "ask", slowly)
    carry(performance, Job.Kind.GRADE)
    assert performance.autograde.model == champion
    assert performance.jobs.filter(kind=Job.Kind.GRADE, state=Job.State.QUEUED).exists()


def test_overrides_become_a_candidate_that_moves_towards_the_teacher(film, tmp_path, champion):
    for _ in range(4):
        performance = graded(film, tmp_path)
        grade = performance.autograde
        wanted = 10 if grade.level < 6 else 1
        rating = ratings.record(
            performance=performance,
            rater=factories.user(),
            level=wanted,
            criteria={},
            comment="",
            reason="I hear it.",
            remarks=[],
            autograde=grade,
            autograde_visible=True,
        )
        ratings.release(rating=rating)
    run = training.start(by=None, config={"epochs": 30})
    training.run(run.job.pk)
    run = type(run).objects.get(pk=run.pk)
    assert run.job.state == Job.State.DONE, run.job.error
    assert [entry["epoch"] for entry in run.history] == list(range(1, 31))
    assert "is a candidate" in run.log
    candidate = run.candidate
    assert (candidate.stage, registry.champion()) == ("candidate", champion)
    assert candidate.report["counts"]["train"]["performances"] >= 1
    said = candidate.report["grades"][str(performance.pk)]
    assert abs(said - wanted) < abs(grade.level - wanted) - 0.3

    registry.promote(version=candidate, by=None, reason="It hears what we hear.")
    later = graded(film, tmp_path)
    assert later.autograde.model == candidate
    registry.roll_back(by=None)
    performances.regrade(performances=[later])
    carry(later, Job.Kind.GRADE)
    assert later.autograde.model == champion


@pytest.mark.slow
def test_the_whole_network_learns_from_the_recordings_on_two_devices(film, tmp_path, champion, settings, monkeypatch):
    """Two processes that torchrun starts, as on a machine with two GPUs, and a report by features of its own."""
    settings.VAR = tmp_path
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    here = engine.machine()
    monkeypatch.setattr(engine, "machine", lambda: here | {"gpus": 2})
    for level in (2, 5, 7, 9):
        performance = graded(film, tmp_path)
        rating = factories.rating(performance, rater=factories.user(), level=level)
        ratings.release(rating=rating)
    run = training.start(by=None, config={"depth": "whole", "epochs": 2, "batch": 2, "clips": 2})
    training.run(run.job.pk)
    run = type(run).objects.get(pk=run.pk)
    assert run.job.state == Job.State.DONE, run.job.error
    assert [entry["epoch"] for entry in run.history] == [1, 2]
    assert (run.hardware["processes"], run.hardware["precision"]) == (2, "bf16")
    before, after = checkpoint.load(champion.path), checkpoint.load(run.candidate.path)
    assert checkpoint.backbone_digest(before) != checkpoint.backbone_digest(after)
    assert after.about.recipe["processes"] == 2
    assert set(run.candidate.report["grades"]) == {str(each.pk) for each in Performance.objects.all()}
    assert not training.work_of(run.pk).exists()


def test_a_training_that_is_stopped_makes_no_candidate(champion):
    for _ in range(2):
        player = factories.user()
        for _ in range(2):
            performance = factories.performance(player=player, may_train=True)
            factories.result(performance, rater=factories.user())
    run = training.start(by=None)
    job_id = run.job.pk
    training.stop(run=run, by=None)
    training.run(job_id)
    assert ModelVersion.objects.count() == 1
    with pytest.raises(training.Refused, match="ended already"):
        training.stop(run=run, by=None)


def test_the_house_trains_by_itself_only_as_its_policy_says(champion):
    policy = training.RetrainingPolicy.current()
    players = [factories.user() for _ in range(3)]
    for number in range(6):
        factories.result(factories.performance(player=players[number % 3], may_train=True), rater=factories.user())
    assert training.consider() is None  # switched off
    policy.enabled, policy.min_new_labels = True, 7
    policy.save()
    assert training.consider() is None  # too few
    policy.min_new_labels = 6
    policy.save()
    run = training.consider()
    assert run is not None
    assert datasets.labels().new == 0
    assert training.consider() is None  # one at a time
