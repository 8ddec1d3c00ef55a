"""The policy of tests/policy.py, tried: every URL, every method, every actor."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from courses.models import Invitation
from grading.models import Dataset, Technique, TrainingRun
from reviews.models import Phrase, Standardisation
from submissions.services import uploads
from tests import factories
from tests.policy import ACTORS, METHODS, POLICY


@pytest.fixture
def world(cast, house):
    """One of everything that an address can name, all of it the student's or in the teacher's course."""
    champion = factories.model(champion=True)
    performance = factories.media(factories.performance(player=cast.student))
    grade = factories.autograde(performance, model=champion)
    dataset = Dataset.objects.create(digest="d" * 64, manifest={"examples": []})
    blind = factories.submission(student=cast.student, assignment=cast.assignment, blind=True)
    factories.rating(blind.performance, rater=cast.teacher, autograde=factories.autograde(blind.performance))
    pack = factories.pack(cast)
    return SimpleNamespace(
        cast=cast,
        pack=pack,
        sitting=Standardisation.objects.create(pack=pack, teacher=cast.other_teacher),
        blind=blind,
        study=factories.study(performance, grade),
        performance=performance,
        submission=factories.submission(student=cast.student, assignment=cast.assignment, performance=performance),
        upload=uploads.begin(user=cast.student, assignment=cast.assignment, name="a.mp4", size=5),
        phrase=Phrase.objects.create(teacher=cast.teacher, text="Sing the upper line."),
        spoken=factories.spoken(performance, author=cast.teacher),
        technique=Technique.objects.create(name="Thumb under"),
        invitation=Invitation.objects.create(course=cast.course),
        dataset=dataset,
        run=TrainingRun.objects.create(dataset=dataset, start=champion),
        version=factories.model(),
    )


def names(patterns=None, namespace=""):
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


def test_every_address_stands_in_the_policy():
    assert sorted(names()) == sorted(POLICY)


def answer(world, name, method, actor):
    """The status, undone again: no actor may see what another one has changed."""
    row = POLICY[name]
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if actor != "anonymous":
            client.force_login(getattr(world.cast, actor))
        response = client.generic(method, reverse(name, args=row.args(world)), headers=row.headers(world))
        transaction.set_rollback(True)
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/sign-in/?next=")
    return "in" if to_sign_in else str(response.status_code)


@pytest.mark.parametrize(("name", "method"), [(name, method) for name, row in POLICY.items() for method in row.answers])
def test_everybody_gets_what_the_policy_says(world, name, method):
    expected = dict(zip(ACTORS, POLICY[name].answers[method].split(), strict=True))
    assert {actor: answer(world, name, method, actor) for actor in ACTORS} == expected


@pytest.mark.parametrize("name", POLICY)
def test_a_method_that_is_not_in_the_policy_does_nothing(world, name):
    others = set(METHODS) - set(POLICY[name].answers) - ({"HEAD"} if "GET" in POLICY[name].answers else set())
    assert {method: answer(world, name, method, "admin") for method in others} == dict.fromkeys(others, "405")


CHECKS = {
    "submissions:submission": ("submissions.models.SubmissionQuerySet.visible_to", lambda rows, user: rows),
    "courses:course": ("courses.models.CourseQuerySet.of", lambda rows, user: rows),
    "courses:edit": ("courses.models.CourseQuerySet.taught_by", lambda rows, user: rows),
    "core:media": ("core.doors.may_see", lambda user, performance: True),
    "reviews:desk": ("submissions.models.SubmissionQuerySet.taught_by", lambda rows, user: rows),
    "lab:home": ("lab.views.home.require_admin", lambda user: None),
    "lab:dataset": ("lab.access.require_admin", lambda user: None),
    "api:submission": ("submissions.models.SubmissionQuerySet.visible_to", lambda rows, user: rows),
    "courses:pieces": ("courses.views.assignments.require_teacher", lambda user: None),
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_policy_notices_a_check_that_was_taken_away(world, monkeypatch, name):
    monkeypatch.setattr(*CHECKS[name])
    assert answer(world, name, "GET", "nobody") == "200"
    assert "200" not in POLICY[name].answers["GET"].split()[ACTORS.index("nobody")]
