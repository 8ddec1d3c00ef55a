import json

import pytest

from reviews.models import Phrase
from reviews.services import phrases

URL = "/review/phrases/"


def keep(client, text):
    return client.post(URL, json.dumps({"text": text}), content_type="application/json")


def test_a_phrase_is_kept_and_read_again(cast, client_of):
    client = client_of(cast.teacher)
    answer = keep(client, "  Sing the\nupper line. ")
    assert answer.status_code == 201
    assert client.get(URL).json() == {"phrases": [answer.json()]}
    assert answer.json() == {"id": Phrase.objects.get().pk, "text": "Sing the upper line.", "used": 0}


def test_what_is_used_often_stands_first(cast, client_of):
    client = client_of(cast.teacher)
    for text in ("A", "B", "B"):
        keep(client, text)
    assert [(row["text"], row["used"]) for row in client.get(URL).json()["phrases"]] == [("B", 1), ("A", 0)]


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "a\x00b", None, 7, {"text": 1}])
def test_what_is_no_phrase_is_refused_in_words(cast, client_of, text):
    answer = keep(client_of(cast.teacher), text)
    assert answer.status_code == 422
    assert answer.json()["sentence"].endswith(".")
    assert not Phrase.objects.exists()


def test_there_is_an_end_to_it(cast, client_of, monkeypatch):
    monkeypatch.setattr(phrases, "MAX_PER_TEACHER", 1)
    client = client_of(cast.teacher)
    keep(client, "A")
    assert keep(client, "B").status_code == 422
    assert keep(client, "A").json()["used"] == 1


def test_a_phrase_is_deleted(cast, client_of):
    row = Phrase.objects.create(teacher=cast.teacher, text="A")
    assert client_of(cast.teacher).delete(f"{URL}{row.pk}/").status_code == 204
    assert not Phrase.objects.exists()


def test_it_works_without_scripts(cast, client_of):
    client = client_of(cast.teacher)
    assert client.post(URL, {"text": "Count aloud."}).url == "/review/settings/"
    assert "Count aloud." in client.get("/review/settings/").content.decode()
    assert "needs some words" in client.post(URL, {"text": " "}, follow=True).content.decode()
    assert client.post(f"{URL}{Phrase.objects.get().pk}/").url == "/review/settings/"
    assert not Phrase.objects.exists()


def test_nobody_reads_or_deletes_the_phrases_of_another(cast, client_of):
    row = Phrase.objects.create(teacher=cast.teacher, text="Mine")
    for who in (cast.other_teacher, cast.admin, cast.student):
        for method in ("delete", "post"):
            assert getattr(client_of(who), method)(f"{URL}{row.pk}/").status_code == 404
    assert client_of(cast.other_teacher).get(URL).json() == {"phrases": []}
    assert Phrase.objects.exists()


def test_whoever_teaches_nowhere_has_no_phrases(cast, client_of):
    assert client_of(cast.student).get(URL).status_code == 404
    assert keep(client_of(cast.student), "A").status_code == 404
