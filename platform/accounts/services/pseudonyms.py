"""People as keys, for labelled data that leaves the house; and keys as people, for what comes in.

A key of one of ours is made of the house's secret and says nothing to anybody else. Who comes in from another house
keeps the key of that house in a made-up address, so that they go on under it; a key of another form, a name perhaps, is
made into one together with its collection. Nobody can sign in to such an account.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import datetime

from django.contrib.auth.hashers import is_password_usable, make_password
from django.utils.crypto import salted_hmac

from grading.exchange.people import Person
from grading.exchange.rows import Wrong

from ..models import Consent, User
from . import consents

DOMAIN = "imported.invalid"  # a name that no mail reaches (RFC 2606)
CHARACTERS = 16
KEY = re.compile(f"[0-9a-f]{{{CHARACTERS}}}")
SHOWN = 6  # characters of the key in a name

Purpose = Consent.Purpose


def keys(people: Collection[int]) -> Mapping[int, str]:
    rows = User.objects.filter(pk__in=people).values_list("pk", "email", "password")
    return {pk: _carried_key(email, password) or _own_key(pk) for pk, email, password in rows}


def behind(keys: Collection[str], *, source: str) -> Mapping[str, Person]:
    stable = {key: _stable(key, source) for key in keys}
    ours = _ours(set(stable.values()))
    carried = _carried(set(stable.values()) - set(ours), source)
    return {key: ours[name] if name in ours else Person(carried[name]) for key, name in stable.items()}


def agree(user: User, *, training_since: datetime | None, grading: bool) -> None:
    _keep(user, Purpose.TRAINING, training_since)
    if grading:
        _keep(user, Purpose.GRADING, None)


def _keep(user: User, purpose: Consent.Purpose, at: datetime | None) -> None:
    if not consents.holds(user=user, purpose=purpose):
        act = consents.grant(user=user, purpose=purpose)
        if at is not None:
            Consent.objects.filter(pk=act.pk).update(at=at)


def _own_key(pk: int) -> str:
    return salted_hmac("accounts.pseudonyms", str(pk), algorithm="sha256").hexdigest()[:CHARACTERS]


def _carried_key(email: str, password: str) -> str:
    """The key in a made-up address; '' for one of ours, also for whoever signed up under such an address."""
    name, _, domain = email.rpartition("@")
    return name if domain == DOMAIN and KEY.fullmatch(name) and not is_password_usable(password) else ""


def _stable(key: str, source: str) -> str:
    return key if KEY.fullmatch(key) else hashlib.sha256(f"{source}\0{key}".encode()).hexdigest()[:CHARACTERS]


def _ours(wanted: set[str]) -> dict[str, Person]:
    """Those of this house: it reads its own archives too."""
    found = {key: pk for pk in User.objects.values_list("pk", flat=True) if (key := _own_key(pk)) in wanted}
    rows = User.objects.in_bulk(found.values())
    return {key: _person(rows[pk]) for key, pk in found.items()}


def _person(user: User) -> Person:
    if user.erased_at:
        return Person(None, own=True)
    agreed = {purpose: consents.holds(user=user, purpose=purpose) for purpose in (Purpose.TRAINING, Purpose.GRADING)}
    return Person(user, own=True, training=agreed[Purpose.TRAINING], grading=agreed[Purpose.GRADING])


def _carried(wanted: set[str], source: str) -> dict[str, User]:
    addresses = {f"{key}@{DOMAIN}": key for key in wanted}
    known = set(User.objects.filter(email__in=addresses).values_list("email", flat=True))
    User.objects.bulk_create(
        User(email=address, name=f"{source[:100]} {key[:SHOWN]}".strip(), is_active=False, password=make_password(None))
        for address, key in addresses.items()
        if address not in known
    )
    users = list(User.objects.filter(email__in=addresses))
    for user in users:
        if user.has_usable_password():
            raise Wrong("taken", address=user.email)
    return {addresses[user.email]: user for user in users}
