"""Levels that are rare among the labels are not drowned by those that are frequent."""

import dataclasses

import numpy as np
import pytest

import ml
from ml.train import rarity_of, weights_of
from ml.train_heads import HeadsRun
from ml.train_whole import drawn
from tests.ml.synthetic import new_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return new_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def uneven(world):
    """Sixteen of level 4 and four of level 9."""
    return [world.performance(f"{level}-{row}", level) for level, count in ((4, 16), (9, 4)) for row in range(count)]


def test_a_level_four_times_as_frequent_counts_twice_as_much(uneven):
    rarity = rarity_of(uneven, 0.5)
    assert rarity[:16].sum() == pytest.approx(2 * rarity[16:].sum())
    assert rarity.mean() == pytest.approx(1.0)


@pytest.mark.parametrize(("balance", "share"), [(0.0, 0.8), (1.0, 0.5)])
def test_the_balance_goes_from_every_performance_alike_to_every_level_alike(uneven, balance, share):
    assert rarity_of(uneven, balance)[:16].sum() / 20 == pytest.approx(share)


def test_a_label_of_the_weight_nought_counts_not_at_all(uneven):
    silenced = weights_of([dataclasses.replace(uneven[0], weight=0.0), *uneven[1:]])
    assert silenced[0] == 0
    assert silenced.mean() == pytest.approx(1.0)
    with pytest.raises(ml.TrainingError, match="has the weight 0"):
        weights_of([dataclasses.replace(each, weight=0.0) for each in uneven])


def test_backbones_look_more_often_at_rare_levels_and_heads_weigh_them(world, uneven):
    rarity = rarity_of(uneven, 0.5)
    seen = np.zeros(20)
    for epoch in range(300):
        rows = drawn(rarity, np.random.default_rng(epoch))
        counts = np.bincount(rows, minlength=20)
        assert len(rows) == 20
        assert (np.abs(counts - rarity) < 1).all()  # never more than rounded, either way
        seen += counts
    assert seen / 300 == pytest.approx(rarity, abs=0.1)
    heads = HeadsRun(ml.checkpoint.load(world.start), uneven, ml.TrainingConfig(balance=0.5))
    assert heads.weights.numpy() == pytest.approx(rarity, rel=1e-5)


def test_where_all_levels_are_alike_frequent_every_performance_is_looked_at_once(world):
    even = world.many(20, split="train", seed=3)
    rows = drawn(rarity_of(even, 0.5), np.random.default_rng(0))
    assert sorted(rows) == list(range(20))
    assert list(rows) != sorted(rows)
