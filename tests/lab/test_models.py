import pytest
from django.urls import reverse

from grading.models import ModelVersion, Promotion
from tests import factories

from .conftest import on_disk, report, with_drawings


def model(version) -> str:
    return reverse("lab:model", args=[version.number])


def promote(version) -> str:
    return reverse("lab:promote", args=[version.number])


def test_it_shows_the_figures_with_intervals_controls_and_flags(cast, candidate, client_of):
    text = client_of(cast.admin).get(model(candidate)).content.decode()
    for shown in (
        "87 %",
        "80 % to 93 %",
        "Always the most frequent level",
        "the figures are rough",
        "cannot be told apart",
    ):
        assert shown in text


def test_it_draws_where_a_version_errs_and_names_no_player(cast, champion, candidate, client_of):
    candidate.report = with_drawings(report())
    candidate.save()
    text = client_of(cast.admin).get(model(candidate)).content.decode()
    for shown in (
        "How sure it may be",
        "What more players bring",
        "Levels off by level",
        "Satie: Gymnopédie no. 1",
        "Player 1",
        "Model closer by",
        "2 more, none further off than 0.80",
    ):
        assert shown in text
    assert "someone-" not in text
    assert "style=" not in text


def test_a_report_from_before_the_drawings_still_opens(cast, champion, candidate, client_of):
    text = client_of(cast.admin).get(model(candidate)).content.decode()
    assert "Where it errs" in text
    for absent in ("How sure it may be", "What more players bring", "Levels off by", "Model closer by"):
        assert absent not in text


def test_a_version_without_a_report_says_so(cast, champion, client_of):
    text = client_of(cast.admin).get(model(champion)).content.decode()
    assert "no report of this version" in text
    assert "never seen a real student" in text


def test_it_names_where_a_version_comes_from(cast, champion, candidate, client_of):
    page = client_of(cast.admin).get(model(candidate))
    assert page.context["lineage"] == [champion]
    assert client_of(cast.admin).get(model(champion)).context["descendants"] == [candidate]


def test_its_card_can_be_taken_along(cast, candidate, client_of):
    answer = client_of(cast.admin).get(reverse("lab:card", args=[candidate.number]))
    assert answer.content == b"# A card"
    assert "attachment" in answer["Content-Disposition"]


def test_promoting_shows_what_would_change_first(cast, champion, candidate, client_of):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(submission.performance, model=champion)
    candidate.report = report(grades={str(submission.performance_id): 8.7})
    candidate.save()
    page = client_of(cast.admin).get(promote(candidate))
    assert [row.proposed for row in page.context["differences"].waiting] == [8.7]
    assert ModelVersion.objects.get(stage="champion") == champion


def test_promoting_makes_it_champion(cast, champion, candidate, client_of):
    answer = client_of(cast.admin).post(promote(candidate), {"reason": "closer to us"})
    assert answer["Location"] == model(candidate)
    assert ModelVersion.objects.get(stage="champion") == candidate
    assert (Promotion.objects.get().by, Promotion.objects.get().reason) == (cast.admin, "closer to us")


def test_a_candidate_that_is_not_better_needs_a_reason(cast, champion, candidate, client_of):
    candidate.report = {}
    candidate.save()
    answer = client_of(cast.admin).post(promote(candidate), {"reason": " "})
    assert answer.status_code == 422
    assert "written reason" in answer.context["trouble"]
    assert ModelVersion.objects.get(stage="champion") == champion


def test_a_comparison_of_too_few_players_opens_and_is_no_reason_to_promote(cast, champion, candidate, client_of):
    gap = {"candidate": 0.5, "champion": 0.9, "difference": -0.4, "low": None, "high": None}
    candidate.report = report(comparison={"mae": gap})
    candidate.save()
    assert "too few players to tell" in client_of(cast.admin).get(model(candidate)).content.decode()
    assert client_of(cast.admin).post(promote(candidate), {"reason": ""}).status_code == 422


def test_rolling_back_brings_the_earlier_champion_back(cast, champion, candidate, client_of):
    on_disk(champion)
    client = client_of(cast.admin)
    client.post(promote(candidate), {"reason": ""})
    assert f"Go back to {champion}?" in client.get(reverse("lab:roll_back")).content.decode()
    answer = client.post(reverse("lab:roll_back"), {"reason": "too strict"})
    assert answer["Location"] == model(champion)
    assert ModelVersion.objects.get(stage="champion") == champion
    assert "too strict" in client.get(reverse("lab:history")).content.decode()


def test_without_an_earlier_champion_there_is_nothing_to_go_back_to(cast, champion, client_of):
    answer = client_of(cast.admin).get(reverse("lab:roll_back"), follow=True)
    assert "no earlier champion" in answer.content.decode()


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_versions_are_hidden_from_everyone_else(cast, champion, candidate, client_of, who):
    client = client_of(getattr(cast, who))
    for address in (model(candidate), reverse("lab:card", args=[candidate.number]), promote(candidate)):
        assert client.get(address).status_code == 404
    assert client.post(promote(candidate), {"reason": "mine"}).status_code == 404
    assert client.post(reverse("lab:roll_back"), {"reason": "mine"}).status_code == 404
    assert ModelVersion.objects.get(stage="champion") == champion


def test_pages_that_only_show_refuse_post(cast, candidate, client_of):
    client = client_of(cast.admin)
    assert client.post(model(candidate)).status_code == 405
    assert client.post(reverse("lab:card", args=[candidate.number])).status_code == 405
