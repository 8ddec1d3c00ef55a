import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

import ml
from ml import breakdown, metrics


def example(row, level=5.0, player="p", piece="a"):
    return ml.LabelledExample(str(row), Path("none"), level, 1.0, player, piece, "audit")


def probabilities(*sure, best=4):
    rows = np.array([[(1 - value) / 9] * 10 for value in sure])
    rows[:, best] = sure
    return rows


def test_each_bin_says_how_sure_the_model_was_and_how_often_it_was_right():
    rows = probabilities(0.31, 0.39, 0.35, 0.95, 1.0)
    labels = np.array([5.0, 5.0, 2.0, 5.0, 5.0])
    low, high = breakdown.reliability(labels, rows, list("abcde"))
    assert (low.low, low.high, low.performances) == (0.3, 0.4, 3)
    assert (low.sure, low.right.value) == (pytest.approx(0.35), pytest.approx(2 / 3))
    assert (high.low, high.high, high.performances, high.right.value) == (0.9, 1.0, 2, 1.0)
    assert high.right.low < 0.5  # two performances are no proof


def test_the_gaps_of_the_bins_are_the_calibration_error():
    dice = np.random.default_rng(3)
    rows = dice.dirichlet(np.full(10, 0.3), 300)
    labels = dice.integers(1, 11, 300).astype(float)
    bins = breakdown.reliability(labels, rows, [str(row) for row in range(300)])
    gaps = sum(each.performances * abs(each.right.value - each.sure) for each in bins) / 300
    assert gaps == pytest.approx(metrics.expected_calibration_error(labels, rows))
    assert sum(each.performances for each in bins) == 300


def test_levels_stand_in_order_and_pieces_and_players_worst_first():
    audit = [
        example(row, level=level, player=player, piece=piece)
        for row, (level, player, piece) in enumerate([(10, "x", "a"), (2, "y", "b"), (2.4, "y", "b"), (9, "z", "a")])
    ]
    labels = np.array([each.level for each in audit])
    found = breakdown.groups(audit, labels, labels + np.array([-1.0, 2.0, 3.0, 0.0]))
    assert [group.name for group in found["level"]] == ["2", "9", "10"]
    assert [group.name for group in found["piece"]] == ["b", "a"]
    assert [group.name for group in found["player"]] == ["y", "x", "z"]
    two = found["level"][0]
    assert (two.performances, two.players, two.mae.value, two.bias) == (2, 1, 2.5, 2.5)
    assert found["piece"][1].bias == -0.5


def test_what_else_recordings_share_is_a_kind_of_its_own_where_it_is_known():
    audit = [dataclasses.replace(example(row), groups={"device": "phone"} if row else {}) for row in range(3)]
    found = breakdown.groups(audit, np.full(3, 5.0), np.array([5.0, 6.0, 7.0]))
    (phone,) = found["device"]
    assert (phone.name, phone.performances, phone.mae.value) == ("phone", 2, 1.5)
    assert "course" not in found


def test_an_interval_needs_five_players_or_five_recordings_of_one():
    audit = [example(row, player=f"p{row % 5}", piece="a") for row in range(10)]
    audit += [example(f"q{row}", player="q", piece="b") for row in range(5)]
    labels = np.array([each.level for each in audit])
    found = breakdown.groups(audit, labels, labels + np.linspace(0, 2, 15))
    pieces, players = ({group.name: group for group in found[key]} for key in ("piece", "player"))
    assert pieces["a"].mae.low < pieces["a"].mae.value < pieces["a"].mae.high
    assert math.isnan(pieces["b"].mae.low)  # one player, however many recordings
    assert players["q"].mae.low < players["q"].mae.high
    assert math.isnan(players["p0"].mae.high)
