import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from grading.models import GateBounds, ModelVersion, Promotion
from grading.services import registry
from tests import factories
from tests.grading.factories import run as run_of

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
    for absent in ("How sure it may be", "What more players bring", "Levels off by"):
        assert absent not in text


def test_a_version_without_a_report_says_so(cast, champion, client_of):
    text = client_of(cast.admin).get(model(champion)).content.decode()
    assert "no report of this version" in text
    assert "never seen a real student" in text


def test_it_names_where_a_version_comes_from(cast, champion, candidate, client_of):
    own, other = (client_of(cast.admin).get(model(version)).context["family"] for version in (candidate, champion))
    for family in (own, other):
        assert [member.version for member in family.members] == [candidate, champion]
    assert [member.here for member in own.members] == [True, False]


def test_its_card_can_be_taken_along(cast, candidate, client_of):
    answer = client_of(cast.admin).get(reverse("lab:card", args=[candidate.number]))
    text = answer.content.decode()
    for title in (
        "Model details",
        "Intended use",
        "Factors",
        "Metrics",
        "Evaluation data",
        "Training data",
        "The gate",
    ):
        assert f"## {title}" in text
    assert "0.70 (0.50 to 0.90)" in text
    assert "levels closer to the teachers than the champion" in text
    assert text.endswith("### A card\n")
    assert "attachment" in answer["Content-Disposition"]


def test_promoting_shows_what_would_change_first(cast, champion, candidate, client_of):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(submission.performance, model=champion)
    candidate.report = report(grades={str(submission.performance_id): 8.7})
    candidate.save()
    page = client_of(cast.admin).get(promote(candidate))
    assert [row.proposed for row in page.context["waiting"].rows] == [8.7]
    assert page.context["waiting"].columns == [9]
    assert "Rows: the level now" in page.content.decode()
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
    client.post(promote(candidate), {"reason": "closer"})
    assert f"Go back to {champion}?" in client.get(reverse("lab:roll_back")).content.decode()
    answer = client.post(reverse("lab:roll_back"), {"reason": "too strict"})
    assert answer["Location"] == model(champion)
    assert ModelVersion.objects.get(stage="champion") == champion
    assert "too strict" in client.get(reverse("lab:history")).content.decode()


def test_a_rubric_of_its_own_is_rolled_back_by_itself(cast, champion, client_of):
    rubric = factories.rubric()
    first, second = (on_disk(factories.model(rubric=rubric)) for _ in range(2))
    for version in (first, second):
        registry.promote(version=version, by=cast.admin, reason="Its own.")
    client = client_of(cast.admin)
    address = reverse("lab:roll_back") + f"?rubric={rubric.pk}"
    assert address in client.get(model(second)).content.decode()
    assert client.post(address, {"instead_of": second.pk})["Location"] == model(first)
    assert (registry.champion(rubric), registry.champion()) == (first, champion)
    assert client.get(reverse("lab:roll_back") + "?rubric=999999").status_code == 404


def test_a_decision_made_beside_another_champion_is_shown_again(cast, champion, candidate, client_of):
    page = client_of(cast.admin).get(promote(candidate)).content.decode()
    assert f'name="instead_of" value="{champion.pk}"' in page
    other = on_disk(factories.model())
    registry.promote(version=other, by=cast.admin, reason="Meanwhile.")
    answer = client_of(cast.admin).post(promote(candidate), {"reason": "mine", "instead_of": champion.pk})
    assert answer.status_code == 422
    assert "became the champion meanwhile" in answer.context["trouble"]
    assert registry.champion() == other


def test_the_gate_is_a_list_of_checks_with_a_sentence_each(cast, champion, candidate, client_of):
    page = client_of(cast.admin).get(model(candidate))
    text = page.content.decode()
    judgement = page.context["judgement"]
    assert judgement.passes
    for check in judgement.checks:
        assert check.title in text
        assert escape(check.sentence) in text
    assert "Tuesday" in text  # the course, with its figures


def test_a_former_candidate_keeps_what_the_gate_said_of_it(cast, champion, candidate, client_of):
    client_of(cast.admin).post(promote(candidate), {"reason": ""})
    text = client_of(cast.admin).get(model(candidate)).content.decode()
    assert "As it said when this version was promoted" in text
    assert "Closer to the teachers" in text
    assert "through the gate" in client_of(cast.admin).get(reverse("lab:history")).content.decode()


