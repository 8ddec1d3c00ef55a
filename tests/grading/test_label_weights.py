"""A label given in answer to an appeal counts for more, and keeps its spread: in the manifest and in a training."""

from types import SimpleNamespace

import pytest

from grading.models import Job, LabelRule, Rating, TrainingRun
from grading.services import datasets, jobs, training
from tests import factories
from tests.grading.factories import labelled, model_with_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def appealed():
    """Labels of four players; one of them answers an appeal."""
    results = [labelled(factories.user(), level=level) for level in (2, 4, 6, 8)]
    Rating.objects.filter(pk=results[0].rating_id).update(purpose=Rating.Purpose.APPEAL)
    return results[0].performance


def test_the_manifest_names_the_turn_and_the_weight(appealed):
    entries = datasets.freeze(by=None).manifest["examples"]
    told = {entry["performance"]: (entry["said"][0]["purpose"], entry["weight"]) for entry in entries}
    rule = LabelRule.current()
    assert told.pop(str(appealed.pk)) == ("appeal", rule.appeal_weight)
    assert set(told.values()) == {("first", rule.blind_weight)}
    assert rule.appeal_weight > rule.blind_weight > 1


def test_another_turn_of_the_same_label_is_another_snapshot(appealed):
    before = datasets.freeze(by=None)
    Rating.objects.update(purpose=Rating.Purpose.FIRST)
    assert datasets.freeze(by=None).digest != before.digest


def test_a_training_learns_with_it(appealed, house, monkeypatch):
    run = TrainingRun.objects.create(dataset=datasets.freeze(by=None), start=model_with_file())
    job = jobs.claim(jobs.queue(kind=Job.Kind.TRAIN, training_run=run).pk, kind=Job.Kind.TRAIN)
    monkeypatch.setattr(training.engine, "features", lambda *_, **__: house / "features")
    monkeypatch.setattr(training.engine, "labelled", lambda _, **fields: SimpleNamespace(**fields))
    examples = {example.id: example for example in training._examples(job, run)}
    answer = examples.pop(str(appealed.pk))
    assert answer.weight == LabelRule.current().appeal_weight
    assert {example.weight for example in examples.values()} == {LabelRule.current().blind_weight}
    assert (len(answer.target), sum(answer.target)) == (10, pytest.approx(1))
    assert max(answer.target) == answer.target[round(answer.level) - 1]
