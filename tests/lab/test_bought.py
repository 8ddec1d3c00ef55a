"""The page of what labels have bought."""

import pytest
from django.urls import reverse

from lab.bought import bought
from tests import factories
from tests.lab.conftest import figure, report

BOUGHT = reverse("lab:bought")


def law(labels: float) -> float:
    return 0.5 + 3 * labels**-0.5


def version(labels: int, *, learning=(), **fields):
    """Audited after so many labels."""
    error = law(labels)
    branches = {"fused": {"mae": figure(error, error - 0.05, error + 0.05)}}
    counts = {"train": {"performances": labels, "players": labels // 4}}
    parts = [
        {"players": n // 4, "performances": float(n), "draws": 3, "mae": figure(law(n), law(n) - 0.1, law(n) + 0.1)}
        if n
        else {"players": 0, "performances": 0.0, "draws": 1, "mae": figure(2.5)}
        for n in learning
    ]
    return factories.model(report=report(branches=branches, counts=counts, learning=parts), **fields)


def page_of(client, query: str = "") -> str:
    return " ".join(client.get(BOUGHT + query).content.decode().split())


def test_without_any_training_it_says_what_will_stand_here(cast, client_of):
    assert "Nothing is bought yet." in page_of(client_of(cast.admin))


def test_with_too_few_points_it_says_so_in_words(cast, client_of):
    for labels in (12, 24):
        version(labels)
    page = page_of(client_of(cast.admin))
    assert "measured at 2 numbers of labels so far. From 4 different ones on" in page
    assert "should bring" not in page.partition("this page says what more labels should bring")[2]
    assert "With 12 labels the model was 1.37 levels off on average, with 24 it is 1.11 levels off." in page


def test_every_version_and_the_newest_one_s_parts_are_points(cast):
    for labels in (20, 40):
        version(labels)
    newest = version(80, learning=(0, 10, 40, 80))
    found = bought(None)
    assert [point.labels for point in found.versions] == [20, 40]
    assert [point.labels for point in found.on_the_way] == [10, 40, 80], "a power law says nothing of no labels"
    assert found.curve_of == newest
    assert found.law is not None


def test_it_says_what_fifty_more_labels_should_bring(cast, client_of):
    for labels in (20, 40, 80):
        version(labels)
    version(160, learning=(20, 40, 80, 160))
    truth = law(160) - law(210)
    gain = bought(None).law.gain(50)
    assert gain.low <= truth <= gain.high
    page = page_of(client_of(cast.admin))
    assert "50 more labels should bring the model 0.0" in page
    assert 'data-lab-chart="bought-data"' in page
    assert "fitted to all points" in page


def test_it_says_what_no_number_of_labels_removes(cast, client_of):
    for labels in (20, 80):
        version(labels)
    assert "However many labels" not in page_of(client_of(cast.admin))
    for labels in (320, 1280, 5120):
        version(labels)
    assert 0.4 < bought(None).law.floor < 0.55, "the law's own is 0.5"
    page = page_of(client_of(cast.admin))
    assert "However many labels there are, the line stays above 0." in page
    assert "50 more labels of the same kind should hardly change it" in page


def test_the_line_goes_fifty_labels_beyond_what_was_measured(cast):
    for labels in (20, 40, 80, 160):
        version(labels)
    chart = bought(None).chart
    assert (chart.x[0], chart.x[-1]) == (20, 210)
    assert [mark.x for mark in chart.marks] == [160]
    measured, line, promised = chart.series
    assert [chart.x[place] for place, value in enumerate(measured.values) if value is not None] == [20, 40, 80, 160]
    assert max(x for x, value in zip(chart.x, line.values, strict=True) if value is not None) == 160
    assert min(x for x, value in zip(chart.x, promised.values, strict=True) if value is not None) == 160
    for part in (line, promised):
        inside = zip(part.low, part.values, part.high, strict=True)
        assert all(low <= value <= high for low, value, high in inside if value is not None)


def test_a_starter_has_learned_from_none_of_the_school_s_labels(cast):
    version(400, starter=True)
    assert bought(None).points == []


def test_the_model_of_a_rubric_has_a_page_of_its_own(cast, client_of):
    version(20)
    version(64, rubric=cast.rubric)
    assert [point.labels for point in bought(cast.rubric).points] == [64]
    client = client_of(cast.admin)
    assert f'href="?rubric={cast.rubric.pk}"' in page_of(client)
    assert f"<strong>{cast.rubric}</strong>" in page_of(client, f"?rubric={cast.rubric.pk}")
    for none in ("4711", "none", "²"):
        assert client.get(BOUGHT, {"rubric": none}).status_code == 404


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, client_of, who):
    assert client_of(getattr(cast, who)).get(BOUGHT).status_code == 404


def test_it_takes_only_get(cast, client_of):
    assert client_of(cast.admin).post(BOUGHT).status_code == 405
