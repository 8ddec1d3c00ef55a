"""Which mail one wants: by one press in the mail program, by the link, and in the profile."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import mail
from accounts.models import Letter
from accounts.services import letters
from tests import factories

ABOUT = {"address": "/submissions/1/", "piece": "Minuet in G", "composer": "Christian Petzold"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reader(db):
    return factories.user(name="Ana", email="ana@example.org")


@pytest.fixture
def strict() -> Client:
    """As a mail program: no cookies, nobody signed in, and every check of forms is on."""
    return Client(enforce_csrf_checks=True)


def stop(reader, kind="released") -> str:
    return mail.stop_path(reader, kind)


def token(reader, kind="released") -> str:
    return stop(reader, kind).rstrip("/").rpartition("/")[2]


class TestOnePress:
    def test_a_mail_program_posts_and_no_more_comes(self, reader, strict):
        post = strict.post(stop(reader), ONE_CLICK)
        assert post.status_code == 200
        reader.refresh_from_db()
        assert reader.silenced == ["released"]
        assert letters.post(user=reader, kind="released", about=ABOUT) is None

    def test_only_the_kind_of_that_letter_stops(self, reader, strict):
        strict.post(stop(reader), ONE_CLICK)
        reader.refresh_from_db()
        assert letters.post(user=reader, kind="appeal", about=ABOUT)

    def test_what_still_waits_is_not_sent(self, reader, strict):
        letters.post(user=reader, kind="released", about=ABOUT)
        letters.post(user=reader, kind="appeal", about=ABOUT)
        strict.post(stop(reader), ONE_CLICK)
        assert list(Letter.objects.values_list("kind", flat=True)) == ["appeal"]

    def test_twice_is_once(self, reader, strict):
        for _ in range(2):
            assert strict.post(stop(reader), ONE_CLICK).status_code == 200
        reader.refresh_from_db()
        assert reader.silenced == ["released"]

    def test_the_address_in_the_letter_is_the_one_that_works(self, reader, strict, settings):
        settings.SITE_URL = "https://piano.example.org"
        letter = letters.post(user=reader, kind="problem", about=ABOUT | {"why": [], "again": False})
        header = mail.message(letter).extra_headers["List-Unsubscribe"].strip("<>")
        assert strict.post(header.removeprefix(settings.SITE_URL), ONE_CLICK).status_code == 200
        reader.refresh_from_db()
        assert reader.silenced == ["problem"]


class TestLink:
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_looking_changes_nothing(self, reader, strict, method):
        assert getattr(strict, method)(stop(reader)).status_code == 200
        reader.refresh_from_db()
        assert reader.silenced == []

    def test_a_page_with_a_button_and_on_the_next_a_way_back(self, reader, strict):
        page = strict.get(stop(reader)).content.decode()
        assert "Stop these mails?" in page
        assert "ana@example.org" in page
        assert f'action="{stop(reader)}"' in page
        after = strict.post(stop(reader)).content.decode()
        again = reverse("accounts:resume_mail", args=[token(reader)])
        assert f'action="{again}"' in after
        assert "You get these mails again" in strict.post(again).content.decode()
        reader.refresh_from_db()
        assert reader.silenced == []

    @pytest.mark.parametrize("name", ["stop_mail", "resume_mail"])
    def test_a_link_that_is_none_of_ours_opens_nothing(self, reader, strict, name):
        real = token(reader)
        for wrong in ("x", real[:-1], f"{real}x", "WzEsInJlbGVhc2VkIl0:abc"):
            assert strict.post(reverse(f"accounts:{name}", args=[wrong])).status_code == 404

    def test_what_was_asked_for_cannot_be_switched_off(self, reader, strict):
        assert strict.post(stop(reader, "export")).status_code == 404
        with pytest.raises(ValueError, match="cannot be switched off"):
            letters.silence(user=reader, kind="export")

    def test_of_an_account_that_is_closed_nothing_is_told(self, reader, strict):
        reader.is_active = False
        reader.save()
        assert strict.get(stop(reader)).status_code == 404

    def test_it_says_nothing_of_others(self, reader, strict):
        other = factories.user(name="Ben", email="ben@example.org")
        assert token(reader) != token(other)
        assert "ben@example.org" not in strict.get(stop(reader)).content.decode()

    def test_the_way_back_takes_only_post(self, reader, strict):
        assert strict.get(reverse("accounts:resume_mail", args=[token(reader)])).status_code == 405


class TestProfile:
    def test_a_switch_for_each_kind_that_can_be_switched_off(self, reader, client_of):
        letters.silence(user=reader, kind="appeal")
        page = client_of(reader).get(reverse("accounts:profile")).content.decode()
        boxes = dict(re.findall(r'name="wanted" value="(\w+)"( checked)?', page))
        assert boxes == {"problem": " checked", "released": " checked", "appeal": ""}

    def test_what_is_ticked_is_wanted_and_the_rest_is_not(self, reader, client_of):
        letters.silence(user=reader, kind="appeal")
        client_of(reader).post(reverse("accounts:mail"), {"wanted": ["appeal", "problem", "nonsense"]})
        reader.refresh_from_db()
        assert reader.silenced == ["released"]

    def test_it_takes_only_post(self, reader, client_of):
        assert client_of(reader).get(reverse("accounts:mail")).status_code == 405

    def test_mail_about_the_model_is_an_admin_s_to_switch_off(self, reader, client_of):
        reader.is_staff = True
        reader.save()
        page = client_of(reader).get(reverse("accounts:profile")).content.decode()
        assert {"alarm", "weekly"} <= set(re.findall(r'name="wanted" value="(\w+)" checked', page))
        client_of(reader).post(reverse("accounts:mail"), {"wanted": ["alarm", "problem", "released", "appeal"]})
        reader.refresh_from_db()
        assert reader.silenced == ["weekly"]

    def test_who_was_not_asked_about_the_model_has_not_said_no(self, reader, client_of):
        """Who becomes an admin later is told of it."""
        client_of(reader).post(reverse("accounts:mail"), {"wanted": []})
        reader.refresh_from_db()
        assert reader.silenced == ["appeal", "problem", "released"]
