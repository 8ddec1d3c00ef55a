"""Mail that is to be sent: a row first, so that a mail server that is away loses nothing.

`post` writes the row inside the transaction of what it tells of; a worker sends it (accounts/mail.py: how it reads).
A letter is sent at least once. A worker that is killed between the mail server's yes and the row's `sent_at` leaves the
row unsent, so that this one letter goes out a second time; nothing else sends one twice.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto
from time import monotonic
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from .. import mail
from ..models import Guardian, Letter, User
from . import doorbell

logger = logging.getLogger(__name__)

ATTEMPTS = 8
# Before the second attempt, doubled before each further one: the eighth comes two hours after the first.
PAUSE = timedelta(minutes=1)
# Of one run of the task, which shares its worker with the rest of the house.
AT_ONCE = 50  # letters
LONGEST = 30.0  # seconds until no other is begun
KEPT = timedelta(days=90)  # after they were sent


def post(*, user: User, kind: str, about: Mapping[str, Any], guardian: Guardian | None = None) -> Letter | None:
    """None where the person does not want mail of this kind. The same letter that still waits is not written twice."""
    if kind in user.silenced or not user.is_active:
        return None
    same = {"user": user, "kind": kind, "about": dict(about), "guardian": guardian}
    waiting = Letter.objects.filter(**same, sent_at__isnull=True, attempts__lt=ATTEMPTS).first()
    letter = waiting or Letter.objects.create(**same)
    transaction.on_commit(_ring)
    return letter


def _ring() -> None:
    from .. import tasks

    doorbell.ring(tasks.send_letters)


class Outcome(Enum):
    SENT = auto()
    UNFIT = auto()  # something is wrong with this letter
    AWAY = auto()  # the mail server does not take it now, nor perhaps any other
    NONE_DUE = auto()


def send_due() -> int:
    """Send what is due, one transaction each, and stop where the server is away; how many went out."""
    sent, until = 0, monotonic() + LONGEST
    for _number in range(AT_ONCE):
        outcome = _send_next()
        sent += outcome is Outcome.SENT
        if outcome in {Outcome.AWAY, Outcome.NONE_DUE} or monotonic() > until:
            break
    return sent


def _send_next() -> Outcome:
    """One letter that nobody else is sending."""
    with transaction.atomic():
        due = Letter.objects.filter(sent_at__isnull=True, attempts__lt=ATTEMPTS, next_at__lte=timezone.now())
        letter = due.order_by("next_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if letter is None:
            return Outcome.NONE_DUE
        try:
            with transaction.atomic():
                mail.message(letter).send()
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 — whatever is wrong with one letter does not hold up the others
            _put_off(letter, error)
            return Outcome.AWAY if isinstance(error, OSError) else Outcome.UNFIT
        letter.sent_at, letter.trouble = timezone.now(), ""
        letter.attempts += 1
        if letter.guardian_id is not None:
            letter.about = {}  # the link opens a child's consents: nobody is to find it here
        letter.save(update_fields=("sent_at", "attempts", "trouble", "about"))
        return Outcome.SENT


def _put_off(letter: Letter, error: Exception) -> None:
    letter.attempts += 1
    letter.trouble = f"{type(error).__name__}: {error}"[:500]
    letter.next_at = timezone.now() + PAUSE * 2 ** (letter.attempts - 1)
    letter.save(update_fields=("attempts", "trouble", "next_at"))
    logger.warning("Letter %s could not be sent (attempt %s): %s", letter.pk, letter.attempts, letter.trouble)


def forget_old() -> int:
    """What was sent long ago; what could not be sent stays with its trouble."""
    return Letter.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()[0]


@transaction.atomic
def silence(*, user: User, kind: str) -> None:
    """No more mail of this kind, and none of it that still waits."""
    _want(user, kind, wanted=False)
    Letter.objects.filter(user=user, kind=kind, sent_at__isnull=True).delete()


@transaction.atomic
def resume(*, user: User, kind: str) -> None:
    _want(user, kind, wanted=True)


def _want(user: User, kind: str, *, wanted: bool) -> None:
    if kind not in Letter.OPTIONAL:
        raise ValueError(f"{kind} answers what somebody has asked for, so it cannot be switched off.")
    row = User.objects.select_for_update().get(pk=user.pk)
    row.silenced = sorted({*row.silenced, kind} - ({kind} if wanted else set()))
    row.save(update_fields=("silenced",))
    user.silenced = row.silenced
