import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from grading.models import Job, Rating, Result, Spoken
from grading.services import spoken as services
from reviews.models import Draft, Marking
from tests import factories

WEBM = "audio/webm;codecs=opus"
VOICE = bytes(range(256)) * 4

pytestmark = pytest.mark.usefixtures("house")


def send(client: Client, desk, body=b"a voice", content_type=WEBM):
    # The test client leaves an empty body's content type out unless it is named so.
    return client.generic("POST", reverse("reviews:spoken", args=[desk.submission.pk]), body, CONTENT_TYPE=content_type)


def sound(client: Client, row, **headers):
    return client.get(reverse("reviews:spoken_sound", args=[row.pk]), headers=headers)


def said(desk, author, state=Spoken.State.READY):
    return factories.spoken(desk.submission.performance, author=author, state=state, data=VOICE)


def rated(desk, rater, row, **fields):
    rating = Rating.objects.create(
        performance=desk.submission.performance, rater=rater, level=6, autograde_visible=True, **fields
    )
    rating.remarks.create(start=2.0, spoken=row)
    return rating


def body(response):
    return b"".join(response.streaming_content)


def test_what_was_spoken_is_kept_and_the_desk_is_told_where_it_stands(cast, client_of, desk):
    client = client_of(cast.teacher)
    answer = send(client, desk)
    assert answer.status_code == 201
    row = Spoken.objects.get()
    assert (row.author, row.performance, row.source_path.read_bytes()) == (
        cast.teacher,
        desk.submission.performance,
        b"a voice",
    )
    assert row.jobs.get().kind == Job.Kind.SPOKEN
    assert (answer.json()["id"], answer.json()["state"]) == (str(row.pk), "arrived")
    Spoken.objects.update(state="refused", trouble="This remark is silent.")
    now = client.get(answer.json()["asked"]).json()
    assert (now["state"], now["sentence"]) == ("refused", "This remark is silent.")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"<p>", "text/html", 415),
        (b"x", "application/octet-stream", 415),
        (b"", WEBM, 422),
        (bytes(services.MAX_BYTES + 1), WEBM, 413),
    ],
)
def test_what_is_no_remark_is_refused_in_words(cast, client_of, desk, body, content_type, status):
    answer = send(client_of(cast.teacher), desk, body, content_type)
    assert answer.status_code == status
    assert answer.json()["sentence"].endswith(".")
    assert not Spoken.objects.exists()


@pytest.mark.parametrize("who", ["student", "other_teacher", "other_student", "nobody"])
def test_only_a_teacher_of_the_course_speaks(cast, client_of, desk, who):
    assert send(client_of(getattr(cast, who)), desk).status_code == 404
    assert not Spoken.objects.exists()


def test_a_page_of_another_site_cannot_speak_for_a_teacher(cast, desk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.teacher)
    assert send(client, desk).status_code == 403


def test_it_is_served_in_stretches_to_whoever_spoke(cast, client_of, desk):
    row, client = said(desk, cast.teacher), client_of(cast.teacher)
    whole = sound(client, row)
    assert (whole["Content-Type"], body(whole)) == ("audio/mp4", VOICE)
    part = sound(client, row, range="bytes=10-19")
    assert (part.status_code, body(part)) == (206, VOICE[10:20])


def test_nginx_serves_it_where_it_stands_in_front(cast, client_of, desk, settings):
    settings.MEDIA_ACCEL_PREFIX = "/private-media/"
    row = said(desk, cast.teacher)
    inside = sound(client_of(cast.teacher), row)["X-Accel-Redirect"]
    assert inside == f"/private-media/performances/{row.performance_id}/spoken/{row.pk}.m4a"


@pytest.mark.parametrize("state", ["arrived", "refused"])
def test_what_came_from_the_browser_is_never_served(cast, client_of, desk, state):
    row = said(desk, cast.teacher, state)
    row.source_path.parent.mkdir(parents=True, exist_ok=True)
    row.source_path.write_bytes(VOICE)
    assert sound(client_of(cast.teacher), row).status_code == 404


EVERYBODY = ("teacher", "colleague", "student", "other_teacher", "other_student", "admin", "nobody")


def hearers(cast, client_of, row):
    return {who for who in EVERYBODY if sound(client_of(getattr(cast, who)), row).status_code == 200}


@pytest.fixture
def colleague(cast):
    cast.colleague = factories.user(name="Colleague")
    factories.enrol(cast.course, cast.colleague, Enrolment.Role.TEACHER)
    return cast.colleague


@pytest.mark.usefixtures("colleague")
def test_until_it_stands_in_a_rating_nobody_else_hears_it(cast, client_of, desk):
    assert hearers(cast, client_of, said(desk, cast.teacher)) == {"teacher"}


@pytest.mark.usefixtures("colleague")
def test_a_rating_that_is_not_released_is_heard_by_its_teacher_alone(cast, client_of, desk):
    row = said(desk, cast.teacher)
    rated(desk, cast.teacher, row)
    assert hearers(cast, client_of, row) == {"teacher"}


