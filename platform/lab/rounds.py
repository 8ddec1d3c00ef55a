"""A round as its page shows it: each recording, why it was chosen, who could rate it, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.figures import tenths
from grading.models import Asked, Round
from grading.services import rounds
from reviews.models import Marking
from reviews.queries import live_claims


@dataclass(frozen=True)
class Row:
    asked: Asked
    could_rate: tuple[str, ...]
    turn: Marking | None  # of whoever has it on the desk now

    @property
    def state(self) -> str:
        """'answered', 'begun', 'waiting', or 'stuck' where nobody may rate it now."""
        if self.asked.rating is not None:
            return "answered"
        if self.turn is not None:
            return "begun"
        return "waiting" if self.could_rate else "stuck"

    @property
    def names(self) -> str:
        return ", ".join(self.could_rate)


@dataclass(frozen=True)
class Shown:
    """A round and its rows; `done` of them are answered."""

    round: Round
    rows: tuple[Row, ...]

    @property
    def done(self) -> int:
        return sum(row.state == "answered" for row in self.rows)


def newest(*, audit: bool) -> Shown | None:
    """The newest round of its kind, whether it is over or not."""
    reason = Asked.objects.audits() if audit else Asked.objects.exclude(reason=Asked.Reason.AUDIT)
    newest = Round.objects.select_related("by").filter(pk__in=reason.values("round")).first()
    return shown(newest, again=audit) if newest else None


def shown(round: Round, *, again: bool) -> Shown:
    related = ("rating__rater", "performance__player", "performance__submission__assignment__course")
    asked = list(round.asked.select_related(*related, "performance__submission__assignment__piece"))
    teachers = rounds.may_rate([row.performance_id for row in asked if row.rating_id is None], again=again)
    names = dict(User.objects.filter(pk__in=set().union(*teachers.values())).values_list("pk", "name"))
    turns = _turns(asked)
    return Shown(
        round,
        tuple(
            Row(
                row,
                tuple(sorted(names[teacher] for teacher in teachers.get(row.performance_id, ()))),
                turns.get(row.performance_id),
            )
            for row in asked
        ),
    )


def _turns(asked: list[Asked]) -> Mapping[UUID, Marking]:
    performances = [row.performance_id for row in asked]
    live: Any = live_claims().filter(submission__performance__in=performances).select_related("teacher", "submission")
    return {turn.submission.performance_id: turn for turn in live}


def bias() -> str:
    """What the share of chance says of the others, in a sentence; '' until there are enough answers of both."""
    found = rounds.found()
    unsure, fair = found.get(Asked.Reason.UNCERTAIN), found.get(Asked.Reason.CONTROL)
    if unsure is None or fair is None:
        return ""
    told = {"unsure": _apart(unsure), "fair": _apart(fair)}
    if abs(unsure.apart - fair.apart) <= (unsure.within**2 + fair.within**2) ** 0.5:
        said = _(
            "Where the model was unsure, teachers were %(unsure)s from it; where chance chose, %(fair)s. That may be "
            "the same: so far nothing shows that the chosen recordings are harder than others."
        )
    elif unsure.apart > fair.apart:
        said = _(
            "Where the model was unsure, teachers were %(unsure)s from it; where chance chose, %(fair)s. So the chosen "
            "recordings are the harder ones, as they should be, and tell less of how good the model is."
        )
    else:
        said = _(
            "Where the model was unsure, teachers were %(unsure)s from it; where chance chose, %(fair)s. The model "
            "is unsure in the wrong places: ask for more by chance until a newer version knows better."
        )
    return said % told


def _apart(found: rounds.Found) -> str:
    """'0.8 levels (12 ratings)'."""
    ratings = ngettext("%(count)s rating", "%(count)s ratings", found.ratings) % {"count": found.ratings}
    return _("%(levels)s levels (%(ratings)s)") % {"levels": tenths(found.apart), "ratings": ratings}
