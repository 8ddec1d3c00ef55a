"""Who decides for a child: asked by mail, by a signed link that expires and works until it is used or replaced.

A guardian has no account. `Guardian.asked_at` is when the link that holds now was made; whatever makes a new one sets
it, and so ends the one before.
"""

from calendar import isleap
from collections.abc import Mapping
from datetime import date, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from core.models import School

from ..models import Consent, Guardian, Letter, User
from . import consents, letters

VALID = timedelta(days=14)
# So that nobody fills a stranger's letter box: mails to the guardian of one child.
LETTERS_A_DAY = 5
BETWEEN = timedelta(minutes=2)

_signer = signing.TimestampSigner(salt="accounts.guardian")


class GuardianRefused(ValueError):
    """Why no mail is sent, in words for the child."""


class DeadLink(Exception):
    """Why a link opens nothing any more, in words for the guardian."""


class BrokenLink(DeadLink):
    """It never was one of ours, or not the whole of it came."""


def of_age_on(born: date) -> date:
    """The day from which on this person decides alone; of a leap day's child in other years the first of March."""
    year = born.year + School.current().consent_age
    leaps = born.month == 2 and born.day == 29 and not isleap(year)
    return date(year, 3, 1) if leaps else born.replace(year=year)


def is_young(born: date) -> bool:
    """Whether a guardian is to be asked."""
    return of_age_on(born) > timezone.localdate()


def is_limited(user: User) -> bool:
    """A child whose guardian has not confirmed: it may look around, and hand nothing in."""
    return user.is_minor and not user.guardians.filter(confirmed_at__isnull=False).exists()


def objection(user: User) -> str | None:
    """Why this person cannot hand in yet; None where they can."""
    if not is_limited(user):
        return None
    return _("Your guardian has not confirmed your account yet. Until then you can look around, but not hand in.")


@transaction.atomic
def ask(*, child: User, email: str, language: str = "") -> Guardian:
    """Send the link to this address. It takes the place of an address that has not confirmed."""
    email = email.strip().lower()
    if not child.is_minor:
        raise GuardianRefused(_("You decide for yourself, so nobody else is asked."))
    if email == child.email:
        raise GuardianRefused(_("This is your own address. Please give the one of a parent or guardian."))
    User.objects.select_for_update().get(pk=child.pk)
    if not _may_write(child):
        raise GuardianRefused(
            _("A mail was sent a moment ago, or several today. Please look there first, and try again later.")
        )
    guardian = _row(child, email)
    guardian.email, guardian.language = email, guardian.language or language
    _write(guardian)
    history.record(kind="guardian_asked", actor=child)
    return guardian


def _row(child: User, email: str) -> Guardian:
    known = child.guardians.filter(email=email).first()
    if known is not None:
        return known
    if child.guardians.filter(confirmed_at__isnull=False).exists():
        raise GuardianRefused(_("Your guardian has confirmed already. Only they can decide for you."))
    return child.guardians.first() or Guardian(child=child)


@transaction.atomic
def send_fresh(*, email: str) -> None:
    """A new link to every guardian with this address. Nobody learns whether there is one."""
    for guardian in Guardian.objects.filter(email=email.strip().lower()).select_related("child"):
        User.objects.select_for_update().get(pk=guardian.child_id)
        if guardian.child.is_minor and _may_write(guardian.child):
            _write(guardian)


def token_of(guardian: Guardian) -> str:
    return _signer.sign_object([guardian.pk, guardian.asked_at.isoformat()])


def of_token(token: str) -> Guardian:
    """The guardian whom this link was made for; DeadLink where it holds no more."""
    try:
        pk, asked_at = _signer.unsign_object(token, max_age=VALID)
    except signing.SignatureExpired:
        raise DeadLink(_("This link was good for two weeks, and they are over.")) from None
    except signing.BadSignature:
        raise BrokenLink(_("This link is not complete. Please open it from the mail again.")) from None
    guardian = Guardian.objects.select_related("child").filter(pk=pk).first()
    if guardian is None or guardian.asked_at.isoformat() != asked_at:
        raise DeadLink(_("This link was used already, or a newer one was sent."))
    if not guardian.child.is_minor:
        raise DeadLink(_("%(child)s is of age now and decides alone.") % {"child": guardian.child})
    return guardian


@transaction.atomic
def decide(*, token: str, name: str, language: str, granted: Mapping[Consent.Purpose, bool]) -> Guardian:
    """What the guardian says to each purpose. The link is used up; a new one comes with the mail that confirms it."""
    guardian = of_token(token)
    User.objects.select_for_update().get(pk=guardian.child_id)
    guardian = of_token(token)  # of two clicks at once, the second one finds the link used
    for purpose, yes in granted.items():
        act = consents.grant if yes else consents.withdraw
        act(user=guardian.child, purpose=purpose, guardian=guardian)
    if guardian.confirmed_at is None:
        guardian.confirmed_at = timezone.now()
        history.record(kind="guardian_confirmed", actor=guardian.child)
    guardian.name, guardian.language = name, language
    _write(guardian, confirmed=True)
    return guardian


def _may_write(child: User) -> bool:
    """Call it under the lock on the child's row."""
    letters = Letter.objects.filter(user=child, kind=Letter.Kind.GUARDIAN)
    today = letters.filter(created_at__gt=timezone.now() - timedelta(days=1))
    return today.count() < LETTERS_A_DAY and not letters.filter(created_at__gt=timezone.now() - BETWEEN).exists()


def _write(guardian: Guardian, *, confirmed: bool = False) -> None:
    """A mail with a new link, which is the only one that holds from now on."""
    guardian.asked_at = timezone.now()
    guardian.save()
    guardian.letters.filter(sent_at__isnull=True).delete()
    address = reverse("accounts:guardian", args=(token_of(guardian),))
    about = {"address": address, "child": str(guardian.child), "confirmed": confirmed}
    letters.post(user=guardian.child, kind=Letter.Kind.GUARDIAN, about=about, guardian=guardian)
