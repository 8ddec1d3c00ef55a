import dataclasses

import numpy as np
import pytest

import ml
from ml import checkpoint, learning_curve
from ml.evaluate import features_of
from tests.ml.synthetic import World, new_world

CONFIG = ml.TrainingConfig(epochs=12, learning_rate=3e-3, pull=0.0)


@dataclasses.dataclass(frozen=True)
class Trained:
    world: World
    examples: list
    candidate: object

    def curve(self, **fields):
        loaded = checkpoint.load(self.candidate)
        audit = [example for example in self.examples if example.split == "audit"]
        start = checkpoint.load(self.world.start)
        given = {"start": start, "candidate": loaded} | fields
        return learning_curve.learning_curve(self.examples, features_of(audit, loaded), **given)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    world = new_world(tmp_path_factory.mktemp("world"))
    counts = {"train": 40, "validation": 20, "audit": 40}
    examples = [example for part, count in counts.items() for example in world.many(count, split=part, seed=7)]
    out = world.folder / "candidate.safetensors"
    ml.train(examples, start=world.start, out=out, config=CONFIG)
    return Trained(world, examples, out)


def test_the_error_falls_from_none_of_the_players_to_all(trained):
    points = trained.curve(seconds=float("inf"))
    assert [point.players for point in points] == [0, 2, 5, 10, 20]
    assert [point.draws for point in points] == [1, 3, 3, 3, 1]
    assert [point.performances for point in points] == [0, 4, 10, 20, 40]
    assert points[0].mae.value > points[1].mae.value > points[-1].mae.value
    assert all(point.mae.low <= point.mae.value <= point.mae.high for point in points)


def test_the_last_point_is_the_candidate_and_learning_from_everybody_gives_just_it(trained):
    start, parts = checkpoint.load(trained.world.start), {"train": [], "validation": [], "audit": []}
    for example in trained.examples:
        parts[example.split].append(example)
    candidate = checkpoint.load(trained.candidate)
    audited = features_of(parts["audit"], candidate)
    heads = learning_curve.trained(start, parts["train"], parts["validation"], CONFIG)
    theirs = learning_curve.levels_by(candidate.network.heads, audited)
    assert np.allclose(learning_curve.levels_by(heads, audited), theirs)
    labels = np.array([example.level for example in parts["audit"]])
    assert trained.curve(seconds=0.0)[-1].mae.value == pytest.approx(np.abs(theirs - labels).mean())


def test_without_time_only_the_ends_are_left(trained):
    assert [point.players for point in trained.curve(seconds=0.0)] == [0, 20]


def test_a_training_foreseen_to_end_too_late_is_not_begun():
    took = learning_curve.Took()
    assert took.foreseen(10) == 0.0
    took.update({5: 2.0, 10: 3.0})
    assert took.foreseen(5) == 2.0
    assert took.foreseen(20) == 6.0


def test_a_candidate_that_did_not_come_from_there_or_learned_more_than_heads_has_no_curve(trained):
    loaded = checkpoint.load(trained.candidate)
    for changed in ({"parent": "another"}, {"recipe": {**loaded.about.recipe, "depth": "whole"}}, {"recipe": {}}):
        other = dataclasses.replace(loaded, about=dataclasses.replace(loaded.about, **changed))
        assert trained.curve(candidate=other) == ()


def test_the_report_has_it_where_the_start_is_given(trained, monkeypatch):
    monkeypatch.setitem(learning_curve.learning_curve.__kwdefaults__, "seconds", 0.0)
    asked = ml.evaluate(trained.examples, model=trained.candidate, start=trained.world.start)
    assert [point["players"] for point in asked.to_json()["learning"]] == [0, 20]
    assert ml.evaluate(trained.examples, model=trained.candidate).to_json()["learning"] == []
