"""The weeks of the last three months in which a student handed in or listened: shown kindly, to themselves alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User

from .models import Practice, Submission
from .services.practice import WEEKS, last_weeks, monday


@dataclass(frozen=True)
class Week:
    begins: date
    handed_in: bool
    listened: bool

    @property
    def is_full(self) -> bool:
        return self.handed_in or self.listened

    @property
    def kind(self) -> str:
        return "played" if self.handed_in else "heard" if self.listened else "free"

    @property
    def word(self) -> str:
        if self.handed_in and self.listened:
            return _("handed in and listened")
        if self.handed_in:
            return _("handed in")
        return _("listened") if self.listened else "–"


@dataclass(frozen=True)
class Weeks:
    rows: list[Week]

    @property
    def count(self) -> int:
        return sum(week.is_full for week in self.rows)

    @property
    def in_a_row(self) -> int:
        """Up to this week, which may still become one of them."""
        rows = self.rows if self.rows[-1].is_full else self.rows[:-1]
        free = next((back for back, week in enumerate(reversed(rows)) if not week.is_full), len(rows))
        return free

    @property
    def said(self) -> str:
        """What there is, and nothing about what there is not."""
        if not self.count:
            return _("Weeks in which you hand in or listen to yourself are drawn here.")
        said = ngettext(
            "In %(number)s of the last %(all)s weeks you handed in or listened to yourself.",
            "In %(number)s of the last %(all)s weeks you handed in or listened to yourself.",
            self.count,
        ) % {"number": self.count, "all": WEEKS}
        if self.in_a_row < 2:
            return said
        row = _("The last %(number)s in a row.") % {"number": self.in_a_row}
        return _("%(sentence)s %(more)s") % {"sentence": said, "more": row}


def weeks(student: User, submissions: Iterable[Submission]) -> Weeks | None:
    """None where the student does not want to see them."""
    practice = Practice.objects.filter(student=student).first()
    if practice is not None and practice.is_hidden:
        return None
    handed_in = {monday(timezone.localtime(row.created_at).date()) for row in submissions}
    listened = set(practice.listened) if practice else set()
    return Weeks([Week(begins, begins in handed_in, begins.isoformat() in listened) for begins in last_weeks()])
