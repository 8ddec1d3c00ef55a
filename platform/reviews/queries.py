"""What waits for a teacher, what of it is free to be taken, and in which order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from courses.models import Assignment, Enrolment
from grading.models import Abstention, Asked, Performance, Result
from grading.services import rounds
from submissions.models import Submission, SubmissionQuerySet
from submissions.seals import appealed_for

from . import ranking
from .models import Marking, Moderation

PLAYABLE = (Performance.State.PREPARED, Performance.State.GRADED)
# How a list can be ordered; each ends with who waits longest.
SORTS: dict[str, tuple[str, ...]] = {
    "piece": ("assignment__piece__title", "assignment__piece__composer"),
    "student": ("student__name",),
    "course": ("assignment__course__name",),
    "level": ("level",),
    "why": ("rank",),
    "since": ("since",),
    "due": ("due_at",),
    "claim": ("holder",),
}


class QueueQuerySet(SubmissionQuerySet):
    def waiting_for(self, teacher: User) -> "QueueQuerySet":
        """Recordings of her courses that lack a mark she may give; annotated with `appealed` and `sent_back`, and with
        why a round asks for it (`asked`, a value of Asked.Reason) if one does."""
        appealed, sent_back, asked = _appealed(teacher), _sent_back(teacher), _asked(teacher)
        audits = {performance for performance, reason in asked.items() if reason == Asked.Reason.AUDIT}
        again = appealed | sent_back
        performance = {"performance": OuterRef("performance")}
        released = Result.objects.filter(**performance).exclude(performance__in=[*again.values(), *audits])
        own = _independent().filter(teacher=teacher, done_at__isnull=False).exclude(submission__in=again)
        abstained = Abstention.objects.filter(Q(kind=Abstention.Kind.UNUSABLE) | Q(rater=teacher), **performance)
        taught: Any = self.taught_by(teacher).unheld().filter(performance__state__in=PLAYABLE)
        waiting = taught.filter(~Exists(released), ~Exists(own), ~Exists(abstained))
        annotated: QueueQuerySet = waiting.annotate(
            appealed=_one_of(appealed), sent_back=_one_of(sent_back), asked=_reason(asked)
        )
        return annotated

    def free(self, teacher: User) -> "QueueQuerySet":
        """Without those whose turns colleagues hold, and without those that she herself has begun."""
        held = list(live_claims().values_list("submission", "teacher"))
        hers = [submission for submission, holder in held if holder == teacher.pk]
        one_turn = Q(second=False) | Q(appealed=True) | Q(sent_back=True) | Q(asked=Asked.Reason.AUDIT)
        several = ~one_turn & ~Q(pk__in=hers) & Q(taken__lt=F("needed"))
        rows: Any = self.alias(**_turns())
        free: QueueQuerySet = rows.filter((one_turn & ~Q(pk__in=[submission for submission, _ in held])) | several)
        return free

    def begun_by(self, teacher: User) -> "QueueQuerySet":
        return self.filter(Exists(live_claims().filter(submission=OuterRef("pk"), teacher=teacher)))

    def with_colleagues_of(self, teacher: User) -> "QueueQuerySet":
        return self.filter(Exists(live_claims().filter(submission=OuterRef("pk")).exclude(teacher=teacher)))

    def weighed(self, now: datetime) -> "QueueQuerySet":
        """With all that a row shows, `why` it stands there, its `points`, and if it is `narrow` enough for a batch."""
        rows: Any = self.annotate(**ranking.shown(now))
        told: QueueQuerySet = rows.annotate(why=ranking.why(), points=ranking.points(), narrow=ranking.narrow())
        return told

    def in_order(self, by: str = "") -> "QueueQuerySet":
        """What a human adds most to first; or by a column, `-` before its name for the other direction."""
        column = by.removeprefix("-")
        if column not in SORTS:
            return self.order_by("-points", "since", "pk")
        rows: Any = self
        if column == "why":
            rows = self.alias(rank=ranking.rank())
        elif column == "claim":
            rows = self.alias(holder=_holder())
        down = by.startswith("-")
        names = [F(name).desc(nulls_last=True) if down else F(name).asc(nulls_last=True) for name in SORTS[column]]
        ordered: QueueQuerySet = rows.order_by(*names, "since", "pk")
        return ordered

    def for_rows(self) -> "QueueQuerySet":
        """With everything a row shows. In queries of their own, so that only the page's rows are joined to it."""
        grade = "autograde"
        shown = Performance.objects.select_related(grade).only(
            *("generated", "duration", f"{grade}__level", f"{grade}__low", f"{grade}__high")
        )
        return self.prefetch_related(
            "student",
            Prefetch("assignment", Assignment.objects.select_related("piece", "course")),
            Prefetch("performance", shown),
            Prefetch("markings", Marking.objects.select_related("teacher")),
        )


