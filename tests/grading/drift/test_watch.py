"""A simulated school: quiet while nothing changes, loud within two weeks of a new phone. Small and seeded; the figures
of docs/monitoring.md come from the same, in `python -m grading.drift.simulate`.
"""

from __future__ import annotations

import numpy as np
import pytest

from grading.drift.budget import FALSE_ALARMS, LOOKS, Quantity, rings_below
from grading.drift.rows import Rated, Recorded
from grading.drift.simulate import watched
from grading.drift.simulated import TERM, School
from grading.drift.watch import MOST, _whole_players, look

WEEK = 7.0


def test_shares_of_the_false_alarms_add_up() -> None:
    looked = sum(rings_below(each) * LOOKS for each in Quantity if each != Quantity.COVERAGE)
    assert looked + 2 * rings_below(Quantity.COVERAGE) == pytest.approx(FALSE_ALARMS)


@pytest.mark.parametrize("number", range(3))
def test_a_new_class_at_the_term_rings_nothing(number: int) -> None:
    """Looks every other day from the term's begin on: half of the school is new, with other rooms and phones."""
    days = list(np.arange(TERM * WEEK, (TERM + 4) * WEEK, 2.0))
    rung = watched(School(), np.random.default_rng([21, number]), days=days)
    assert not rung.first


@pytest.mark.parametrize("number", range(3))
def test_a_new_phone_rings_within_two_weeks_and_not_before(number: int) -> None:
    week = TERM // 2
    days = list(np.arange((week - 2) * WEEK, (week + 2) * WEEK + 1))
    rung = watched(School(changed=week), np.random.default_rng([22, number]), days=days)
    assert week * WEEK < rung.first[Quantity.DEVICE] <= (week + 2) * WEEK
    assert min(rung.first.values()) > week * WEEK


def rated(player: int, off: float, *, device: str = "old", at: float = 360.0, held: bool = True) -> Rated:
    return Rated(at, player, "Minuet", device, off, held)


def test_a_device_on_which_the_model_is_off_is_named() -> None:
    random = np.random.default_rng(23)
    rows = [rated(player, float(random.normal(0, 0.5))) for player in range(12)]
    rows += [rated(player, float(random.normal(2.5, 0.5)), device="new") for player in range(12, 22)]
    found = {(each.quantity, each.subject): each for each in look([], rows, now=364.0)}
    assert found[Quantity.BY_DEVICE, "new"].rings
    assert found[Quantity.BY_DEVICE, "new"].numbers["by"] == pytest.approx(2.5, abs=0.6)
    assert (Quantity.BY_PIECE, "Minuet") not in found, "there is no other piece to hold it against"


def test_the_evidence_about_the_promise_begins_anew_each_half_year() -> None:
    rows = [rated(player, 0.0, at=360.0, held=False) for player in range(20)]
    promise = [each for each in look([], rows, now=363.0) if each.quantity == Quantity.COVERAGE]
    assert promise[0].rings
    assert promise[0].numbers["ratings"] == 20
    assert not [each for each in look([], rows, now=365.0) if each.quantity == Quantity.COVERAGE]


def test_nothing_is_found_in_nothing() -> None:
    assert look([], [], now=0.0) == []


def test_of_a_large_school_whole_players_are_looked_at_and_always_the_same() -> None:
    rows = [Recorded(float(row), row % 300, "Minuet", "old", 60.0) for row in range(MOST * 3)]
    chosen = _whole_players(rows)
    players = {row.player for row in chosen}
    assert MOST - 20 < len(chosen) <= MOST
    assert len(chosen) == sum(row.player in players for row in rows)
    assert chosen == _whole_players(rows)