@pytest.mark.usefixtures("colleague")
def test_once_released_the_student_and_the_teachers_of_the_course_hear_it(cast, client_of, desk):
    row = said(desk, cast.teacher)
    result = factories.result(desk.submission.performance, rater=cast.teacher)
    result.rating.remarks.create(start=2.0, spoken=row)
    assert hearers(cast, client_of, row) == {"teacher", "colleague", "student", "admin"}


def test_the_student_does_not_hear_what_stands_in_another_rating_than_the_released_one(
    cast, client_of, desk, colleague
):
    row = said(desk, colleague)
    rated(desk, colleague, row)
    factories.result(desk.submission.performance, rater=cast.teacher)
    assert hearers(cast, client_of, row) == {"teacher", "colleague", "admin"}


def test_second_markers_hear_each_other_only_when_both_have_finished(cast, client_of, desk, colleague):
    row = said(desk, cast.teacher)
    first = rated(desk, cast.teacher, row)
    turn = {"submission": desk.submission, "leased_until": timezone.now()}
    Marking.objects.create(role="first", teacher=cast.teacher, rating=first, done_at=timezone.now(), **turn)
    second = Marking.objects.create(role="second", teacher=colleague, **turn)
    assert hearers(cast, client_of, row) == {"teacher"}
    second.rating = rated(desk, colleague, said(desk, colleague), purpose="second")
    second.done_at = timezone.now()
    second.save()
    assert hearers(cast, client_of, row) == {"teacher", "colleague", "admin"}


def test_where_it_stands_is_told_to_its_author_alone(cast, client_of, desk):
    address = reverse("reviews:spoken_state", args=[said(desk, cast.teacher).pk])
    assert client_of(cast.teacher).get(address).status_code == 200
    for who in ("admin", "student", "other_teacher"):
        assert client_of(getattr(cast, who)).get(address).status_code == 404


def test_an_id_that_names_nothing_is_not_found(cast, client_of):
    for name in ("spoken_sound", "spoken_state"):
        assert client_of(cast.teacher).get(reverse(f"reviews:{name}", args=[uuid.uuid4()])).status_code == 404


def test_it_asks_the_database_seldom(cast, client_of, desk, django_assert_max_num_queries):
    row = said(desk, cast.teacher)
    result = factories.result(desk.submission.performance, rater=cast.teacher)
    result.rating.remarks.create(start=2.0, spoken=row)
    student = client_of(cast.student)
    with django_assert_max_num_queries(5):  # session, person, the remark, the submission, its ratings
        sound(student, row)


def test_what_stands_in_a_draft_is_not_forgotten(cast, desk):
    kept, unused = said(desk, cast.teacher), said(desk, cast.teacher)
    Spoken.objects.update(created_at=timezone.now() - services.KEPT_UNUSED - timedelta(days=1))
    remark = {"start": 1.0, "end": None, "text": "", "spoken": str(kept.pk)}
    Draft.objects.create(submission=desk.submission, teacher=cast.teacher, body={"remarks": [remark]})
    assert services.forget_unused() == 1
    assert not Spoken.objects.filter(pk=unused.pk).exists()
    assert kept.path.exists()


def release(client, desk, row, **fields):
    """The desk's form with one remark, which is only spoken."""
    remarks = json.dumps([{"start": 1, "end": None, "text": "", "spoken": str(row.pk)}])
    address = reverse("reviews:release", args=[desk.submission.pk])
    return client.post(address, {"level": 6, "autograde": desk.autograde.pk, "remarks": remarks} | fields)


def test_a_rating_holds_what_its_teacher_has_spoken(cast, client_of, desk):
    row = said(desk, cast.teacher, "arrived")  # it may become playable later
    assert release(client_of(cast.teacher), desk, row).status_code == 302
    assert Rating.objects.get().remarks.get().spoken == row


def test_a_remark_that_cannot_be_played_is_not_released(cast, client_of, desk):
    row = said(desk, cast.teacher, "refused")
    Spoken.objects.update(trouble="This remark is silent from beginning to end.")
    page = release(client_of(cast.teacher), desk, row)
    assert page.status_code == 422
    assert "cannot be played. This remark is silent" in page.content.decode()
    assert not Rating.objects.exists()


def test_a_colleague_who_releases_again_keeps_what_was_spoken(cast, client_of, desk, colleague):
    row = said(desk, cast.teacher)
    release(client_of(cast.teacher), desk, row)
    assert release(client_of(colleague), desk, row, seen=Rating.objects.get().pk).status_code == 302
    assert Result.objects.get().rating.rater == colleague
    assert Result.objects.get().rating.remarks.get().spoken == row


@pytest.mark.parametrize("whose", ["another recording", "another teacher"])
def test_what_was_spoken_elsewhere_cannot_be_used(cast, client_of, desk, whose):
    other = factories.submission(student=cast.student, assignment=cast.assignment)
    if whose == "another recording":
        row = factories.spoken(other.performance, author=cast.teacher)
    else:
        row = said(desk, cast.admin)
    page = release(client_of(cast.teacher), desk, row)
    assert page.status_code == 422
    assert "belongs to another recording" in page.content.decode()
    assert not Rating.objects.exists()
