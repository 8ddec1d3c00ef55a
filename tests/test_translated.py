"""Every page with every translation in brackets: whatever stands outside of them no translator was asked about."""

import pytest
from django.urls import reverse

from tests import factories
from tests.policy import ACTORS, POLICY
from tests.test_permissions import world  # noqa: F401 — the fixture
from tests.unmarked import pages

# Pages that still say something in English alone, and who mends them. One that is clean must go from here.
PENDING: dict[str, str] = {}
# Not for people: whether the house lives, the description of the interface for programs, what scripts say. And what the
# doctor finds, who speaks English to whoever runs the house.
SILENT = {"core:health", "api:schema", "core:words", "lab:house"}
READ = {name for name, row in POLICY.items() if "GET" in row.answers} - SILENT


@pytest.fixture
def bracketed(world, monkeypatch):  # noqa: F811 — the fixture
    """The world of the policy, with something released and asked about in it, and brackets around all its words."""
    cast = world.cast
    released = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(released.performance, model=world.version)
    rating = factories.rating(released.performance, rater=cast.teacher, comment="Sing.", criteria={"touch": 4})
    rating.remarks.create(start=1.0, end=2.0, text="Here.", mark="look")
    factories.result(released.performance, rater=cast.teacher, rating=rating)
    pages.bracket_data()
    pages.bracket_translations(monkeypatch)
    return world


def visits(world, client_of, name):  # noqa: F811
    """The answer to everybody who is let in."""
    address = reverse(name, args=POLICY[name].args(world))
    for actor, expected in POLICY[name].expected("GET").items():
        if expected == "200":
            user = None if actor == "anonymous" else getattr(world, actor, None) or getattr(world.cast, actor)
            if user is not None:
                user.refresh_from_db()
            yield actor, client_of(user).get(address, headers=POLICY[name].headers(world))


def test_every_word_of_every_page_was_given_to_translators(bracketed, client_of):
    found = {
        name: {
            said
            for _, response in visits(bracketed, client_of, name)
            if not response.streaming
            for said in pages.unmarked(response)
        }
        for name in sorted(READ)
    }
    assert {name: said for name, said in found.items() if said and name not in PENDING} == {}
    assert {name for name in PENDING if not found.get(name)} == set(), "Clean: take it out of PENDING."


def test_everybody_who_is_let_in_visits_each_page(bracketed, client_of):
    assert {actor for actor, _ in visits(bracketed, client_of, "core:home")} == set(ACTORS) - {"anonymous"}


def test_a_plain_word_is_noticed_and_data_is_not(bracketed, client_of, monkeypatch):
    monkeypatch.setattr("core.context.doors.doors_for", lambda user: [])
    response = client_of(bracketed.cast.teacher).get(reverse("courses:course", args=[bracketed.cast.course.pk]))
    assert pages.unmarked(response) == []
    response.content = response.content.replace(b"</main>", b"<p>Plain words</p></main>")
    assert pages.unmarked(response) == ["Plain words"]
