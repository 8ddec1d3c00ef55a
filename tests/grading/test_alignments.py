"""Two performances in step: asked once for a pair, worked out by whoever holds the job, erased with either."""

from types import SimpleNamespace

import pytest

import ml
from grading import engine
from grading.models import Job, Performance, Study
from grading.services import alignments, performances, studies
from ml.recital import Recital, render
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(house):
    """A player's first attempt and the present one."""
    player = factories.user()
    now, before = factories.performance(player=player), factories.performance(player=player)
    return SimpleNamespace(performance=now, other=before)


def ask(pair) -> Study:
    return alignments.ask_align(performance=pair.performance, other=pair.other)


def test_asking_rings_the_media_worker_once_after_the_commit(pair, doorbells, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(pair) == ask(pair)
    assert [(bell.task, bell.job_id) for bell in doorbells] == [("grading.tasks.align", Job.objects.get().pk)]


def test_what_was_asked_is_found_again_and_nothing_else(pair, monkeypatch):
    assert alignments.find(performance=pair.performance, other=pair.other) is None
    study = ask(pair)
    assert alignments.find(performance=pair.performance, other=pair.other) == study
    assert alignments.find(performance=pair.other, other=pair.performance) is None
    monkeypatch.setattr(alignments, "VERSION", 99)
    assert alignments.find(performance=pair.performance, other=pair.other) is None
    assert ask(pair) != study


def test_a_recording_that_is_not_prepared_or_the_same_is_refused(pair):
    arrived = factories.performance(player=pair.performance.player, state=Performance.State.ARRIVED)
    for other, sentence in ((arrived, "must be prepared"), (pair.performance, "with itself")):
        with pytest.raises(studies.Refused, match=sentence):
            alignments.ask_align(performance=pair.performance, other=other)
    assert not Study.objects.exists()


def found(seconds: int) -> ml.Alignment:
    """In step from the first second to the last, ten pairs a second, the other half as fast."""
    line = tuple(number / 10 for number in range(seconds * 10 + 1))
    tempo = ml.Tempo("percent", ((1.0, 100.0),), ((2.0, 100.0),))
    wait = ml.Wait("one", 1.0, 4.0, 2.0)
    return ml.Alignment(line, tuple(2 * at for at in line), tempo, (wait,), 0.81234, 0.98765)


def test_the_answer_keeps_two_pairs_a_second_and_the_last(pair, monkeypatch):
    told = []
    monkeypatch.setattr(engine, "align", lambda one, other, progress: (told.append((one, other)), found(3))[1])
    study = ask(pair)
    alignments.align(study.job.pk)
    study.refresh_from_db()
    assert told == [(pair.performance.folder / "proxy.mp4", pair.other.folder / "proxy.mp4")]
    assert study.answer["pairs"] == [[at / 2, float(at)] for at in range(7)]
    assert study.answer["tempo"] == {"unit": "percent", "one": [[1.0, 100.0]], "other": [[2.0, 100.0]]}
    assert study.answer["waits"] == [{"goes_on": "one", "start": 1.0, "end": 4.0, "at": 2.0}]
    assert (study.answer["alike"], study.answer["covered"], study.answer["poor"]) == (0.812, 0.988, False)
    assert studies.progress(study).state == "ready"


def test_an_alignment_without_pairs_is_kept_as_a_poor_one(pair, monkeypatch):
    nothing = ml.Alignment((), (), ml.Tempo("percent", (), ()), (), 0.0, 0.0)
    monkeypatch.setattr(engine, "align", lambda one, other, progress: nothing)
    study = ask(pair)
    alignments.align(study.job.pk)
    study.refresh_from_db()
    assert (study.answer["pairs"], study.answer["poor"]) == ([], True)


@pytest.mark.parametrize("which", ["performance", "other"])
def test_it_is_erased_with_either_recording(pair, which):
    ask(pair)
    performances.erase(performance=getattr(pair, which))
    assert not Study.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.slow
def test_two_real_files_are_put_in_step_by_the_task(pair):
    for performance, level in ((pair.performance, 9), (pair.other, 8)):
        performance.folder.mkdir(parents=True)
        film = Recital(seed=level, level=level, piece="lullaby", size=(96, 64), fps=8.0)
        render(film, performance.folder / "proxy.mp4")
    study = ask(pair)
    alignments.align(study.job.pk)
    study.refresh_from_db()
    assert not study.answer["poor"]
    assert len(study.answer["pairs"]) <= 2 * 25
    assert all(one >= 0 and other >= 0 for one, other in study.answer["pairs"])
