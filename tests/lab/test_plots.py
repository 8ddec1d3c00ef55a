import pytest

from lab.plots import Scale, plots

from .conftest import report, with_drawings


@pytest.mark.parametrize(
    ("values", "top", "ticks"),
    [
        ([0.7], 0.75, ["0.00", "0.25", "0.50", "0.75"]),
        ([1.2, None], 1.5, ["0.0", "0.5", "1.0", "1.5"]),
        ([4.0], 4.0, ["0", "1", "2", "3", "4"]),
        ([7.5], 8.0, ["0", "2", "4", "6", "8"]),
        ([], 1.0, ["0.00", "0.25", "0.50", "0.75", "1.00"]),
        ([0.0], 0.25, ["0.00", "0.25"]),
    ],
)
def test_a_scale_ends_on_a_round_tick(values, top, ticks):
    scale = Scale.over(values)
    assert (scale.top, [tick.text for tick in scale.ticks]) == (top, ticks)
    assert scale.ticks[-1].at == 1.0


def test_marks_lie_where_their_figures_say():
    drawn = plots(with_drawings(report()))
    five, nine = drawn.level.rows
    assert drawn.level.scale.top == 2.0
    assert (five.level, five.mark.at, five.mark.low_at, five.leans) == (5, 0.25, pytest.approx(0.15), "−0.2")
    assert (nine.mark.low_at, drawn.level.some_without_interval) == (None, True)
    assert drawn.level.overall_at == pytest.approx(0.35)
    assert [each.share for each in drawn.reliability] == [1.0, 0.5]
    assert drawn.reliability[0].right.high_at == 0.5


def test_players_have_numbers_and_the_worst_twelve_are_shown():
    players = plots(with_drawings(report())).player
    assert [row.name for row in players.rows] == [f"Player {place}" for place in range(1, 15)]
    assert (len(players.shown), len(players.more)) == (12, 2)


def test_the_curve_runs_from_none_to_all_and_has_a_band_only_where_every_point_has_one():
    whole = with_drawings(report())
    learning = plots(whole).learning
    assert [point.share for point in learning.points] == [0.0, 0.5, 1.0]
    assert learning.banded
    whole["learning"][1]["mae"]["low"] = None
    assert not plots(whole).learning.banded
    assert plots(whole | {"learning": whole["learning"][:1]}).learning is None


def test_a_report_from_before_has_no_drawings():
    drawn = plots(report())
    assert (drawn.reliability, drawn.level, drawn.player, drawn.learning) == ((), None, None, None)
