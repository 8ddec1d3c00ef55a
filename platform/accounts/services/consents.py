"""What a person agrees to, as acts that are kept."""

from django.db import transaction

from grading.services import performances

from ..models import Consent, User


def grant(*, user: User, purpose: Consent.Purpose) -> Consent:
    return _decide(user, purpose, granted=True)


def withdraw(*, user: User, purpose: Consent.Purpose) -> Consent:
    """Holds from now on: no later snapshot contains the recordings, while those already made stay as proof."""
    return _decide(user, purpose, granted=False)


@transaction.atomic
def _decide(user: User, purpose: Consent.Purpose, *, granted: bool) -> Consent:
    User.objects.select_for_update().get(pk=user.pk)
    newest = Consent.objects.filter(user=user, purpose=purpose).first()
    if newest is not None and newest.granted == granted:
        return newest
    if purpose == Consent.Purpose.TRAINING:
        performances.allow_training(player=user, allowed=granted)
    return Consent.objects.create(user=user, purpose=purpose, granted=granted)


def holds(*, user: User, purpose: Consent.Purpose) -> bool:
    newest = Consent.objects.filter(user=user, purpose=purpose).first()
    return newest is not None and newest.granted
