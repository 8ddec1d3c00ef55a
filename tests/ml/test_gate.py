"""The gate's figures, held to what they promise on simulated pairs of models whose difference is known."""

import math

import numpy as np
import pytest

from ml import gate, metrics
from ml.gate import Audited

CLUSTERED = 0.3  # of a level: what a model gets wrong about a player each time


class School:
    """Audited recordings of players with about `each` of them, and two models whose error scatters by `scatter`."""

    def __init__(self, seed: int, *, players: int, each: int = 3, scatter: tuple[float, float] = (0.6, 0.6)):
        dice = np.random.default_rng(seed)
        own = np.repeat(np.arange(players), np.maximum(1, dice.poisson(each, players)))
        ability = dice.uniform(2, 9, players)[own]
        self.labels = np.clip(np.round(ability + dice.normal(0, 1, len(own))), 1, 10)
        shared = dice.normal(0, 0.6, len(own))
        self.candidate, self.champion = (
            np.clip(
                self.labels + shared + dice.normal(0, CLUSTERED, players)[own] + dice.normal(0, by, len(own)), 1, 10
            )
            for by in scatter
        )
        self.players = [str(player) for player in own]
        self.device = dice.integers(0, 3, players)[own]
        kinds = {"level": self.labels.astype(int), "piece": dice.integers(0, 10, len(own)), "device": self.device}
        self.members = {
            (kind, str(name)): np.flatnonzero(values == name) for kind, values in kinds.items() for name in set(values)
        }

    def gaps(self) -> tuple[gate.Gap, gate.Gap]:
        return gate.gaps(self.labels, self.candidate, self.champion, self.players)

    def worsened(self) -> list[gate.Group]:
        return gate.worsened(
            self.labels, self.candidate, self.champion, self.players, self.members, margin=0.5, fewest=8
        )


def truth(**world) -> tuple[float, float]:
    school = School(1, players=20_000, **world)
    return tuple(
        metrics.value(metric, school.labels, school.candidate) - metrics.value(metric, school.labels, school.champion)
        for metric in (metrics.mean_absolute_error, metrics.quadratic_weighted_kappa)
    )


@pytest.mark.parametrize("players", [8, 25])
def test_the_intervals_hold_the_true_difference_as_often_as_they_say(players):
    """Nineteen times in twenty; plain percentiles hold it 86 times in 100 for eight players."""
    world = {"scatter": (0.5, 0.8)}
    mae, qwk = truth(**world)
    found = [School(seed, players=players, **world).gaps() for seed in range(200)]
    assert 0.9 <= np.mean([one.low <= mae <= one.high for one, _ in found]) <= 0.99
    assert 0.9 <= np.mean([other.low <= qwk <= other.high for _, other in found]) <= 0.99


def test_too_few_players_have_a_difference_and_no_interval():
    mae, qwk = School(0, players=4).gaps()
    assert not math.isnan(mae.value)
    assert math.isnan(mae.low)
    assert math.isnan(qwk.high)


def test_as_many_recordings_as_are_asked_for_decide_four_times_in_five():
    """The difference foretold from the usual width of an audit, and then audits of the size that was asked for."""
    world = {"scatter": (0.5, 0.8)}
    mae, _ = truth(**world)
    small = [School(seed, players=15, **world) for seed in range(60)]
    width = np.median([one.gaps()[0].high - one.gaps()[0].low for one in small])
    recordings = round(np.mean([len(one.labels) for one in small]))
    more = gate.needed(mae, mae - width / 2, mae + width / 2, recordings=recordings)
    assert more > recordings / 2  # there was something to foretell
    players = round(15 * (recordings + more) / recordings)
    decided = [School(seed, players=players, **world).gaps()[0].high < 0 for seed in range(100, 250)]
    assert 0.7 <= np.mean(decided) <= 0.92


def test_models_that_are_alike_would_need_more_than_anybody_has():
    assert gate.needed(0.0, -0.2, 0.2, recordings=40) == gate.MOST


@pytest.mark.parametrize("players", [12, 40])
def test_a_candidate_no_different_is_refused_for_a_group_at_most_once_in_twenty(players):
    """Of 25 groups some are worse by more than the margin in every third audit, by chance alone."""
    audits = [School(seed, players=players).worsened() for seed in range(240)]
    by_margin = np.mean([any(group.decides and group.gap.value > 0.5 for group in groups) for groups in audits])
    refused = np.mean([any(group.refused for group in groups) for groups in audits])
    assert by_margin > refused
    assert refused <= 0.08  # 0.05, and what 240 audits scatter


def test_a_device_that_is_judged_far_worse_is_refused_by_its_name():
    found = 0
    for seed in range(40):
        school = School(seed, players=40)
        away = np.where(school.labels > 5, -2.0, 2.0)
        school.candidate = np.clip(school.candidate + away * (school.device == 0), 1, 10)
        refused = {(group.kind, group.name) for group in school.worsened() if group.refused}
        found += ("device", "0") in refused
        assert ("device", "1") not in refused
    assert found >= 36


def test_a_group_of_few_recordings_or_players_is_shown_and_decides_nothing():
    rows = [Audited(str(row % 6), 5, 9, 5, (("device", "rare" if row < 4 else "usual"),)) for row in range(30)]
    rows += [Audited("one", 5, 9, 5, (("course", "alone"),))] * 12
    groups = {group.name: group for group in gate.figures(rows, margin=0.5, fewest=8).groups}
    assert [groups[name].decides for name in ("rare", "alone", "usual")] == [False, False, True]
    assert groups["rare"].gap.value == 4
    assert math.isnan(groups["rare"].chance)


def test_only_a_calibration_error_beyond_chance_is_held_against_a_model():
    """Levels drawn from what the model says: it is calibrated, and few recordings make it look as if it were not."""
    dice = np.random.default_rng(0)
    below = 0
    for _ in range(100):
        said = dice.dirichlet(np.ones(10) * 0.7, 40)
        levels = np.array([dice.choice(10, p=row) + 1 for row in said], dtype=float)
        below += metrics.expected_calibration_error(levels, said) <= gate.chance_calibration_error(said)
    assert 88 <= below <= 99
    sure = np.full((40, 10), 0.01) + 0.9 * np.eye(10)[4]
    assert metrics.expected_calibration_error(np.full(40, 2.0), sure) > gate.chance_calibration_error(sure)


def test_all_figures_come_of_the_rows():
    rows = [
        Audited(str(row % 7), 5, 5.2, 6.0, (("piece", "Minuet"),), tuple(np.eye(10)[4]), (4, 6)) for row in range(28)
    ]
    found = gate.figures(rows, margin=0.5, fewest=8)
    assert (found.recordings, found.players) == (28, 7)
    assert found.mae.value == pytest.approx(-0.8)
    assert found.mae.high < 0
    assert found.calibration_error == 0
    assert found.coverage.value == 1
    bare = gate.figures([Audited("a", 5, 5, 5)], margin=0.5, fewest=8)
    assert (bare.coverage, bare.calibration_error) == (None, None)
    with pytest.raises(ValueError, match="audited"):
        gate.figures([], margin=0.5, fewest=8)
