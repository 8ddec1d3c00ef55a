"""Pages and scripts speak the language of the person, else of the browser; each has an address that may be kept."""

import pytest
from django.conf import settings
from django.test import Client

from core import words

pytestmark = pytest.mark.django_db


def test_before_signing_in_the_browser_says_which(client):
    assert '<html lang="es">' in client.get("/sign-in/", headers={"accept-language": "es-MX,es;q=0.9"}).content.decode()
    assert '<html lang="zh-hans">' in client.get("/sign-in/", headers={"accept-language": "zh-CN"}).content.decode()
    assert '<html lang="en">' in client.get("/sign-in/", headers={"accept-language": "fi"}).content.decode()


def test_what_is_chosen_at_the_foot_of_a_page_holds_for_this_browser_and_for_this_person(cast, client_of):
    student = client_of(cast.student)
    answer = student.post("/language/", {"language": "es", "next": "/courses/"})
    assert answer.url == "/courses/"
    cast.student.refresh_from_db()
    assert cast.student.language == "es"
    # On another device, and against what that browser asks for.
    page = client_of(cast.student).get("/", headers={"accept-language": "zh-hans"})
    assert '<html lang="es">' in page.content.decode()
    assert page.headers["Content-Language"] == "es"


@pytest.mark.parametrize("chosen", ["xx", "", "../es"])
def test_a_language_that_nobody_speaks_changes_nothing(cast, client_of, chosen):
    client_of(cast.student).post("/language/", {"language": chosen})
    cast.student.refresh_from_db()
    assert cast.student.language == ""


def test_nobody_is_led_away_from_the_site(client):
    assert client.post("/language/", {"language": "es", "next": "https://example.com/"}).url == "/"


def test_scripts_get_their_words_at_an_address_that_may_be_kept():
    answer = Client().get(f"/words/es/{words.version()}.js")
    assert answer.headers["Content-Type"] == 'text/javascript; charset="utf-8"'
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"gettext" in answer.content
    assert Client().get("/words/xx/0.js").status_code == 404


def test_a_request_leaves_no_language_behind_for_the_next(cast, client_of):
    client_of(cast.student).post("/language/", {"language": "es"})
    client_of(cast.student).get("/")
    assert '<html lang="en">' in Client().get("/sign-in/").content.decode()


@pytest.mark.parametrize("language", ["en", "es", "zh-hans"])
def test_each_language_is_offered_by_its_own_name(client, language):
    page = client.get("/sign-in/", headers={"accept-language": language}).content.decode()
    assert [f'lang="{code}"' in page and f">{name}</button>" in page for code, name in settings.LANGUAGES] == [True] * 3
