import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from grading.models import RetrainingPolicy
from tests import factories

PAGES = [reverse(f"lab:{name}") for name in ("home", "datasets", "policy", "history", "house")]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_an_admin(cast, champion, client_of, page):
    assert client_of(cast.admin).get(page).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, reverse("lab:roll_back")])
@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_nobody_else_can_tell_that_there_is_a_lab(cast, client_of, page, who):
    assert client_of(getattr(cast, who)).get(page).status_code == 404


@pytest.mark.parametrize("name", ["home", "datasets", "history", "house"])
def test_pages_that_only_show_take_only_get(cast, client_of, name):
    assert client_of(cast.admin).post(reverse(f"lab:{name}")).status_code == 405


def test_the_sentence_says_plainly_what_a_starter_is(cast, champion, client_of):
    text = client_of(cast.admin).get(reverse("lab:home")).content.decode()
    assert "has never seen a real student" in text


def test_without_a_champion_it_says_so(cast, client_of):
    assert "No model is in use" in client_of(cast.admin).get(reverse("lab:home")).content.decode()


def test_a_trained_champion_is_told_by_ratings_teachers_and_agreement(cast, champion, candidate, client_of):
    champion.stage = "archived"
    champion.save()
    candidate.stage = "champion"
    candidate.save()
    sentence = client_of(cast.admin).get(reverse("lab:home")).context["standing"].sentence
    assert sentence == f"{candidate}, by 1 rating of 1 teacher, agrees with them within one level 87 times in 100."


def test_a_candidate_that_waits_is_named_with_what_the_gate_says(cast, champion, candidate, client_of):
    page = client_of(cast.admin).get(reverse("lab:home"))
    said = page.context["standing"].verdict.sentence
    assert f"{candidate} waits for a decision" in page.content.decode()
    assert said
    assert escape(said) in page.content.decode()


def test_while_something_is_missing_the_button_asks_for_ratings(cast, champion, client_of):
    page = client_of(cast.admin).get(reverse("lab:home"))
    assert page.context["step"].address == reverse("lab:rounds")
    assert "conditions__missing" in page.content.decode()


def test_the_schedule_is_kept(cast, client_of):
    answer = client_of(cast.admin).post(
        reverse("lab:policy"), {"enabled": "on", "min_new_labels": "12", "every_hours": "48"}
    )
    assert answer["Location"] == reverse("lab:home")
    policy = RetrainingPolicy.current()
    assert (policy.enabled, policy.min_new_labels, policy.every_hours) == (True, 12, 48)


def test_a_schedule_of_no_labels_is_refused(cast, client_of):
    page = client_of(cast.admin).post(reverse("lab:policy"), {"min_new_labels": "0", "every_hours": "1"})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert RetrainingPolicy.current().min_new_labels == 20


def test_home_asks_the_same_number_of_questions_however_many_versions(cast, champion, client_of):
    client = client_of(cast.admin)
    asked = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("lab:home"))
        asked.append(len(queries))
        for _ in range(3):
            factories.model()
    # From the second time on a candidate waits, about which the gate is asked.
    assert asked[2] <= asked[1]
