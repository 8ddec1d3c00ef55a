"""When the house trains by itself: once enough labels are new, or on a day that was set."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.models import RetrainingPolicy, TrainingRun

from . import datasets
from .preconditions import open_runs, preconditions


@dataclass(frozen=True)
class Due:
    """Whether a training is to begin now; `waits` says what for, where it is not."""

    now: bool
    waits: str = ""


def due(policy: RetrainingPolicy) -> Due:
    """What the two rules ask for, whatever else may hinder a training."""
    if is_the_day(policy):
        return Due(now=True)
    if not policy.enabled:
        return Due(now=False, waits=_on_the_day(policy) or _("The house trains only when you ask it to."))
    new = datasets.labels().new
    if new < policy.min_new_labels:
        return Due(now=False, waits=_labels_wait(new, policy))
    newest = TrainingRun.objects.first()
    if newest is not None and timezone.now() - newest.created_at < timedelta(hours=policy.every_hours):
        said = _("Enough labels have come in. The next training begins on %(time)s, not too soon after the last.")
        again = timezone.localtime(newest.created_at + timedelta(hours=policy.every_hours))
        return Due(now=False, waits=said % {"time": date_format(again, "SHORT_DATETIME_FORMAT")})
    return Due(now=True)


def why_not_yet() -> str:
    """In words, why the house has not begun a training by itself; that it is about to, where nothing hinders it."""
    running = open_runs()
    if running:
        return _("%(run)s is under way.") % {"run": running[0]}
    standing = due(RetrainingPolicy.current())
    if not standing.now:
        return standing.waits
    missing = [condition.sentence for condition in preconditions() if not condition.met]
    if missing:
        return _("A training is due, but it cannot begin: %(why)s") % {"why": " ".join(missing)}
    return _("A training is due and begins within a minute.")


def is_the_day(policy: RetrainingPolicy) -> bool:
    return policy.on_date is not None and policy.on_date <= timezone.localdate()


def _on_the_day(policy: RetrainingPolicy) -> str:
    if policy.on_date is None:
        return ""
    return _("The house trains on %(day)s.") % {"day": date_format(policy.on_date, "SHORT_DATE_FORMAT")}


def _labels_wait(new: int, policy: RetrainingPolicy) -> str:
    needed = policy.min_new_labels
    told: dict[str, object] = {"new": new, "needed": needed}
    said = ngettext(
        "%(new)s of %(needed)s new label has come in.",
        "%(new)s of %(needed)s new labels have come in.",
        needed,
    )
    if policy.on_date is None:
        return said % told
    said = ngettext(
        "%(new)s of %(needed)s new label has come in. The house trains on %(day)s in any case.",
        "%(new)s of %(needed)s new labels have come in. The house trains on %(day)s in any case.",
        needed,
    )
    return said % (told | {"day": date_format(policy.on_date, "SHORT_DATE_FORMAT")})
