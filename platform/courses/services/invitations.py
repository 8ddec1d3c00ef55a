"""A code is the only way into the school."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent, User
from accounts.services import consents

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
def join(*, code: str, email: str, name: str, password: str, may_train: bool) -> Enrolment:
    """Make an account and enrol it; where the code opens nothing, no account is left behind."""
    user = User.objects.create_user(email, password, name=name)
    enrolment = redeem(code=code, user=user)
    if may_train:
        consents.grant(user=user, purpose=Consent.Purpose.TRAINING)
    return enrolment


def _tidy(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()