def queue(teacher: User) -> QueueQuerySet:
    """Everything that waits for this teacher, weighed as of now; put it `in_order`."""
    return QueueQuerySet(Submission).waiting_for(teacher).weighed(timezone.now())


def counts(rows: QueueQuerySet) -> dict[str, int]:
    """How many of these stand there for each reason."""
    asked: Any = rows.order_by()
    return dict(asked.values_list("why").annotate(count=Count("pk")))


def live_claims() -> Any:
    """Turns that somebody holds now."""
    return Marking.objects.filter(done_at__isnull=True, leased_until__gt=timezone.now())


def _independent() -> Any:
    return Marking.objects.filter(submission=OuterRef("pk"), role__in=Marking.INDEPENDENT)


# What is asked for again is little: looked up first, it costs the long list a comparison each, and its plan nothing.


def _appealed(teacher: User) -> dict[UUID, UUID]:
    """Submissions of her courses with an open appeal that she may answer, and their performances."""
    rows = Submission.objects.taught_by(teacher).filter(pk__in=appealed_for(teacher))
    return dict(rows.values_list("pk", "performance"))


def _sent_back(teacher: User) -> dict[UUID, UUID]:
    """Those with an open moderation, which comes back to who released them while they teach there."""
    rater = "performance__result__rating__rater"
    still_teaches = Enrolment.objects.filter(
        course=OuterRef("assignment__course"), user=OuterRef(rater), role__in=Enrolment.TEACHING
    )
    hers = Q(**{rater: teacher}) | (Q(**{f"{rater}__is_staff": False}) & ~Exists(still_teaches))
    opened = Moderation.objects.filter(settled_at__isnull=True)
    rows = Submission.objects.taught_by(teacher).filter(hers, pk__in=opened.values("submission"))
    # Under an appeal a colleague looks at it anew, and that answers the head of course too.
    rows = rows.exclude(appeal__isnull=False, appeal__decided_at__isnull=True)
    return dict(rows.values_list("pk", "performance"))


def _asked(teacher: User) -> dict[UUID, str]:
    """What a round asks of her, as performances, and why."""
    return dict(rounds.open_for(teacher).values_list("performance", "reason"))


def _reason(asked: Mapping[UUID, str]) -> Case:
    rows = [When(performance=performance, then=Value(reason)) for performance, reason in asked.items()]
    return Case(*rows, default=Value(""))


def _one_of(pks: Iterable[UUID]) -> Case:
    return Case(When(pk__in=list(pks), then=True), default=False)


def _turns() -> dict[str, Any]:
    """How many of the independent turns are done or held, and how many it needs: a third where two differ too far."""
    live = Q(done_at__isnull=True, leased_until__gt=timezone.now())
    rows = _independent().order_by().values("submission")
    done = rows.filter(done_at__isnull=False)
    taken = rows.filter(live | Q(done_at__isnull=False)).annotate(count=Count("pk")).values("count")
    spread = done.annotate(spread=Max("rating__level") - Min("rating__level")).values("spread")
    return {
        "taken": Coalesce(Subquery(taken), 0),
        "spread": Coalesce(Subquery(spread), 0),
        "needed": Case(When(spread__gt=F("assignment__tolerance"), then=3), default=2),
    }


def _holder() -> Subquery:
    live = live_claims().filter(submission=OuterRef("pk")).order_by("claimed_at")
    return Subquery(live.values("teacher__name")[:1])
