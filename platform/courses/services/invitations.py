"""A code is the only way into the school."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent, User
from accounts.services import consents, guardians

from ..models import Course, Enrolment, Invitation

VALID = timedelta(days=60)


class NotInvited(ValueError):
    """Why a code opens nothing, in words for whoever typed it."""


def invite(*, course: Course, role: str = Enrolment.Role.STUDENT, uses: int = 30) -> Invitation:
    return Invitation.objects.create(course=course, role=role, uses_left=uses, expires_at=timezone.now() + VALID)


def close(*, invitation: Invitation) -> Invitation:
    invitation.uses_left = 0
    invitation.save(update_fields=("uses_left",))
    return invitation


@transaction.atomic
def redeem(*, code: str, user: User) -> Enrolment:
    """Enrol the person; one use of the code is spent unless they are in the course already."""
    invitation = Invitation.objects.open().select_related("course").filter(code=_tidy(code)).first()
    if invitation is None:
        raise NotInvited(_("This code opens no course: mistyped, used up or too old. Ask your teacher for another."))
    known = Enrolment.objects.filter(course=invitation.course, user=user).first()
    if known is not None:
        return known
    if not Invitation.objects.open().filter(pk=invitation.pk).update(uses_left=F("uses_left") - 1):
        raise NotInvited(_("This code has just been used up. Ask your teacher for another."))
    return Enrolment.objects.create(course=invitation.course, user=user, role=invitation.role)


@transaction.atomic
def join(
    *,
    code: str,
    email: str,
    name: str,
    password: str,
    born: date | None = None,
    guardian: str = "",
    granted: Collection[Consent.Purpose] = (),
    language: str = "",
) -> Enrolment:
    """Make an account and enrol it; where the code opens nothing, no account is left behind.

    Of a child's date of birth only the day is kept on which it comes of age, and a guardian is asked. Everybody else
    decides here, and what was not agreed to is a no. Who comes in to teach is asked nothing.
    """
    user = User.objects.create_user(email, password, name=name)
    enrolment = redeem(code=code, user=user)
    if enrolment.role != Enrolment.Role.STUDENT:
        return enrolment
    if born is not None and guardians.is_young(born):
        user.of_age_on = guardians.of_age_on(born)
        user.save(update_fields=("of_age_on",))
        guardians.ask(child=user, email=guardian, language=language)
        return enrolment
    for purpose in Consent.Purpose:
        decide = consents.grant if purpose in granted else consents.withdraw
        decide(user=user, purpose=purpose)
    return enrolment


def role_of(code: str) -> str | None:
    """As what this code lets one in; None where it opens nothing."""
    return Invitation.objects.open().filter(code=_tidy(code)).values_list("role", flat=True).first()


def _tidy(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()
