"""How far a number has moved, and how seldom chance alone would do it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from grading.drift.shifts import Observed, between, by_group, within

SINCE = 100.0


def school(
    random: np.random.Generator,
    *,
    players: int = 12,
    moved: Callable[[int], float] = lambda player: 0.0,
    newcomers: int = 0,
) -> list[Observed]:
    """A recording a week of each player, three pieces in turn; newcomers, unlike the rest, come at the end."""
    own = random.normal(0, 3, players + newcomers) + 10 * (np.arange(players + newcomers) >= players)
    return [
        Observed(day + random.uniform(0, 7), player, (player + week // 5) % 3, own[player] + random.normal() + change)
        for week, day in enumerate(np.arange(0.0, SINCE + 14, 7.0))
        for player in range(players + newcomers)
        if player < players or day >= SINCE - 7
        for change in [moved(player) if day >= SINCE else 0.0]
    ]


def test_a_shift_of_everybody_is_found_with_its_interval() -> None:
    look = within(school(np.random.default_rng(1), moved=lambda player: 2.0), since=SINCE)
    assert look is not None
    assert look.low < 2.0 < look.high
    assert look.by == pytest.approx(2.0, abs=0.6)
    assert look.chance < 1e-6
    assert look.players == 12


def test_it_gives_what_least_squares_gives() -> None:
    """The same model solved by another road: all effects at once, and the standard error from the inverse."""
    rows = school(np.random.default_rng(2), players=8)
    look = within(rows, since=SINCE)
    assert look is not None
    cells: dict[tuple[object, ...], list[float]] = {}
    for row in rows:
        cells.setdefault((row.player, row.piece, (row.at - SINCE) // 7), []).append(row.value)
    table = np.array(
        [
            [row[0] == player for player in range(8)] + [row[1] == piece for piece in (1, 2)] + [row[2] >= 0]
            for row in cells
        ],
        float,
    )
    values = np.array([np.mean(each) for each in cells.values()])
    solved = np.linalg.lstsq(table, values, rcond=None)[0]
    freedom = len(values) - table.shape[1]
    scatter = np.sum((values - table @ solved) ** 2) / freedom
    error = np.sqrt(scatter * np.linalg.inv(table.T @ table)[-1, -1])
    assert look.by == pytest.approx(solved[-1])
    assert look.high - look.by == pytest.approx(error * stats.t.ppf(0.975, freedom))


def test_a_class_of_newcomers_is_no_shift() -> None:
    """They differ from everybody by ten, and by nothing from themselves."""
    look = within(school(np.random.default_rng(3), newcomers=12), since=SINCE)
    assert look is not None
    assert abs(look.by) < 1.0
    assert look.chance > 0.001


def test_a_new_piece_is_no_shift() -> None:
    rows = [
        Observed(row.at, row.player, "louder", row.value + 9) if row.at >= SINCE and row.player < 6 else row
        for row in school(np.random.default_rng(4))
    ]
    look = within(rows, since=SINCE)
    assert look is not None
    assert look.players == 6, "those who play it have nothing to be compared with"
    assert look.chance > 0.001


def test_one_who_moves_house_is_not_the_school() -> None:
    look = within(school(np.random.default_rng(5), moved=lambda player: 40.0 * (player == 0)), since=SINCE)
    assert look is not None
    assert look.chance > 0.001


def test_what_is_tolerated_is_no_alarm_however_sure_it_is() -> None:
    rows = school(np.random.default_rng(6), players=60, moved=lambda player: 1.0)
    strict, lenient = within(rows, since=SINCE), within(rows, since=SINCE, tolerated=1.5)
    assert strict is not None
    assert lenient is not None
    assert strict.chance < 1e-6
    assert lenient.chance > 0.05


@pytest.mark.parametrize("players", [0, 1, 4])
def test_a_handful_is_told_nothing(players: int) -> None:
    assert within(school(np.random.default_rng(7), players=players), since=SINCE) is None


def test_chance_is_what_it_says_where_nothing_moves() -> None:
    """Of 400 schools in which nothing moves, five in a hundred look as rare as five in a hundred."""
    looks = [within(school(np.random.default_rng([8, row]), players=8), since=SINCE) for row in range(400)]
    rare = sum(look is not None and look.chance < 0.05 for look in looks)
    assert rare <= 34, "a hundred times one chance in a hundred more than there may be"


def test_two_groups_are_compared_by_players() -> None:
    """Ten recordings of one player weigh as much as one of another."""
    random = np.random.default_rng(9)
    many = [Observed(0.0, "busy", "", 5.0)] * 50
    rows = [Observed(0.0, player, "", float(random.normal())) for player in range(20)] + many
    look = between(rows, [row.player == "busy" or (isinstance(row.player, int) and row.player < 9) for row in rows])
    assert look is not None
    assert look.players == 10
    assert look.by < 1.5


def test_student_s_test_is_student_s_test() -> None:
    random = np.random.default_rng(10)
    one, other = random.normal(1.2, 1, 9), random.normal(0, 1, 14)
    rows = [Observed(0.0, player, "", float(value)) for player, value in enumerate([*one, *other])]
    look = between(rows, [row < 9 for row in range(23)])
    assert look is not None
    assert look.chance == pytest.approx(stats.ttest_ind(one, other).pvalue)


def test_the_furthest_of_many_groups_pays_for_their_number() -> None:
    random = np.random.default_rng(11)
    rows = [Observed(0.0, player, "", float(random.normal())) for player in range(60)]
    groups = [f"phone {player % 6}" for player in range(60)]
    alone = between(rows, [group == "phone 0" for group in groups])
    among = by_group(rows, groups)["phone 0"]
    assert alone is not None
    assert among.chance == pytest.approx(min(1.0, 6 * alone.chance))
