import dataclasses
import json

import numpy as np
import pytest

import ml
from ml import checkpoint, controls
from tests.ml.synthetic import PREPARATION, SHAPE, World, new_world, with_champion


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return with_champion(new_world(tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module")
def report(world: World):
    examples = [*world.many(60, split="train", seed=7), *world.many(40, split="audit", seed=11)]
    return ml.evaluate(examples, model=world.start, against=world.start)


def test_it_reports_every_figure_with_an_interval_over_players(report):
    assert set(report.branches) == {"visual", "aural", "fused"}
    for outcome in report.branches.values():
        for name in ("exact", "within_one", "mae", "qwk", "spearman"):
            figure = getattr(outcome, name)
            assert figure.low <= figure.value <= figure.high
    assert report.players == 20
    assert report.performances == 40


def test_a_model_that_reads_levels_beats_every_control(report):
    assert set(report.controls) == {"majority", "metadata", "shuffled_visual", "shuffled_aural"}
    fused = report.branches["fused"]
    assert fused.qwk.value > 0.85
    assert all(control.qwk.value < fused.qwk.value - 0.1 for control in report.controls.values())
    assert report.controls["majority"].qwk.value == 0
    assert not [flag for flag in report.flags if "no worse than" in flag]


def test_a_model_compared_with_itself_differs_by_nothing(report):
    assert report.comparison.mae.difference == 0
    assert report.comparison.mae.low == report.comparison.mae.high == 0


def test_a_worse_champion_shows_in_the_paired_difference(world, tmp_path):
    fresh = new_world(tmp_path)
    examples = [*world.many(30, split="train", seed=7), *world.many(40, split="audit", seed=11)]
    found = ml.evaluate(examples, model=world.start, against=fresh.start)
    assert found.comparison.mae.high < 0
    assert found.comparison.qwk.low > 0


def test_it_keeps_of_each_recording_what_both_models_said(world, tmp_path):
    fresh = new_world(tmp_path)
    audit = [dataclasses.replace(e, groups={"course": "Tuesday"}) for e in world.many(6, split="audit", seed=11)]
    found = ml.evaluate(audit, model=world.start, against=fresh.start)
    assert found.against == checkpoint.digest_of(fresh.start)
    told = found.to_json()["examples"][0]
    assert told["groups"] == {"course": "Tuesday"}
    assert sum(told["probabilities"]) == pytest.approx(1, abs=1e-3)
    errors = [abs(e.champion - e.level) for e in found.examples]
    assert np.mean(errors) == pytest.approx(found.comparison.mae.champion)


def test_a_champion_with_other_backbones_is_said_to_be_beyond_comparison(world, tmp_path):
    other = tmp_path / "other.safetensors"
    checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=99), other)
    found = ml.evaluate(world.many(30, split="audit", seed=11), model=world.start, against=other)
    assert found.comparison is None
    assert "could not be compared" in found.flags[0]


def test_it_is_plain_json_with_null_for_what_is_not_known(world, report):
    told = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert told["branches"]["fused"]["qwk"]["value"] == pytest.approx(report.branches["fused"].qwk.value)
    assert len(told["examples"]) == 40
    alone = [dataclasses.replace(e, player="one") for e in world.many(6, split="audit", seed=11)]
    found = ml.evaluate(alone, model=world.start)
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["branches"]["fused"]["mae"]["low"] is None
    assert any("Only 6 recordings" in flag for flag in told["flags"])


def test_an_empty_audit_part_is_said_plainly(world):
    found = ml.evaluate(world.many(4, split="train"), model=world.start)
    assert found.to_json()["branches"] == {}
    assert "too few" in found.flags[0]


def test_the_intervals_hold_about_nine_labels_in_ten(report):
    assert report.coverage >= 0.8
    assert 1 <= report.interval_width <= 8


def test_every_control_and_branch_is_paired_with_the_model(report):
    assert set(report.margins) == set(report.controls) | {"visual", "aural"}
    fused = report.branches["fused"].mae.value
    for name, control in report.controls.items():
        assert report.margins[name].value == pytest.approx(fused - control.mae.value)
        assert report.margins[name].high < 0


def test_it_says_where_the_model_errs_and_how_sure_it_was(report):
    assert sum(each.performances for each in report.reliability) == 40
    assert [group.name for group in report.groups["level"]] == [str(level) for level in range(1, 11)]
    assert len(report.groups["player"]) == 20
    for groups in report.groups.values():
        assert sum(group.performances for group in groups) == 40
        weighed = sum(group.mae.value * group.performances for group in groups) / 40
        assert weighed == pytest.approx(report.branches["fused"].mae.value)


def test_without_a_training_part_no_control_pretends_to_have_learned(world):
    found = ml.evaluate(world.many(30, split="audit", seed=11), model=world.start)
    assert set(found.controls) == {"shuffled_visual", "shuffled_aural"}


def test_an_untrained_model_is_flagged(world, tmp_path):
    fresh = new_world(tmp_path)
    examples = [*world.many(20, split="train", seed=7), *world.many(40, split="audit", seed=11)]
    found = ml.evaluate(examples, model=fresh.start)
    assert any("hardly uses" in flag for flag in found.flags)


def test_metadata_that_give_the_level_away_are_flagged(world):
    examples = [*world.many(60, split="train", seed=7), *world.many(40, split="audit", seed=11)]
    telling = [dataclasses.replace(e, metadata={"bit_rate": e.level * 1000, "x": 0.5}) for e in examples]
    found = ml.evaluate(telling, model=world.start)
    assert found.controls["metadata"].exact.value == 1.0
    (flag,) = [flag for flag in found.flags if flag.startswith("Metadata alone reaches 0.00 levels off")]
    assert "better than the model" in flag


def test_the_metadata_control_weighs_each_number_by_its_scatter():
    def example(level, **metadata):
        return ml.LabelledExample("", None, level, 1.0, "", "", "train", metadata)

    learned = [example(2, big=0.0, small=0.0), example(9, big=1000.0, small=1.0)]
    assert controls.metadata(learned, [example(5, big=300.0, small=0.1)]).tolist() == [2]
    assert controls.metadata(learned, [example(5, big=450.0, small=1.0)]).tolist() == [9]
