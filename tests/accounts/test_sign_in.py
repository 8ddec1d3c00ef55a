from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import tries
from accounts.models import SignInFailure
from tests.factories import PASSWORD


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"email": email, "password": password, **extra})


def test_it_signs_in_and_goes_home(cast, client):
    response = sign_in(client, cast.student.email)
    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/").status_code == 200


def test_the_address_is_the_same_in_capitals(cast, client):
    assert sign_in(client, cast.student.email.upper()).status_code == 302


def test_it_goes_on_to_where_one_wanted_to_be(cast, client):
    assert sign_in(client, cast.student.email, next="/courses/").url == "/courses/"


@pytest.mark.parametrize("outside", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(cast, client, outside):
    assert sign_in(client, cast.student.email, next=outside).url == "/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(cast, client):
    sentence = "do not go together"
    assert sentence in sign_in(client, cast.student.email, "wrong").content.decode()
    assert sentence in sign_in(client, "who@example.org", "wrong").content.decode()


def test_after_five_wrong_passwords_even_the_right_one_waits(cast, client):
    for _ in range(tries.PER_PERSON_AND_PLACE):
        sign_in(client, cast.student.email, "wrong")
    response = sign_in(client, cast.student.email)
    assert "Too many wrong passwords" in response.content.decode()
    assert client.get("/").status_code == 302


def test_somebody_elses_guesses_elsewhere_do_not_shut_one_out(cast, client):
    for _ in range(tries.PER_PERSON_AND_PLACE):
        tries.failed(email=cast.student.email, address="203.0.113.9")
    assert sign_in(client, cast.student.email).status_code == 302


def test_guessing_from_many_places_is_stopped_too(cast, client):
    for place in range(tries.PER_PERSON):
        tries.failed(email=cast.student.email, address=f"203.0.113.{place}")
    assert "Too many wrong passwords" in sign_in(client, cast.student.email).content.decode()


def test_the_wait_ends(cast, client):
    for _ in range(tries.PER_PERSON_AND_PLACE):
        sign_in(client, cast.student.email, "wrong")
    SignInFailure.objects.update(at=timezone.now() - tries.WINDOW - timedelta(seconds=1))
    assert sign_in(client, cast.student.email).status_code == 302


def test_the_right_password_clears_the_count(cast, client):
    sign_in(client, cast.student.email, "wrong")
    sign_in(client, cast.student.email)
    assert not SignInFailure.objects.exists()


def test_old_failures_are_not_kept(cast):
    tries.failed(email="a@example.org", address="1")
    SignInFailure.objects.update(at=timezone.now() - tries.WINDOW * 2)
    tries.failed(email="b@example.org", address="1")
    assert [row.email for row in SignInFailure.objects.all()] == ["b@example.org"]


def test_an_account_that_is_shut_cannot_sign_in(cast, client):
    cast.student.is_active = False
    cast.student.save()
    assert sign_in(client, cast.student.email).status_code == 200


def test_it_signs_out_by_post_only(cast, client_of):
    client = client_of(cast.student)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/").status_code == 302
