import pytest

from lab.report import nearest, read
from tests import factories

from .conftest import difference, report, with_drawings

pytestmark = pytest.mark.django_db


def reading(**fields):
    return read(factories.model(report=report(**fields)))


def test_every_figure_has_its_interval_or_says_nothing():
    fused = reading().judges[0]
    assert fused.key == "fused"
    assert [(figure.text, figure.bounds) for figure in fused.figures][1] == ("87 %", "80 % to 93 %")
    assert fused.figures[4].bounds == ""


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.6, -0.2, "better"),
        (0.1, 0.4, "worse"),
        (-0.1, 0.2, "cannot be told apart"),
        (None, None, "too few players to tell"),
    ],
)
def test_fewer_levels_off_is_better(low, high, words):
    (row,) = reading(comparison={"mae": difference(0.7, 1.1, low, high)}).comparison
    assert row.words == words


def test_more_agreement_is_better():
    (row,) = reading(comparison={"qwk": difference(0.8, 0.6, 0.1, 0.3)}).comparison
    assert (row.words, row.difference, row.bounds) == ("better", "+0.20", "+0.10 to +0.30")


def test_the_confusion_counts_whole_levels():
    rows = dict(reading().confusion.rows)
    assert [cell.count for cell in rows[5]] == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert rows[9][5].count == 1
    assert not rows[9][5].near


def test_an_interval_that_missed_is_marked():
    assert [dot.held for dot in reading().dots] == [True, False]


def test_an_empty_report_reads_as_empty():
    empty = read(factories.model(report={}))
    assert (empty.judges, empty.metric("mae"), empty.confusion) == ((), None, None)


@pytest.mark.parametrize(("level", "whole"), [(5.5, 6), (5.49, 5), (0.2, 1), (10.9, 10)])
def test_halves_go_upwards(level, whole):
    assert nearest(level) == whole


def test_a_lead_is_above_nought_where_the_model_is_closer():
    found = read(factories.model(report=with_drawings(report())))
    sight = next(judge for judge in found.judges if judge.key == "visual")
    assert (sight.lead.text, sight.lead.bounds) == ("0.40", "0.20 to 0.60")
    assert found.judges[0].lead is None
    assert found.has_leads
    assert not reading().has_leads


def test_many_recordings_are_drawn_closer_together():
    example = report()["examples"][0]
    few, many = (reading(examples=[example] * count) for count in (40, 120))
    assert (few.pitch, few.dense) == (11.0, False)
    assert (many.pitch, many.dense) == (5.5, True)
