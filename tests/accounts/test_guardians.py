"""A guardian is asked by a signed link, decides without an account, and can come back."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from accounts.models import Consent, Guardian, Letter
from accounts.services import consents, guardians
from core.history import sentence
from core.models import Event, School
from submissions.services import uploads
from tests import factories

pytestmark = pytest.mark.django_db
YES = {"name": "Robert Wieck", "grading": "yes", "second": "yes", "training": "no", "showing": "no"}


@pytest.fixture
def child(cast):
    child = factories.child("Clara Wieck", email="clara@example.org")
    cast.course.enrolments.create(user=child, role="student")
    return child


@pytest.fixture
def guardian(child):
    return child.guardians.get()


@pytest.fixture
def link(guardian):
    return f"/guardian/{guardians.token_of(guardian)}/"


def age(monkeypatch, days):
    """As if it were so many days later, for the signature."""
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + days * 24 * 3600)


def test_the_page_asks_each_purpose_with_nothing_chosen(client, link):
    page = client.get(link).content.decode()
    assert "You decide for Clara Wieck" in page
    assert page.count('type="radio"') == 8
    assert "checked" not in page


def test_the_answers_are_kept_as_acts_of_the_guardian(client, child, guardian, link):
    page = client.post(link, YES).content.decode()
    assert "Clara Wieck can hand in recordings now" in page
    guardian.refresh_from_db()
    assert (guardian.name, guardian.confirmed_at is not None) == ("Robert Wieck", True)
    acts = {act.purpose: (act.granted, act.guardian) for act in child.consents.all()}
    assert acts == {
        "grading": (True, guardian),
        "second": (True, guardian),
        "training": (False, guardian),
        "showing": (False, guardian),
    }
    assert not guardians.is_limited(child)


def test_an_answer_that_is_missing_decides_nothing(client, child, link):
    page = client.post(link, YES | {"showing": ""}).content.decode()
    assert "Please choose yes or no." in page
    assert not child.consents.exists()
    assert guardians.is_limited(child)


def test_a_link_works_once_and_the_mail_that_confirms_brings_the_next(client, child, link):
    client.post(link, YES)
    again = client.post(link, YES | {"training": "yes"})
    assert again.status_code == 410
    assert "used already" in again.content.decode()
    assert not consents.holds(user=child, purpose=Consent.Purpose.TRAINING)
    letter = Letter.objects.get(user=child)
    assert (letter.kind, letter.about["confirmed"], letter.about["child"]) == ("guardian", True, "Clara Wieck")
    page = client.get(letter.about["address"]).content.decode()
    assert page.count("checked") == 4
    client.post(letter.about["address"], YES | {"grading": "no"})
    assert not consents.holds(user=child, purpose=Consent.Purpose.GRADING)


def test_a_link_that_waits_two_weeks_is_over(client, link, monkeypatch):
    age(monkeypatch, 13.9)
    assert client.get(link).status_code == 200
    age(monkeypatch, 0.2)
    late = client.get(link)
    assert late.status_code == 410
    assert "good for two weeks" in late.content.decode()


def test_a_newer_link_takes_the_place_of_an_older_one(client, child, guardian, link):
    guardians.send_fresh(email=guardian.email)
    assert client.get(link).status_code == 410
    assert client.get(Letter.objects.get(user=child).about["address"]).status_code == 200


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: token[3:], lambda token: f"x{token}"])
def test_a_link_that_was_changed_opens_nothing(client, child, guardian, change):
    answer = client.post(f"/guardian/{change(guardians.token_of(guardian))}/", YES)
    assert answer.status_code == 404
    assert not child.consents.exists()


def test_what_is_signed_for_something_else_is_no_link(client, guardian):
    other = signing.TimestampSigner(salt="accounts.other").sign_object([guardian.pk, guardian.asked_at.isoformat()])
    assert client.get(f"/guardian/{other}/").status_code == 404


def test_one_child_s_link_opens_nothing_of_another(client, link):
    other = factories.child("Fanny Hensel")
    client.post(link, YES)
    assert not other.consents.exists()
    assert guardians.is_limited(other)


def test_an_erased_child_s_link_is_dead(client, child, link):
    child.delete()
    assert client.get(link).status_code == 410


def test_who_has_come_of_age_is_decided_for_by_nobody(client, child, link):
    child.of_age_on = timezone.localdate()
    child.save()
    answer = client.post(link, YES)
    assert answer.status_code == 410
    assert "decides alone" in answer.content.decode()
    assert not child.consents.exists()


def test_the_page_speaks_the_guardian_s_language(client, guardian, link):
    Guardian.objects.update(language="es")
    assert '<html lang="es">' in client.get(link).content.decode()
    client.cookies["django_language"] = "en"
    assert '<html lang="en">' in client.get(link).content.decode()
    client.post(link, YES)
    guardian.refresh_from_db()
    assert guardian.language == "en"


def test_the_page_says_how_long_recordings_are_kept(client, link):
    School.objects.create(keep_days=90)
    assert "90 days after its result" in client.get(link).content.decode()


def test_the_page_is_not_kept_by_caches(client, link):
    assert "no-store" in client.get(link)["Cache-Control"]


def test_a_fresh_link_is_asked_for_by_address_and_nobody_learns_whether_it_is_known(client, guardian):
    known = client.post("/guardian/", {"email": guardian.email.upper()}, follow=True).content.decode()
    assert Letter.objects.count() == 1
    unknown = client.post("/guardian/", {"email": "stranger@example.org"}, follow=True).content.decode()
    sentence = "If this address belongs to a guardian"
    assert sentence in known
    assert sentence in unknown
    assert Letter.objects.count() == 1


def test_nobody_fills_a_letter_box(client, child, guardian, monkeypatch):
    for _ in range(3):
        client.post("/guardian/", {"email": guardian.email})
    assert Letter.objects.count() == 1
    for hours in range(1, 10):
        Letter.objects.update(sent_at=timezone.now(), created_at=timezone.now() - timedelta(hours=hours))
        client.post("/guardian/", {"email": guardian.email})
    assert Letter.objects.count() == guardians.LETTERS_A_DAY


def test_a_limited_child_is_told_what_waits_and_may_correct_the_address(client_of, child, guardian):
    client = client_of(child)
    page = client.get("/").content.decode()
    assert "Somebody has to say yes first" in page
    assert guardian.email in page
    assert "Please decide" not in page
    assert client.post("/profile/guardian/", {"email": "friedrich@example.org"}).status_code == 302
    guardian.refresh_from_db()
    assert guardian.email == "friedrich@example.org"
    assert Letter.objects.get(user=child).guardian == guardian


def test_the_child_is_told_to_wait_before_the_next_mail(client_of, child):
    client = client_of(child)
    client.post("/profile/guardian/", {"email": "friedrich@example.org"})
    page = client.post("/profile/guardian/", {"email": "robert@example.org"}, follow=True).content.decode()
    assert "A mail was sent a moment ago" in page
    assert child.guardians.get().email == "friedrich@example.org"


def test_the_child_s_own_address_is_no_guardian_s(client_of, child, guardian):
    page = client_of(child).post("/profile/guardian/", {"email": "CLARA@example.org"}, follow=True).content.decode()
    assert "This is your own address" in page
    assert child.guardians.get().email == guardian.email


def test_once_a_guardian_has_confirmed_the_child_names_no_other(client, client_of, child, guardian, link):
    client.post(link, YES)
    Letter.objects.update(created_at=timezone.now() - timedelta(hours=1))
    page = client_of(child).post("/profile/guardian/", {"email": "me-too@example.org"}, follow=True).content.decode()
    assert "Your guardian has confirmed already" in page
    assert child.guardians.get() == guardian


def test_a_limited_child_looks_around_and_hands_nothing_in(cast, client_of, child, client, link):
    own = client_of(child)
    assert own.get(f"/courses/{cast.course.pk}/").status_code == 200
    page = own.get(f"/assignments/{cast.assignment.pk}/")
    assert page.status_code == 200
    assert "Your guardian has not confirmed your account yet" in page.content.decode()
    with pytest.raises(uploads.MayNot, match="Your guardian has not confirmed"):
        uploads.begin(user=child, assignment=cast.assignment, name="a.mp4", size=5)
    client.post(link, YES)
    assert uploads.begin(user=child, assignment=cast.assignment, name="a.mp4", size=5)


def test_the_history_names_no_guardian(client, child, guardian, link):
    client.post(link, YES)
    told = [sentence(event) for event in Event.objects.filter(actor=child)]
    assert told == ["A guardian of Clara Wieck decided for the first time"]
    kept = str(list(Event.objects.values("before", "after", "note")))
    assert guardian.email not in kept
    assert "Robert" not in kept
