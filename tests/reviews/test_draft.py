import pytest
from django.urls import reverse

from reviews.models import Draft


def address(desk) -> str:
    return reverse("reviews:draft", args=[desk.submission.pk])


def save(client, desk, version=0, **marks):
    body = {"version": version, "marks": marks}
    return client.put(address(desk), body, content_type="application/json")


def test_it_is_kept_and_says_so(cast, client_of, desk):
    answer = save(client_of(cast.teacher), desk, level=5, criteria={"touch": 2, "rhythm": None})
    assert answer.json() == {"version": 1, "sentence": "Saved"}
    draft = Draft.objects.get()
    assert (draft.body["level"], draft.body["criteria"]) == (5, {"touch": 2})


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


def test_it_refuses_get(cast, client_of, desk):
    assert client_of(cast.teacher).get(address(desk)).status_code == 405
