"""The policy of tests/policy.py, tried: every URL, every method, every actor."""

import base64
import json
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Consent
from courses.models import Enrolment, Invitation
from grading.models import Dataset, Rating, Round, Technique, TrainingRun
from reviews.models import Marking, Phrase, Standardisation
from submissions.services import uploads
from tests import factories
from tests.policy import ACTORS, METHODS, POLICY, TUS


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
    factories.agree(cast.student, Consent.Purpose.SHOWING)
    shown = factories.submission(student=cast.student, assignment=cast.assignment, shown_at=timezone.now())
    factories.result(shown.performance, rater=cast.teacher)
    head, other_head = factories.user(name="Head"), factories.user(name="Other Head")
    factories.enrol(cast.course, head, Enrolment.Role.HEAD)
    factories.enrol(cast.other_course, other_head, Enrolment.Role.HEAD)
    return SimpleNamespace(
        cast=cast,
        head=head,
        other_head=other_head,
        pack=pack,
        sitting=Standardisation.objects.create(pack=pack, teacher=cast.other_teacher),
        blind=blind,
        shown=shown,
        study=factories.study(performance, grade),
        performance=performance,
        submission=factories.submission(student=cast.student, assignment=cast.assignment, performance=performance),
        upload=uploads.begin(user=cast.student, assignment=cast.assignment, name="a.mp4", size=5),
        export=factories.export(cast.student),
        guardian=factories.guardian(),
        phrase=Phrase.objects.create(teacher=cast.teacher, text="Sing the upper line."),
        spoken=factories.spoken(performance, author=cast.teacher),
        technique=Technique.objects.create(name="Thumb under"),
        invitation=Invitation.objects.create(course=cast.course),
        dataset=dataset,
        bundle=factories.bundle(dataset),
        round=Round.objects.create(),
        alarm=factories.alarm(),
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
            client.force_login(getattr(world, actor, None) or getattr(world.cast, actor))
        response = client.generic(method, reverse(name, args=row.args(world)), headers=row.headers(world))
        transaction.set_rollback(True)
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/sign-in/?next=")
    return "in" if to_sign_in else str(response.status_code)


@pytest.mark.parametrize(("name", "method"), [(name, method) for name, row in POLICY.items() for method in row.answers])
def test_everybody_gets_what_the_policy_says(world, name, method):
    assert {actor: answer(world, name, method, actor) for actor in ACTORS} == POLICY[name].expected(method)


@pytest.mark.parametrize("name", POLICY)
def test_a_method_that_is_not_in_the_policy_does_nothing(world, name):
    others = set(METHODS) - set(POLICY[name].answers) - ({"HEAD"} if "GET" in POLICY[name].answers else set())
    assert {method: answer(world, name, method, "admin") for method in others} == dict.fromkeys(others, "405")


# What stands in the second place belongs to another course; the first is the teacher's own.
NESTED = {
    "courses:close_invitation": ("POST", lambda world: (world.cast.course.pk, world.foreign.invitation.pk)),
    "reviews:compared": ("GET", lambda world: (world.submission.pk, world.foreign.submission.performance_id)),
    "reviews:compare_step": ("GET", lambda world: (world.submission.pk, world.foreign.submission.performance_id)),
    "reviews:study": ("GET", lambda world: (world.submission.pk, world.foreign.study.pk)),
    "reviews:study_picture": ("GET", lambda world: (world.submission.pk, world.foreign.study.pk, "sight")),
    "lab:difference": ("GET", lambda world: (world.dataset.pk, 4711)),
    "lab:comparison": ("GET", lambda world: (world.run.pk, 4711)),
}
# A second place that names no row: a kind of file, a tile of a picture, the version of a catalogue.
NO_ROWS = {"core:media", "core:mel_tile", "core:words"}


@pytest.fixture
def foreign(cast, world):
    """The same in the other teacher's course."""
    submission = factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    world.foreign = SimpleNamespace(
        submission=submission,
        invitation=Invitation.objects.create(course=cast.other_course),
        study=factories.study(submission.performance, factories.autograde(submission.performance)),
    )
    return world


def test_every_address_with_two_places_is_tried_with_a_foreign_second_one():
    assert {name for name in POLICY if len(places(name)) > 1} == set(NESTED) | NO_ROWS


def places(name):
    """The names of an address's place holders."""
    namespace, _, short = name.rpartition(":")
    resolver = get_resolver() if not namespace else get_resolver().namespace_dict[namespace][1]
    ((_, parameters),) = resolver.reverse_dict.getlist(short)[0][0]
    return parameters


@pytest.mark.parametrize("actor", ["teacher", "head"])
@pytest.mark.parametrize("name", NESTED)
def test_what_belongs_to_another_course_is_not_found_inside_one_s_own(world, foreign, client_of, name, actor):
    method, args = NESTED[name]
    client = client_of(getattr(world, actor, None) or getattr(world.cast, actor))
    assert client.generic(method, reverse(name, args=args(world))).status_code == 404


# An id of another course's thing in what is sent to an address of one's own: as if it were not there.
BODIES = {
    "reviews:batch, to look at": ("GET", lambda world: {"pick": str(world.foreign.submission.pk)}),
    "reviews:batch, to accept": ("POST", lambda world: {"accept": str(world.foreign.submission.pk)}),
    "reviews:explain": (
        "POST",
        lambda world: {"autograde": world.foreign.submission.performance.autograde_id, "start": 0, "end": 5},
    ),
}


@pytest.mark.parametrize("what", BODIES)
def test_another_course_s_id_in_a_body_is_not_found_and_changes_nothing(world, foreign, client_of, what):
    name = what.partition(",")[0]
    method, data = BODIES[what]
    ask = getattr(client_of(world.cast.teacher), method.lower())
    assert ask(reverse(name, args=POLICY[name].args(world)), data(world)).status_code == 404
    assert not Rating.objects.filter(performance=world.foreign.submission.performance_id).exists()


def test_next_never_claims_in_a_course_that_one_does_not_teach(world, foreign, client_of):
    client_of(world.cast.teacher).post(reverse("reviews:next"), {"course": world.cast.other_course.pk})
    assert not Marking.objects.filter(submission=world.foreign.submission).exists()


def test_a_recording_is_not_begun_for_an_assignment_of_another_course(world, client_of):
    pk = base64.b64encode(str(world.cast.other_assignment.pk).encode()).decode()
    headers = TUS | {"upload-length": "5", "upload-metadata": f"assignment {pk}"}
    assert client_of(world.cast.student).post(reverse("submissions:uploads"), headers=headers).status_code == 404


def test_what_a_colleague_has_spoken_cannot_be_released_as_one_s_own(world, client_of):
    spoken = factories.spoken(world.performance, author=world.head)
    remark = {"start": 1.0, "end": None, "text": "", "spoken": str(spoken.pk)}
    marks = {"level": 6, "remarks": json.dumps([remark]), "autograde": world.performance.autograde_id}
    response = client_of(world.cast.teacher).post(reverse("reviews:release", args=[world.submission.pk]), marks)
    assert response.status_code == 422
    assert not Rating.objects.filter(performance=world.performance).exists()


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
    assert "200" not in POLICY[name].expected("GET")["nobody"]
