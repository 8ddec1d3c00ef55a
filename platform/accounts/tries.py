"""How often a password may be guessed. Counted in the database, so that every web process counts the same."""

from datetime import timedelta

from django.utils import timezone

from .models import SignInFailure

WINDOW = timedelta(minutes=15)
PER_PERSON_AND_PLACE = 5  # wrong passwords for one address from one place
PER_PERSON = 30  # for one address from anywhere: more means that many places are guessing together


def exhausted(*, email: str, address: str) -> bool:
    recent = SignInFailure.objects.filter(email=email.lower(), at__gt=timezone.now() - WINDOW)
    places = list(recent.values_list("address", flat=True)[:PER_PERSON])
    return len(places) >= PER_PERSON or places.count(address) >= PER_PERSON_AND_PLACE


def failed(*, email: str, address: str) -> None:
    SignInFailure.objects.filter(at__lt=timezone.now() - WINDOW).delete()
    SignInFailure.objects.create(email=email.lower()[:254], address=address)


def forget(*, email: str, address: str) -> None:
    """The right password came."""
    SignInFailure.objects.filter(email=email.lower(), address=address).delete()