def test_many_changes_are_counted_and_listed_a_page_at_a_time(cast, champion, candidate, client_of):
    grades = {}
    for number in range(25):
        work = factories.performance(player=cast.student, piece=f"Piece {number}")
        factories.autograde(work, model=champion, level=4.0)
        grades[str(work.pk)] = 5.0 + number / 10
    candidate.report |= {"grades": grades}
    candidate.save()
    client = client_of(cast.admin)
    first = client.get(promote(candidate))
    assert (first.context["waiting"].moved, len(first.context["waiting"].rows)) == (25, 20)
    assert first.context["waiting"].rows[0].piece == "Piece 24"
    second = client.get(promote(candidate) + "?waiting=2")
    assert len(second.context["waiting"].rows) == 5
    assert len(first.context["released"].rows) == 0


def test_the_pages_ask_the_same_number_of_questions_however_much_there_is(cast, champion, candidate, client_of):
    client, pages = client_of(cast.admin), (reverse("lab:models"), model(candidate), promote(candidate))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            for page in pages:
                assert client.get(page).status_code == 200
        return len(queries)

    asked()
    before = asked()
    for _ in range(4):
        factories.model(run=run_of(start=champion))
        factories.autograde(factories.performance(player=cast.student), model=champion)
    assert asked() <= before


def test_all_versions_stand_on_one_page_with_where_they_come_from(cast, champion, candidate, client_of):
    page = client_of(cast.admin).get(reverse("lab:models"))
    text = page.content.decode()
    assert [member.version for member in page.context["family"].members] == [candidate, champion]
    for address in (model(champion), model(candidate), reverse("lab:run", args=[candidate.run_id])):
        assert address in text
    assert "<svg" in text
    assert "style=" not in text


def test_a_school_without_models_is_told_how_to_get_one(cast, client_of):
    assert "No version is registered" in client_of(cast.admin).get(reverse("lab:models")).content.decode()


def test_the_bounds_of_the_gate_are_kept(cast, client_of):
    address, bounds = reverse("lab:bounds"), GateBounds.current()
    fields = {field.name: getattr(bounds, field.name) for field in GateBounds._meta.fields if field.name != "id"}
    assert client_of(cast.admin).get(address).status_code == 200
    answer = client_of(cast.admin).post(address, fields | {"group_margin": "0.8", "fewest": "30"})
    assert answer["Location"] == reverse("lab:models")
    assert (GateBounds.current().group_margin, GateBounds.current().fewest) == (0.8, 30)


def test_bounds_that_would_let_anything_through_are_refused(cast, client_of):
    page = client_of(cast.admin).post(reverse("lab:bounds"), {"fewest": "0", "kappa_margin": "2"})
    assert page.status_code == 200
    assert {"fewest", "kappa_margin"} <= set(page.context["form"].errors)
    assert GateBounds.current().fewest == 20


def test_without_an_earlier_champion_there_is_nothing_to_go_back_to(cast, champion, client_of):
    answer = client_of(cast.admin).get(reverse("lab:roll_back"), follow=True)
    assert "no earlier champion" in answer.content.decode()


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_versions_are_hidden_from_everyone_else(cast, champion, candidate, client_of, who):
    client = client_of(getattr(cast, who))
    pages = (reverse("lab:models"), reverse("lab:bounds"), model(candidate), promote(candidate))
    for address in (*pages, reverse("lab:card", args=[candidate.number])):
        assert client.get(address).status_code == 404
    assert client.post(promote(candidate), {"reason": "mine"}).status_code == 404
    assert client.post(reverse("lab:roll_back"), {"reason": "mine"}).status_code == 404
    assert ModelVersion.objects.get(stage="champion") == champion


def test_pages_that_only_show_refuse_post(cast, candidate, client_of):
    client = client_of(cast.admin)
    assert client.post(model(candidate)).status_code == 405
    assert client.post(reverse("lab:models")).status_code == 405
    assert client.post(reverse("lab:card", args=[candidate.number])).status_code == 405
