"""What admins are written about the model: an alarm when it is raised, and the week on Monday mornings."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Letter, User
from accounts.services import letters
from grading.models import Alarm

from . import alarms
from .week import week_of

MORNING = 7  # o'clock on Monday, where the school is


def admins() -> QuerySet[User]:
    return User.objects.filter(is_staff=True, is_active=True, erased_at__isnull=True).order_by("pk")


def raised(alarm: Alarm, **_signal: Any) -> None:
    """A receiver of `alarm_raised`, inside its transaction: neither is there without the other."""
    for admin in admins():
        with _in_the_language_of(admin):
            told = alarms.told(alarm)
        about = {"alarm": alarm.pk, "address": reverse("lab:watch"), "title": told.title}
        letters.post(user=admin, kind=Letter.Kind.ALARM, about=about | {"says": told.says, "to_do": told.to_do})


@transaction.atomic
def send_week(now: datetime | None = None) -> int:
    """Tell every admin of the week that ended, once, from Monday morning on; how many letters were written.

    The row of the letter says that it was told, so that it may be asked as often as one likes. A house that was away
    tells of the last week alone. A week in which there was nothing is not told.
    """
    now = timezone.localtime(now)
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    if now < monday.replace(hour=MORNING):
        return 0
    _lock()
    name = f"{monday:%G-W%V}"
    told = Letter.objects.filter(kind=Letter.Kind.WEEKLY, about__week=name).values("user")
    waiting = admins().exclude(pk__in=told)
    if not waiting or (week := week_of(monday)).is_empty:
        return 0
    posted = [_tell(admin, week, name) for admin in waiting]
    return len([letter for letter in posted if letter is not None])


def _tell(admin: User, week: Any, name: str) -> Letter | None:
    with _in_the_language_of(admin):
        about = week.told() | {"week": name, "address": reverse("lab:watch")}
    return letters.post(user=admin, kind=Letter.Kind.WEEKLY, about=about)


def _in_the_language_of(admin: User) -> Any:
    return translation.override(admin.language or settings.LANGUAGE_CODE)


def _lock() -> None:
    """Two who ask at once tell it once: the second waits, and then finds what the first has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clavier.weekly'))")
