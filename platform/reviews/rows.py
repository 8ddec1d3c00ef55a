"""A line of the queue, as its page draws it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from grading.models import Asked

from .models import Marking
from .ranking import Why


@dataclass(frozen=True)
class Hold:
    """A turn that somebody holds now."""

    turn: Marking
    mine: bool

    @property
    def until(self) -> str:
        """'16:40': a lease is shorter than a day."""
        return date_format(timezone.localtime(self.turn.leased_until), "TIME_FORMAT")


@dataclass(frozen=True)
class Row:
    submission: Any  # annotated by QueueQuerySet.weighed, with its markings at hand
    teacher: User

    @property
    def why(self) -> Why:
        return Why(self.submission.why)

    @cached_property
    def holds(self) -> list[Hold]:
        """The teacher's own first."""
        now = timezone.now()
        live = [turn for turn in self.submission.markings.all() if not turn.done_at and turn.leased_until > now]
        return sorted((Hold(turn, turn.teacher_id == self.teacher.pk) for turn in live), key=lambda hold: not hold.mine)

    @property
    def is_mine(self) -> bool:
        return any(hold.mine for hold in self.holds)

    @property
    def is_free(self) -> bool:
        """As `QueueQuerySet.free`: whether a turn is left for her."""
        if self.is_mine:
            return False
        if not self.submission.second or self.why in {Why.APPEAL, Why.SENT_BACK, Why.AUDIT}:
            return not self.holds
        done = [turn for turn in self.submission.markings.all() if turn.done_at and turn.role in Marking.INDEPENDENT]
        # Two that are done and still wait are too far apart: a third is needed.
        return len(done) + len(self.holds) < (3 if len(done) == 2 else 2)

    @property
    def is_asked(self) -> bool:
        """By a round of the lab."""
        return self.why in {Why.AUDIT, Why.ASKED}

    @property
    def asked_because(self) -> str:
        """Why a round asks for it, as far as that tells nothing of what the model said of a blind recording."""
        if self.why == Why.AUDIT:
            return _("checks the model: rate it as if nobody had")
        if self.submission.hidden:
            return _("why is told once you have rated")
        if self.submission.asked == Asked.Reason.CONTROL:
            return _("chosen by chance")
        return _("the model is unsure here")

    @property
    def may_be_chosen(self) -> bool:
        """For a batch."""
        return bool(self.submission.narrow and (self.is_free or self.is_mine))

    @property
    def is_appeal(self) -> bool:
        """Then `due_at` is when the school is to answer."""
        return self.why == Why.APPEAL

    @property
    def is_overdue(self) -> bool:
        return self.submission.due_at is not None and self.submission.due_at < timezone.now()
