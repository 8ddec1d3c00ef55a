import re

from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Consent
from accounts.services import consents
from tests import factories
from tests.factories import PASSWORD

TRAINING = Consent.Purpose.TRAINING


def test_it_changes_the_name(cast, client_of):
    client_of(cast.student).post("/profile/", {"name": "Clara Wieck"})
    cast.student.refresh_from_db()
    assert cast.student.name == "Clara Wieck"


def test_nothing_else_can_be_changed_with_it(cast, client_of):
    client_of(cast.student).post("/profile/", {"name": "Clara", "is_staff": "1", "email": "admin@example.org"})
    cast.student.refresh_from_db()
    assert not cast.student.is_staff
    assert cast.student.email != "admin@example.org"


def test_it_changes_the_password_and_stays_signed_in(cast, client_of):
    client = client_of(cast.student)
    new = "legato cantabile 88"
    client.post("/profile/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    cast.student.refresh_from_db()
    assert cast.student.check_password(new)
    assert client.get("/profile/").status_code == 200


def test_a_wrong_present_password_changes_nothing(cast, client_of):
    new = "legato cantabile 88"
    form = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    response = client_of(cast.student).post("/profile/password/", form)
    assert response.status_code == 200
    assert "field__error" in response.content.decode()
    cast.student.refresh_from_db()
    assert cast.student.check_password(PASSWORD)


def test_consent_reaches_the_recordings_and_is_kept_as_an_act(cast, client_of):
    performance = factories.performance(player=cast.student)
    client = client_of(cast.student)
    client.post("/profile/consent/", {"purpose": "training", "granted": "1"})
    performance.refresh_from_db()
    assert performance.may_train
    client.post("/profile/consent/", {"purpose": "training", "granted": "0"})
    performance.refresh_from_db()
    assert not performance.may_train
    assert [act.granted for act in cast.student.consents.filter(purpose=TRAINING)] == [False, True]


def test_a_purpose_that_is_none_does_nothing(cast, client_of):
    assert client_of(cast.student).post("/profile/consent/", {"purpose": "selling", "granted": "1"}).status_code == 302
    assert not Consent.objects.filter(purpose="selling").exists()
    assert not consents.holds(user=cast.student, purpose=TRAINING)


def test_consent_touches_nobody_elses_recordings(cast):
    other = factories.performance(player=cast.other_student)
    consents.grant(user=cast.student, purpose=TRAINING)
    other.refresh_from_db()
    assert not other.may_train


def test_agreeing_twice_is_one_act(cast):
    first = consents.grant(user=cast.student, purpose=TRAINING)
    assert consents.grant(user=cast.student, purpose=TRAINING) == first
    assert consents.holds(user=cast.student, purpose=TRAINING)
    assert not consents.holds(user=cast.nobody, purpose=TRAINING)


def test_the_page_says_what_holds(cast, client_of):
    client = client_of(cast.student)
    assert stands(client)["training"] == ("No", "nobody has decided yet", "Agree")
    consents.grant(user=cast.student, purpose=TRAINING)
    today = date_format(timezone.localdate(), "DATE_FORMAT")
    assert stands(client)["training"] == ("Yes", f"since {today}", "Take it back")
    consents.withdraw(user=cast.student, purpose=TRAINING)
    assert stands(client)["training"] == ("No", f"since {today}", "Agree")


def test_the_language_of_the_pages_is_chosen_here(cast, client_of):
    client = client_of(cast.student)
    client.post("/profile/", {"name": "Clara", "language": "es"})
    cast.student.refresh_from_db()
    assert cast.student.language == "es"
    assert '<html lang="es">' in client.get("/profile/").content.decode()


def test_the_browser_s_language_goes_before_what_was_pressed_at_the_foot_of_a_page(cast, client_of):
    client = client_of(cast.student)
    client.post("/language/", {"language": "es", "next": "/"})
    client.post("/profile/", {"name": "Clara", "language": ""})
    assert '<html lang="en">' in client.get("/profile/", headers={"accept-language": "en"}).content.decode()


def test_a_language_that_is_none_is_refused(cast, client_of):
    assert client_of(cast.student).post("/profile/", {"name": "Clara", "language": "tlh"}).status_code == 200
    cast.student.refresh_from_db()
    assert cast.student.language == ""


def test_a_child_sees_who_decides_and_can_only_take_back(db, client_of):
    child = factories.child(confirmed=True)
    consents.grant(user=child, purpose=TRAINING, guardian=child.guardians.get())
    client = client_of(child)
    assert stands(client)["training"][0::2] == ("Yes", "Take it back")
    assert stands(client)["grading"] == ("No", "nobody has decided yet", None)
    assert "Who decides for you" in client.get("/profile/").content.decode()


def stands(client):
    """What the page says of each purpose: yes or no, since when, and the button."""
    page = client.get("/profile/").content.decode()
    rows = re.split(r"<h3>", page.partition('id="consent"')[2].partition("<details")[0])[1:]
    found = {}
    for purpose, row in zip(Consent.Purpose, rows, strict=True):
        stand = re.search(r'<span class="tag[^"]*">(\w+)</span> ([^<]+)', row)
        button = re.search(r'type="submit">([^<]+)<', row)
        found[purpose.value] = (stand[1], stand[2].strip(), button and button[1])
    return found
