"""Two trainings beside each other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.models import Dataset, TrainingRun
from lab.comparison import compare
from tests import factories
from tests.lab.conftest import outcome, report


def curve(*losses: float, mae: float | None = 1.0) -> list[dict]:
    return [
        {"epoch": epoch, "epochs": len(losses), "loss": loss, "mae": mae, "qwk": None, "eta": 0.0}
        for epoch, loss in enumerate(losses, 1)
    ]


def judged(mae: float, *fused: float) -> dict:
    """Recordings at level 5, two of each student, of which it said these levels."""
    examples = [
        {"id": str(row), "player": str(row // 2), "piece": "", "level": 5.0, "fused": said, "low": 4, "high": 6}
        for row, said in enumerate(fused)
    ]
    return report(branches={"fused": outcome(mae)}, examples=examples)


@pytest.fixture
def pair(run, champion):
    """The one of the fixture, and one with other settings on the same snapshot that went on for longer."""
    TrainingRun.objects.filter(pk=run.pk).update(
        config={"depth": "heads", "epochs": 2, "seed": 1}, history=curve(2.0, 1.0), code_version="1+ml.abc"
    )
    other = TrainingRun.objects.create(
        dataset=run.dataset,
        start=champion,
        config={"depth": "heads", "epochs": 3, "seed": 1},
        history=curve(2.0, 1.2, 0.9, mae=0.8),
        code_version="1+ml.abc",
    )
    return TrainingRun.objects.get(pk=run.pk), other


def test_only_what_differs_comes_first(pair):
    found = compare(*pair)
    assert [(row.name, row.values) for row in found.differing] == [("Times through the labels", ("2", "3"))]
    assert ("Code", "1+ml.abc") in [(row.name, row.values[0]) for row in found.alike]
    assert found.difference is None


def test_their_curves_share_one_axis(pair):
    loss, mae = compare(*pair).charts
    assert list(loss.x) == [1, 2, 3]
    assert [list(each.values) for each in loss.series] == [[2.0, 1.0, None], [2.0, 1.2, 0.9]]
    assert [list(each.values) for each in mae.series] == [[1.0, 1.0, None], [0.8, 0.8, 0.8]]
    assert {each.kind for each in loss.series} == {"line", "dashed"}


def test_figures_say_which_is_better_and_when_that_may_be_chance(pair):
    one, other = pair
    factories.model(run=one, report=judged(1.0, *[5.5] * 8))
    factories.model(run=other, report=judged(0.9, *[5.5] * 8))
    said = {figure.name: figure.better for figure in compare(*pair).figures}
    assert said["Levels off"] == f"{other} looks better, but may not be: the intervals overlap"
    assert said["Weighted kappa"] == "alike"
    other.candidate.report = judged(0.3, *[5.5] * 8)
    assert {figure.name: figure.better for figure in compare(*pair).figures}["Levels off"] == f"{other} is better"


def test_recording_by_recording_it_is_told_who_is_closer(pair):
    one, other = pair
    factories.model(run=one, report=judged(1.0, *[7, 7, 7, 6.5] * 3))
    factories.model(run=other, report=judged(1.0, *[5.5, 5, 5.5, 5.5] * 3))
    assert compare(*pair).verdict.startswith(
        f"On the 12 recordings that both were judged on, {other} is 1.50 levels closer to the teachers (1."
    )
    one.candidate.report = judged(1.0, *[5, 5.5, 5.5, 5.5] * 3)
    assert compare(*pair).verdict.endswith("the two cannot be told apart.")
    one.candidate.report = judged(1.0, 9, 9, 9, 9)
    assert "recordings of only 2 students: too few to tell" in compare(*pair).verdict


def test_one_that_gave_no_version_has_no_figures(pair):
    one, _other = pair
    assert (compare(*pair).figures, compare(*pair).verdict) == ([], "")
    factories.model(run=one, report=judged(1.0, *[5.5] * 8))
    assert {figure.better for figure in compare(*pair).figures} == {"only one was judged"}


def test_the_page_shows_all_of_it_and_leads_to_what_changed_between_the_snapshots(cast, pair, client_of):
    one, other = pair
    other.dataset = Dataset.objects.create(digest="e" * 64, manifest={"examples": []})
    other.save()
    for each in pair:
        factories.model(run=each, report=report())
    address = reverse("lab:comparison", args=[one.pk, other.pk])
    client = client_of(cast.admin)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    text = page.content.decode()
    assert page.status_code == 200
    assert reverse("lab:difference", args=[one.dataset_id, other.dataset_id]) in text
    assert "Times through the labels" in text
    assert "compare-loss" in text
    assert len(queries) < 30
    turned = client.get(reverse("lab:comparison", args=[other.pk, one.pk]))
    assert turned.context["one"] == one
    alone = client.get(reverse("lab:comparison", args=[one.pk, one.pk]))
    assert alone["Location"] == reverse("lab:run", args=[one.pk])
