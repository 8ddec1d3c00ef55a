"""Each warning has data made so that it must appear, and data where it must not."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import ml
from ml.flags import flags
from ml.metrics import Estimate
from ml.report import Outcome, Report, margin

COUNT, PLAYERS = 80, 20


def audit(count=COUNT, players=PLAYERS):
    return [
        ml.LabelledExample(str(row), Path("none"), 1.0 + row % 10, 1.0, f"p{row * players // count}", "piece", "audit")
        for row in range(count)
    ]


def off(by, seed=0, count=COUNT):
    """Levels that miss the labels of `audit` by a normal error."""
    labels = np.array([example.level for example in audit(count)])
    return labels + np.random.default_rng(seed).normal(0, by, count)


def report(fused, *, controls=None, branches=None, examples=None, coverage=0.9):
    examples = examples or audit(len(fused))
    labels = np.array([example.level for example in examples])
    others, controls = {**(branches or {}), **(controls or {})}, controls or {}

    def judged(levels):
        return Outcome.of(examples, labels, levels)

    return Report(
        performances=len(examples),
        players=len({example.player for example in examples}),
        branches={name: judged(levels) for name, levels in {**(branches or {}), "fused": fused}.items()},
        controls={name: judged(levels) for name, levels in controls.items()},
        calibration_error=0.05,
        coverage=coverage,
        interval_width=3.0,
        comparison=None,
        examples=(),
        counts={},
        flags=(),
        margins={name: margin(examples, labels, fused, levels) for name, levels in others.items()},
    )


def said(found, *words):
    return [sentence for sentence in flags(found) if all(word in sentence for word in words)]


def test_a_good_model_beside_weak_controls_is_not_warned_of():
    controls = {
        "majority": np.full(COUNT, 5.0),
        "metadata": np.random.default_rng(8).permutation(off(0)),
        "shuffled_visual": off(2.0, 2),
        "shuffled_aural": off(2.0, 3),
    }
    assert flags(report(off(0.6), controls=controls, branches={"visual": off(1.0, 4), "aural": off(1.0, 5)})) == []


@pytest.mark.parametrize(
    ("control", "who"),
    [
        ("majority", "Always saying the most frequent level reaches"),
        ("metadata", "Metadata alone reaches"),
        ("shuffled_visual", "The model with the picture of another recording reaches"),
        ("shuffled_aural", "The model with the sound of another recording reaches"),
    ],
)
def test_a_control_that_cannot_be_told_from_the_model_is_named(control, who):
    (sentence,) = said(report(off(1.0), controls={control: off(1.0, seed=1)}), who, "no worse than the model")
    assert "their difference lies between −" in sentence
    assert said(report(off(0.5), controls={control: off(2.0, seed=1)}), who) == []


def test_a_control_that_is_better_is_called_better():
    (sentence,) = said(report(off(1.5), controls={"metadata": off(0.2, seed=1)}), "better than the model")
    assert sentence.startswith("Metadata alone reaches")
    assert "between" not in sentence


def test_a_lead_that_rests_on_one_player_is_none():
    # By the mean the model is closer; but all of it comes from one player of twenty.
    labels = off(0)
    fused, metadata = labels + 1.0, labels + 0.95
    metadata[:4] += 4.0
    found = report(fused, controls={"metadata": metadata})
    assert found.branches["fused"].mae.value < found.controls["metadata"].mae.value
    assert said(found, "Metadata alone reaches", "no worse than the model")


def test_a_small_lead_that_is_the_same_for_every_player_counts():
    # The two intervals overlap almost wholly; the paired difference is sure all the same.
    labels, noise = off(0), off(1.0) - off(0)
    found = report(labels + 0.9 * noise, controls={"metadata": labels + noise})
    assert found.branches["fused"].mae.high > found.controls["metadata"].mae.low
    assert said(found, "Metadata alone reaches") == []


def test_with_one_player_nothing_can_be_shown_and_that_is_said_once():
    found = report(off(0.5), controls={"metadata": off(3.0), "majority": off(3.0)}, examples=audit(players=1))
    assert len(said(found, "one player cannot show")) == 1
    assert said(found, "reaches") == []
    assert said(report(off(0.5)), "cannot show") == []


@pytest.mark.parametrize(("count", "players", "few"), [(12, 6, True), (40, 4, True), (40, 8, False)])
def test_a_small_audit_is_called_rough(count, players, few):
    examples = audit(count, players)
    levels = np.array([example.level for example in examples])
    assert bool(said(report(levels, examples=examples), "rough")) == few


def test_metadata_that_tell_the_level_are_warned_of_even_where_the_model_is_better():
    found = report(off(0.3), controls={"metadata": off(1.5, 1)})
    assert said(found, "Metadata alone tells something")
    assert said(found, "Metadata alone reaches") == []
    blind = np.random.default_rng(8).permutation(off(0))
    assert said(report(off(0.3), controls={"metadata": blind}), "Metadata alone") == []


@pytest.mark.parametrize(("control", "word"), [("shuffled_visual", "picture"), ("shuffled_aural", "sound")])
def test_a_modality_that_makes_next_to_no_difference_is_named(control, word):
    levels, labels = off(0.6), off(0)
    as_good = labels + (levels - labels) * 1.02  # sure to be worse, and by a hundredth of a level
    assert said(report(levels, controls={control: as_good}), "nearly as well", f"hardly uses the {word}")
    assert said(report(levels, controls={control: labels + (levels - labels) * 2}), "hardly uses") == []


@pytest.mark.parametrize(("branch", "who"), [("visual", "The picture alone"), ("aural", "The sound alone")])
def test_a_branch_that_is_closer_than_both_together_is_named(branch, who):
    assert said(report(off(1.5), branches={branch: off(0.3, 1)}), who, "closer to the labels")
    assert said(report(off(1.0), branches={branch: off(0.98, 1)}), who) == []


@pytest.mark.parametrize(("coverage", "warned"), [(0.9, False), (0.85, False), (0.82, True)])
def test_intervals_that_hold_too_few_labels_are_warned_of(coverage, warned):
    assert bool(said(report(off(0.5), coverage=coverage), "were promised")) == warned


def test_a_report_without_margins_says_nothing_of_controls():
    bare = dataclasses.replace(report(off(1.0), controls={"majority": off(1.0, 1)}), margins={})
    assert said(bare, "reaches") == []


def test_the_margin_over_several_rounds_pairs_each_with_the_same_performance():
    examples, labels = audit(), off(0)
    found = margin(examples, labels, labels + 0.5, np.concatenate([labels + 1.0, labels + 2.0]))
    assert found == Estimate(pytest.approx(-1.0), pytest.approx(-1.0), pytest.approx(-1.0))
