"""In which weeks a student listened to themselves. Kept by the week, for the student alone, and only as they like."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User

from ..models import Practice

WEEKS = 12  # that are kept, and shown


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def this_week() -> date:
    return monday(timezone.localdate())


def last_weeks() -> list[date]:
    """Their Mondays, the oldest first; this week is the last."""
    return [this_week() - timedelta(weeks=back) for back in reversed(range(WEEKS))]


@transaction.atomic
def listened(*, student: User) -> Practice:
    """Once a week there is something to write."""
    row, _ = Practice.objects.select_for_update().get_or_create(student=student)
    week = this_week().isoformat()
    if not row.is_hidden and week not in row.listened:
        oldest = last_weeks()[0].isoformat()
        row.listened = [*(known for known in row.listened if known >= oldest), week]
        row.save(update_fields=("listened",))
    return row


@transaction.atomic
def hide(*, student: User, hidden: bool) -> Practice:
    """Whether the weeks are shown. Hidden, nothing is noted either, and what was noted is forgotten."""
    row, _ = Practice.objects.select_for_update().get_or_create(student=student)
    row.is_hidden = hidden
    if hidden:
        row.listened = []
    row.save(update_fields=("is_hidden", "listened"))
    return row
