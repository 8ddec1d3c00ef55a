from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Consent, Letter, User
from accounts.services import consents, guardians
from core.models import School
from courses.models import Enrolment
from courses.services import invitations


@pytest.fixture
def invitation(cast):
    return invitations.invite(course=cast.course, uses=2)


def form(invitation, **fields):
    return {
        "code": invitation.code,
        "name": "Clara",
        "email": "clara@example.org",
        "password": "legato 88 keys",
        "born": "1990-03-14",
    } | fields


def test_a_code_makes_an_account_and_enrols_it(cast, client, invitation):
    response = client.post("/join/", form(invitation))
    assert response.url == f"/courses/{cast.course.pk}/"
    clara = User.objects.get(email="clara@example.org")
    assert Enrolment.objects.get(user=clara).role == "student"
    assert client.get(response.url).status_code == 200
    assert not consents.holds(user=clara, purpose=Consent.Purpose.TRAINING)
    invitation.refresh_from_db()
    assert invitation.uses_left == 1


def test_each_box_that_is_ticked_is_a_yes_and_each_other_one_a_no(client, invitation):
    client.post("/join/", form(invitation, training="on", second="on"))
    clara = User.objects.get(email="clara@example.org")
    acts = {act.purpose: act.granted for act in clara.consents.all()}
    assert acts == {"grading": False, "second": True, "training": True, "showing": False}
    assert "Please decide" not in client.get("/").content.decode()


def test_no_box_is_ticked_from_the_beginning(client, invitation):
    page = client.get(f"/join/?code={invitation.code}").content.decode()
    assert page.count('type="checkbox"') == 4
    assert "checked" not in page


def test_of_a_grown_up_s_date_of_birth_nothing_is_kept(client, invitation):
    client.post("/join/", form(invitation))
    assert User.objects.get(email="clara@example.org").of_age_on is None


def test_of_a_child_the_day_of_coming_of_age_is_kept_and_a_guardian_is_asked(client, invitation):
    born = timezone.localdate().replace(month=1, day=5) - timedelta(days=12 * 365)
    young = form(invitation, born=born.isoformat(), guardian="Robert@example.org", training="on")
    assert client.post("/join/", young).status_code == 302
    clara = User.objects.get(email="clara@example.org")
    assert clara.of_age_on == born.replace(year=born.year + 16)
    assert clara.guardians.get().email == "robert@example.org"
    assert Letter.objects.get(user=clara).about["address"].startswith("/guardian/")
    assert not clara.consents.exists()


@pytest.mark.parametrize(("born", "of_age"), [("2012-02-29", date(2028, 2, 29)), ("2012-06-01", date(2028, 6, 1))])
def test_the_day_of_coming_of_age(db, born, of_age):
    assert guardians.of_age_on(date.fromisoformat(born)) == of_age


def test_a_leap_day_s_child_comes_of_age_on_the_first_of_march(db):
    School.objects.create(consent_age=13)
    assert guardians.of_age_on(date(2012, 2, 29)) == date(2025, 3, 1)


def test_the_school_says_from_which_age_on_one_decides(client, invitation):
    School.objects.create(consent_age=13)
    fourteen = timezone.localdate() - timedelta(days=14 * 366)
    client.post("/join/", form(invitation, born=fourteen.isoformat(), grading="on"))
    assert consents.holds(user=User.objects.get(email="clara@example.org"), purpose=Consent.Purpose.GRADING)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"born": ""}, "Please give your date of birth"),
        ({"born": "1066-10-14"}, "Please look at the year again"),
        ({"born": "2999-01-01"}, "Please look at the year again"),
        ({"born": "YOUNG"}, "please name a parent or guardian"),
        ({"born": "YOUNG", "guardian": "CLARA@example.org"}, "This is your own address"),
        ({"born": "YOUNG", "guardian": "nobody"}, "valid email"),
    ],
)
def test_what_is_missing_is_said_and_nobody_comes_in(client, invitation, fields, sentence):
    young = (timezone.localdate() - timedelta(days=4000)).isoformat()
    sent = {name: young if value == "YOUNG" else value for name, value in fields.items()}
    assert sentence in client.post("/join/", form(invitation, **sent)).content.decode()
    assert not User.objects.filter(email="clara@example.org").exists()


def test_who_comes_to_teach_is_asked_neither_age_nor_consent(cast, client):
    teaching = invitations.invite(course=cast.course, role=Enrolment.Role.TEACHER)
    assert client.post("/join/", form(teaching, born="", grading="on")).status_code == 302
    assert not User.objects.get(email="clara@example.org").consents.exists()


def test_the_code_may_be_typed_as_it_is_read_aloud(client, invitation):
    spoken = f" {invitation.code[:4].lower()}-{invitation.code[4:]} "
    assert client.post("/join/", form(invitation, code=spoken)).status_code == 302


def test_a_wrong_code_leaves_no_account_behind(cast, client, invitation):
    response = client.post("/join/", form(invitation, code="WRONGONE"))
    assert "This code opens no course" in response.content.decode()
    assert not User.objects.filter(email="clara@example.org").exists()


def test_a_code_too_old_opens_nothing(client, invitation):
    invitation.expires_at = timezone.now() - timedelta(minutes=1)
    invitation.save()
    assert client.post("/join/", form(invitation)).status_code == 200


def test_a_code_used_up_opens_nothing(cast, invitation):
    for user in (cast.nobody, cast.other_student):
        invitations.redeem(code=invitation.code, user=user)
    with pytest.raises(invitations.NotInvited):
        invitations.redeem(code=invitation.code, user=cast.other_teacher)


def test_a_closed_code_opens_nothing(cast, client_of, invitation):
    client_of(cast.teacher).post(f"/courses/{cast.course.pk}/invitations/{invitation.pk}/close/")
    with pytest.raises(invitations.NotInvited):
        invitations.redeem(code=invitation.code, user=cast.nobody)


def test_somebody_who_is_signed_in_is_enrolled(cast, client_of, invitation):
    response = client_of(cast.other_student).post("/join/", {"code": invitation.code})
    assert response.url == f"/courses/{cast.course.pk}/"
    assert cast.other_student.enrolments.count() == 2


def test_coming_twice_spends_one_use_and_changes_no_role(cast, invitation):
    invitations.redeem(code=invitation.code, user=cast.teacher)
    invitation.refresh_from_db()
    assert invitation.uses_left == 2
    assert Enrolment.objects.get(user=cast.teacher).role == "teacher"


def test_an_address_with_an_account_signs_in_first(cast, client, invitation):
    response = client.post("/join/", form(invitation, email=cast.student.email.upper()))
    assert "has an account already" in response.content.decode()


def test_a_password_everybody_uses_is_refused(client, invitation):
    response = client.post("/join/", form(invitation, password="password"))
    assert "field__error" in response.content.decode()
    assert not User.objects.filter(email="clara@example.org").exists()
