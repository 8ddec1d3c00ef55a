"""Questions about a recording: asked once, worked out by whoever holds the job, kept and erased with the recording."""

import dataclasses
import shutil
import uuid
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

import ml
from grading import engine
from grading.models import Job, Study
from grading.services import house, jobs, performances, studies
from ml import checkpoint
from ml.media import picture_length
from ml.recital import Recital, render
from tests import factories
from tests.grading.factories import model_with_file
from tests.ml.synthetic import PREPARATION, SHAPE

pytestmark = pytest.mark.django_db
ANSWER = {"level": 7.0}


@pytest.fixture
def graded(house):
    """A performance of 20 seconds with a grade whose model is kept."""
    performance = factories.performance(player=factories.user())
    return SimpleNamespace(performance=performance, autograde=factories.autograde(performance, model=model_with_file()))


def ask(graded, start=2.0, end=12.0) -> Study:
    return studies.ask_explain(performance=graded.performance, autograde=graded.autograde, start=start, end=end)


def fail(study: Study) -> None:
    study.jobs.update(state=Job.State.FAILED, error="RuntimeError: out of memory", ended_at=timezone.now())


def test_asking_rings_the_model_s_worker_once_after_the_commit(graded, doorbells, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = ask(graded), ask(graded)
    assert first == second
    assert [(bell.task, bell.job_id) for bell in doorbells] == [("grading.tasks.explain", Job.objects.get().pk)]


def test_moments_that_nobody_could_tell_apart_are_one_question(graded):
    assert ask(graded, 2.0, 12.0) == ask(graded, 2.004, 11.996)
    assert ask(graded, 2.0, 12.0) != ask(graded, 2.0, 12.1)


def test_another_grade_model_frame_or_recording_is_another_question(graded):
    stranger = factories.performance(player=factories.user(), digest=graded.performance.digest)
    other_model = factories.autograde(graded.performance, model=model_with_file())
    moved = factories.autograde(
        graded.performance, model=model_with_file(), crop=graded.autograde.crop | {"upside_down": True}
    )
    asked = [
        ask(graded),
        *(
            studies.ask_explain(performance=grade.performance, autograde=grade, start=2, end=12)
            for grade in (other_model, moved, factories.autograde(stranger, model=graded.autograde.model))
        ),
    ]
    assert len({study.key for study in asked}) == 4


@pytest.mark.parametrize(
    ("start", "end"), [(5.0, 5.2), (9.0, 4.0), (20.0, 30.0), (float("nan"), 3.0), (0.0, float("inf"))]
)
def test_a_stretch_that_makes_no_sense_is_refused_in_words(graded, start, end):
    with pytest.raises(studies.Refused, match="stretch"):
        ask(graded, start, end)
    assert not Job.objects.exists()


def test_a_stretch_is_cut_to_the_recording(graded):
    assert ask(graded, -3.0, 99.0).asked == {"autograde": graded.autograde.pk, "start": 0.0, "end": 20.0}


def test_a_grade_of_another_recording_is_refused(graded):
    stranger = factories.autograde(factories.performance(player=factories.user()), model=model_with_file())
    with pytest.raises(studies.Refused, match="another recording"):
        studies.ask_explain(performance=graded.performance, autograde=stranger, start=2, end=12)


def test_a_model_that_is_not_kept_any_more_cannot_be_asked(graded):
    graded.autograde.model.path.unlink()
    with pytest.raises(studies.Refused, match="cannot be asked"):
        ask(graded)


def test_a_recording_that_is_not_prepared_cannot_be_asked_about(graded):
    graded.performance.duration = None
    with pytest.raises(studies.Refused, match="can be played"):
        ask(graded)


def test_an_answer_is_kept_and_asked_for_no_more(graded, monkeypatch):
    study = ask(graded)
    studies.answer(study.job.pk, kind=Job.Kind.EXPLAIN, work_out=lambda job, study: ANSWER)
    again = ask(graded)
    assert again.answer == ANSWER
    assert studies.progress(again).state == "ready"
    assert Job.objects.get().state == Job.State.DONE


def test_a_job_that_runs_twice_answers_once(graded):
    study, asked = ask(graded), []
    for _ in range(2):
        studies.answer(study.job.pk, kind=Job.Kind.EXPLAIN, work_out=lambda *_: asked.append(1) or ANSWER)
    assert asked == [1]


def test_a_worker_that_lost_its_lease_writes_nothing(graded):
    study = ask(graded)

    def taken_over(job, study):
        Job.objects.filter(pk=job.pk).update(token=uuid.uuid4())
        return ANSWER

    studies.answer(study.job.pk, kind=Job.Kind.EXPLAIN, work_out=taken_over)
    study.refresh_from_db()
    assert study.answer is None


def test_an_error_is_tried_again_and_then_told(graded, settings):
    study = ask(graded)

    def broken(job, study):
        raise RuntimeError("out of memory")

    for _ in range(settings.JOB_ATTEMPTS):
        assert studies.progress(study).state == "waiting"
        studies.answer(study.job.pk, kind=Job.Kind.EXPLAIN, work_out=broken)
    told = studies.progress(study)
    assert told.state == "failed"
    assert "ask again" in told.sentence
    assert "memory" not in told.sentence


def test_asking_again_after_a_failure_tries_again(graded):
    study = ask(graded)
    fail(study)
    assert ask(graded) == study
    assert list(study.jobs.order_by("pk").values_list("state", flat=True)) == [Job.State.FAILED, Job.State.QUEUED]
    assert studies.progress(study).state == "waiting"


def test_the_place_and_a_silent_house_are_told(graded):
    first, second = ask(graded), ask(graded, 3.0, 13.0)
    assert studies.progress(first).stalled_since is not None
    house.beat(name="gpu@here", queue="gpu")
    waiting = studies.progress(second)
    assert (waiting.sentence, waiting.stalled_since) == ("1 question before this one.", None)
    assert studies.progress(first).sentence == "Next in line."
    jobs.claim(first.job.pk, kind=Job.Kind.EXPLAIN)
    assert studies.progress(first).sentence == "Being worked out…"
    factories.WorkerBeat.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
    assert studies.progress(second).stalled_since is not None


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("film") / "film.mp4"
    render(Recital(seed=5, level=6, size=(256, 144), fps=30, seconds=4.0), out)
    return out


@pytest.fixture
def asked(film, house, tmp_path) -> Study:
    """A real question about a real film to a real, if small, model."""
    engine._grader.cache_clear()
    path = tmp_path / "weights.safetensors"
    digest = checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=4), path)
    version = factories.model(digest=digest)
    version.path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, version.path)
    performance = factories.performance(player=factories.user(), duration=picture_length(film))
    performance.folder.mkdir(parents=True)
    shutil.copy(film, performance.folder / "proxy.mp4")
    crop = dataclasses.asdict(ml.Crop(0.1, 0.1, 0.8, 0.8))
    grade = factories.autograde(performance, model=version, crop=crop)
    return studies.ask_explain(performance=performance, autograde=grade, start=0.0, end=2.0)


