import json

import numpy as np
import pytest
import torch

import ml
from ml import checkpoint
from ml.branches import join
from ml.models.variants import variant
from ml.starter import CARD, REPORT, STARTER
from ml.starter.card import card
from ml.starter.make import PREPARATION
from ml.starter.recitals import SIZES, audit_pieces, plan
from tests.ml.synthetic import new_world, with_champion

MOST_BYTES = 20_000_000


def test_parts_share_no_player_no_seed_and_the_audit_no_piece():
    parts = [plan(part, 60, seed=1) for part in ("train", "validation", "audit")]
    for what in ("player", "seed"):
        kinds = [{getattr(planned.recital, what) for planned in part} for part in parts]
        assert len(set.union(*kinds)) == sum(len(kind) for kind in kinds)
    pieces = [{planned.recital.piece for planned in part} for part in parts]
    assert pieces[2] <= audit_pieces()
    assert not (pieces[0] | pieces[1]) & audit_pieces()


def test_every_level_is_as_frequent_and_tells_nothing_of_the_rest():
    planned = plan("train", 400, seed=1)
    levels = np.array([each.recital.level for each in planned])
    assert np.bincount(levels)[1:].tolist() == [40] * 10
    lengths = np.array([each.recital.seconds for each in planned])
    sizes = np.array([SIZES.index(each.recital.size) for each in planned])
    assert abs(np.corrcoef(levels, lengths)[0, 1]) < 0.15
    assert abs(np.corrcoef(levels, sizes)[0, 1]) < 0.15


def test_more_performances_begin_with_the_same_ones_and_another_seed_has_others():
    assert plan("train", 30, seed=1) == plan("train", 60, seed=1)[:30]
    assert not {each.recital.seed for each in plan("train", 60, seed=1)} & {
        each.recital.seed for each in plan("train", 60, seed=2)
    }


def test_performances_of_two_seeds_never_share_a_file():
    first, second = ({each.id for each in plan("audit", 30, seed=seed)} for seed in (1, 2))
    assert not first & second


def test_the_card_says_what_matters_first(tmp_path):
    world = with_champion(new_world(tmp_path))
    examples = [*world.many(60, split="train", seed=7), *world.many(40, split="audit", seed=11)]
    report = ml.evaluate(examples, model=world.start)
    about = checkpoint.describe(world.start)
    recipe = {"eyes": about.recipe, "ears": about.recipe, "heads": about.recipe, "seed": 1}
    about = checkpoint.About(about.variant, about.preparation, about.quantile, recipe=recipe)
    written = card(
        report,
        about,
        "ab" * 32,
        weight=12_000_000,
        size={"train": 60, "validation": 0, "audit": 40, "heard": 0},
        minutes=3,
    )
    assert "never seen a real student" in written.split("\n\n")[1]
    assert f"{report.branches['fused'].qwk.value:.2f}" in written
    assert all(row in written for row in ("picture alone", "sound alone", "metadata alone", "python -m ml starter"))


def test_two_branches_are_joined_weight_for_weight(tmp_path):
    eyes, ears = (
        checkpoint.new(variant(name, width=16, aural_width=24), PREPARATION, seed=2)
        for name in ("resnet18-3d", "resnet18-2d")
    )
    checkpoint.save(*eyes, tmp_path / "eyes")
    checkpoint.save(*ears, tmp_path / "ears")
    join(tmp_path / "eyes", tmp_path / "ears", tmp_path / "both", seed=1)
    both = checkpoint.load(tmp_path / "both").network
    assert both.heads.fused is not None
    for network, _ in (eyes, ears):
        assert all(torch.equal(both.state_dict()[name], tensor) for name, tensor in network.state_dict().items())


@pytest.mark.skipif(not STARTER.exists(), reason="the starter model has not been made yet")
class TestTheShippedModel:
    def test_it_is_small_and_says_that_it_is_a_starter(self):
        about = ml.describe(STARTER)
        assert STARTER.stat().st_size < MOST_BYTES
        assert about.starter
        assert about.variant.name == "resnet18-3d+resnet18-2d"
        assert about.quantile is not None

    def test_its_card_and_report_are_of_this_very_file(self):
        assert checkpoint.digest_of(STARTER) in CARD.read_text()
        assert "never seen a real student" in CARD.read_text()

    def test_it_clears_the_bar_and_its_controls(self):
        report = json.loads(REPORT.read_text())
        kappa = {name: figures["qwk"]["value"] for name, figures in report["branches"].items()}
        assert kappa["fused"] >= 0.7
        assert kappa["fused"] > max(kappa["visual"], kappa["aural"])
        assert all(control["qwk"]["value"] < kappa["fused"] for control in report["controls"].values())
