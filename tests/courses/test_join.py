from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Consent, User
from accounts.services import consents
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


def test_agreeing_to_training_is_kept(client, invitation):
    client.post("/join/", form(invitation, may_train="on"))
    assert consents.holds(user=User.objects.get(email="clara@example.org"), purpose=Consent.Purpose.TRAINING)


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
