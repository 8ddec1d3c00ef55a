"""Whether a phone has become common that was rare."""

from __future__ import annotations

import numpy as np
import pytest

from grading.drift.devices import Used, newest_devices

SINCE = 100.0


def school(now: list[str], before: list[str]) -> list[Used]:
    """One recording of each player before, and one since; further players come only since."""
    return [Used(50.0, player, device) for player, device in enumerate(before)] + [
        Used(105.0, player, device) for player, device in enumerate(now)
    ]


def test_a_phone_that_everybody_has_got_is_first_and_rare_by_chance() -> None:
    looks = newest_devices(school(["new"] * 10 + ["old"] * 4, ["old"] * 14), since=SINCE)
    assert [look.device for look in looks] == ["new", "old"]
    assert (looks[0].players, looks[0].all_players, looks[0].before, looks[0].all_before) == (10, 14, 0, 14)
    assert looks[0].chance < 1e-6
    assert looks[1].chance > 0.5


def test_one_new_phone_is_nothing() -> None:
    looks = newest_devices(school(["new"] + ["old"] * 13, ["old"] * 14), since=SINCE)
    assert min(look.chance for look in looks) > 0.5


def test_a_new_class_with_phones_of_its_own_is_nothing() -> None:
    """Fourteen who are new bring eight phones that nobody had."""
    before = [f"phone {row % 5}" for row in range(14)]
    now = before + [f"another {row % 8}" for row in range(14)]
    assert min(look.chance for look in newest_devices(school(now, before), since=SINCE)) > 0.01


def test_a_class_that_comes_with_one_and_the_same_new_phone_is_seen() -> None:
    before = [f"phone {row % 5}" for row in range(14)]
    looks = newest_devices(school(before + ["tablet"] * 12, before), since=SINCE)
    assert looks[0].device == "tablet"
    assert looks[0].chance < 1e-5


def test_who_records_often_counts_once() -> None:
    rows = school(["old"] * 14, ["old"] * 14) + [Used(106.0, 0, "new")] * 40
    look = next(look for look in newest_devices(rows, since=SINCE) if look.device == "new")
    assert (look.players, look.recordings, look.all_recordings) == (1, 40, 54)
    assert look.chance > 0.5


def test_a_handful_is_told_nothing_about_phones() -> None:
    assert newest_devices(school(["new"] * 4, ["old"] * 14), since=SINCE) == []
    assert newest_devices([], since=SINCE) == []


@pytest.mark.parametrize("players", [8, 14, 40])
def test_phones_of_a_town_ring_seldom(players: int) -> None:
    """Everybody keeps a phone or, one in a hundred, has got another; 300 schools, none at less than one in 10,000."""
    for number in range(300):
        random = np.random.default_rng([12, players, number])
        before = [f"phone {random.integers(8)}" for _ in range(players)]
        now = [f"phone {random.integers(8)}" if random.random() < 0.01 else device for device in before]
        assert min(look.chance for look in newest_devices(school(now, before), since=SINCE)) > 1e-4