def test_the_model_s_answer_and_its_pictures_are_kept_with_the_recording(asked):
    studies.explain(asked.job.pk)
    asked.refresh_from_db()
    assert asked.answer is not None, Job.objects.get().error
    pulled = sum(clip["visual"] + clip["aural"] for clip in asked.answer["clips"])
    assert pulled == pytest.approx(asked.answer["level"] - asked.answer["whole"], abs=0.002)
    assert asked.answer["strongest"] in asked.answer["clips"]
    assert 0 <= asked.answer["seen"]["moment"] <= 2.0
    assert asked.answer["heard"]["start"] < asked.answer["heard"]["end"]
    assert all(0 < place < 1 for sense in ("seen", "heard") for place in asked.answer[sense]["brightest"])
    assert sorted(path.name for path in studies.folder(asked).iterdir()) == ["sight.jpg", "sound.jpg"]


def test_it_looks_at_the_frame_that_was_graded_wherever_it_is_now(asked, monkeypatch):
    moved = asked.performance
    moved.crop = dataclasses.asdict(ml.Crop(0.5, 0.5, 0.5, 0.5))
    moved.save()
    looked = []
    monkeypatch.setattr(engine, "explain", lambda recording, **_: looked.append(recording.crop) or 1 / 0)
    studies.explain(asked.job.pk)
    assert looked == [dataclasses.asdict(ml.Crop(0.1, 0.1, 0.8, 0.8))]


def test_its_pictures_are_erased_with_the_recording(asked, django_capture_on_commit_callbacks):
    studies.explain(asked.job.pk)
    place = studies.folder(asked)
    assert place.exists()
    with django_capture_on_commit_callbacks(execute=True):
        performances.erase(performance=asked.performance)
    assert not place.exists()
    assert not Study.objects.exists()


def test_pictures_of_a_recording_that_was_erased_meanwhile_do_not_outlive_it(
    asked, monkeypatch, django_capture_on_commit_callbacks
):
    draw = engine.explain

    def erased_meanwhile(recording, **wanted):
        found = draw(recording, **wanted)
        with django_capture_on_commit_callbacks(execute=True):
            performances.erase(performance=asked.performance)
        wanted["folder"].mkdir(parents=True)
        return found

    monkeypatch.setattr(engine, "explain", erased_meanwhile)
    home = asked.performance.folder
    studies.explain(asked.job.pk)
    assert not home.exists()
