import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.models import Technique
from reviews.models import Draft, Marking, Moderation
from tests import factories


def address(desk) -> str:
    return reverse("reviews:draft", args=[desk.submission.pk])


def save(client, desk, version=0, **marks):
    body = {"version": version, "marks": marks}
    return client.put(address(desk), body, content_type="application/json")


def test_it_is_kept_and_says_so(cast, client_of, desk):
    answer = save(client_of(cast.teacher), desk, level=5, criteria={"touch": 2, "rhythm": None})
    nothing_new = {"released": None, "sent_back": None, "held": None}
    assert answer.json() == {"version": 1, "sentence": "Saved", "standing": nothing_new}
    draft = Draft.objects.get()
    assert (draft.body["level"], draft.body["criteria"]) == (5, {"touch": 2})


def test_a_space_at_the_end_is_kept_for_what_comes_next(cast, client_of, desk):
    client = client_of(cast.teacher)
    save(client, desk, comment="It sings. ", reason=" For ")
    assert (Draft.objects.get().body["comment"], Draft.objects.get().body["reason"]) == ("It sings. ", " For ")
    assert "It sings. </textarea>" in client.get(reverse("reviews:desk", args=[desk.submission.pk])).content.decode()


def test_every_save_raises_the_version(cast, client_of, desk):
    client = client_of(cast.teacher)
    save(client, desk, level=5)
    assert save(client, desk, version=1, level=6).json()["version"] == 2
    assert Draft.objects.get().body["level"] == 6


@pytest.mark.parametrize("stale", [0, 1])
def test_another_tabs_save_is_never_overwritten(cast, client_of, desk, stale):
    client = client_of(cast.teacher)
    save(client, desk, comment="first")
    save(client, desk, version=1, comment="second")
    answer = save(client, desk, version=stale, comment="stale")
    assert answer.status_code == 409
    assert "Another tab" in answer.json()["sentence"]
    assert (answer.json()["version"], answer.json()["marks"]["comment"]) == (2, "second")
    assert Draft.objects.get().body["comment"] == "second"


def test_a_draft_that_was_released_elsewhere_does_not_come_back(cast, client_of, desk):
    client = client_of(cast.teacher)
    save(client, desk, level=5)
    Draft.objects.all().delete()
    assert save(client, desk, version=1, level=6).status_code == 409
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "marks",
    [
        {"level": 11},
        {"level": "loud"},
        {"criteria": {"touch": 6}},
        {"criteria": {"charm": 3}},
        {"criteria": [3]},
        {"comment": 7},
        {"comment": "x" * 4001},
        {"remarks": [{"start": -1, "text": "before"}]},
        {"remarks": [{"start": 99, "text": "after the end"}]},
        {"remarks": [{"start": 4, "end": 3, "text": "backwards"}]},
        {"remarks": [{"start": 4, "text": " "}]},
        {"remarks": [{"start": True, "text": "no moment"}]},
        {"remarks": "all of it"},
    ],
)
def test_it_refuses_what_it_does_not_understand(cast, client_of, desk, marks):
    answer = save(client_of(cast.teacher), desk, **marks)
    assert answer.status_code == 422
    assert answer.json()["sentence"].endswith(".")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"version": "x"}', '{"version": 0, "marks": 3', '{"version": null}'])
def test_it_refuses_what_is_no_draft(cast, client_of, desk, body):
    answer = client_of(cast.teacher).put(address(desk), body, content_type="application/json")
    assert answer.status_code == 400
    assert not Draft.objects.exists()


@pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, client_of, desk, who):
    assert save(client_of(getattr(cast, who)), desk, level=5).status_code == 404
    assert not Draft.objects.exists()


def test_a_page_that_was_released_elsewhere_gets_what_was_released(cast, client_of, desk):
    client = client_of(cast.teacher)
    save(client, desk, level=5)
    Draft.objects.all().delete()
    result = factories.result(desk.submission.performance, rater=cast.teacher, level=7)
    newer = save(client, desk, version=1, level=6).json()
    assert (newer["version"], newer["marks"]["level"]) == (0, 7)
    assert newer["standing"]["released"]["id"] == result.rating_id


def test_every_part_of_a_remark_is_kept(cast, client_of, desk):
    technique, spoken = Technique.objects.create(name="Thumb under"), str(uuid.uuid4())
    remark = {"start": 1.5, "end": 3.0, "text": "", "mark": "technique", "criterion": "touch"}
    remark |= {"technique": technique.pk, "spoken": spoken}
    client = client_of(cast.teacher)
    save(client, desk, remarks=[remark])
    assert client.get(address(desk)).json()["marks"]["remarks"] == [remark]


def test_saving_claims_the_recording(cast, client_of, desk):
    save(client_of(cast.teacher), desk, level=5)
    turn = Marking.objects.get()
    assert (turn.teacher, turn.done_at) == (cast.teacher, None)


def test_a_colleagues_release_is_told_and_costs_nothing(cast, client_of, desk):
    client = client_of(cast.teacher)
    save(client, desk, level=5)
    result = factories.result(desk.submission.performance, rater=cast.admin, level=7)
    told = save(client, desk, version=1, level=6).json()["standing"]["released"]
    assert told == {"id": result.rating_id, "sentence": "Admin released this recording at level 7."}
    assert Draft.objects.get().body["level"] == 6


def test_a_colleagues_claim_is_told_and_costs_nothing(cast, client_of, desk):
    Marking.objects.create(
        submission=desk.submission,
        teacher=cast.admin,
        role=Marking.Role.FIRST,
        leased_until=timezone.now() + timedelta(hours=1),
    )
    told = save(client_of(cast.teacher), desk, level=5).json()["standing"]["held"]["sentence"]
    assert told.startswith("Admin has this recording on the desk until")
    assert Draft.objects.get().body["level"] == 5


def test_that_it_was_sent_back_is_told(cast, client_of, desk):
    factories.result(desk.submission.performance, rater=cast.teacher)
    Moderation.objects.create(submission=desk.submission, head=cast.admin, reason="Again, please.")
    assert client_of(cast.teacher).get(address(desk)).json()["standing"]["sent_back"]["sentence"] == (
        "Admin has sent it back."
    )


def test_whoever_asks_gets_a_token_that_works(cast, desk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.teacher)
    body = json.dumps({"version": 0, "marks": {"level": 5}})
    assert client.put(address(desk), body, content_type="application/json").status_code == 403
    said = client.get(address(desk)).json()
    assert said["teacher"] == cast.teacher.pk
    headers = {"X-CSRFToken": said["token"]}
    assert client.put(address(desk), body, content_type="application/json", headers=headers).status_code == 200


@pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
def test_how_it_stands_is_told_to_nobody_else(cast, client_of, desk, who):
    assert client_of(getattr(cast, who)).get(address(desk)).status_code == 404


def test_it_refuses_to_be_deleted(cast, client_of, desk):
    assert client_of(cast.teacher).delete(address(desk)).status_code == 405
