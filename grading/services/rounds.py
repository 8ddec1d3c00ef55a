"""Which recordings teachers are asked to rate next, and which of the audit part they are asked to rate once more.

Who may rate what, and how much work waits for whom, is known above; `add_teachers` is told by AppConfig.ready.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Avg, Count, Exists, F, FloatField, OuterRef, Q, QuerySet, StdDev
from django.db.models.functions import Abs
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.models import Asked, Autograde, Performance, PlayerPart, Rating, Round
from grading.models.learning import AskedQuerySet
from grading.people import User

Part, Reason = PlayerPart.Part, Asked.Reason
SIZE = 12
CONTROL_SHARE = 0.25
MOST = 60  # recordings in one round
# Below so many a mean tells little.
FEWEST_ANSWERS = 5
# Of more candidates the newest are looked at.
LOOKED_AT = 2000


class NothingToAsk(ValueError):
    """Why there is no round, in words for the admin."""


@dataclass(frozen=True)
class Teachers:
    """What the apps above know of teachers."""

    # Performances, and whether they are to be rated once more → for each that somebody may rate, the teachers.
    may_rate: Callable[[Collection[UUID], bool], Mapping[UUID, Collection[int]]]
    # Teachers → how many recordings wait for each.
    waiting: Callable[[Collection[int]], Mapping[int, float]]


_teachers: list[Teachers] = []


def add_teachers(teachers: Teachers) -> None:
    _teachers.append(teachers)


def may_rate(performances: Collection[UUID], *, again: bool) -> dict[UUID, set[int]]:
    """For each of these that somebody may rate, or rate once more (`again`), who it is."""
    found: dict[UUID, set[int]] = defaultdict(set)
    for told in _teachers:
        for performance, teachers in told.may_rate(performances, again).items():
            found[performance] |= set(teachers)
    return {performance: teachers for performance, teachers in found.items() if teachers}


def uncertainty(autograde: Autograde) -> float:
    """In levels (grading/asking/uncertainty.py)."""
    from grading import asking

    return asking.uncertainty(autograde.fused)


def candidates() -> QuerySet[Performance]:
    """Graded, rated by nobody, of players who agreed to training and whose recordings are learned from.

    The audit part is never selected on, nor the part on which trainings are selected.
    """
    return _unrated().exclude(player__part__part__in=(Part.AUDIT, Part.VALIDATION))


def unheard() -> QuerySet[Performance]:
    """The same of the audit part: each that is rated is one more to judge a version by."""
    return _unrated().filter(player__part__part=Part.AUDIT)


def _unrated() -> QuerySet[Performance]:
    rated = Rating.objects.filter(performance=OuterRef("pk")).exclude(purpose=Rating.Purpose.STANDARD)
    graded = Performance.objects.filter(
        state=Performance.State.GRADED, may_train=True, reduced_at__isnull=True, autograde__isnull=False
    )
    return graded.filter(~Exists(rated), result__isnull=True)


def rated_once() -> QuerySet[Performance]:
    """Of the audit part, with a result, and heard by one person only. What was imported lies on nobody's desk."""
    audited = PlayerPart.objects.filter(player=OuterRef("player"), part=Part.AUDIT)
    released = Performance.objects.filter(collection="", may_train=True, reduced_at__isnull=True, result__isnull=False)
    given = ~Q(ratings__purpose=Rating.Purpose.STANDARD)
    return released.filter(Exists(audited)).annotate(heard_by=_raters(given)).filter(heard_by=1)


def _raters(given: Q) -> Count:
    return Count("ratings__rater", filter=given, distinct=True)


@transaction.atomic
def ask(*, by: User | None, size: int = SIZE, control_share: float = CONTROL_SHARE, seed: int | None = None) -> Round:
    """A round of what to rate next; the one before is over. Raises NothingToAsk.

    `control_share` of it are drawn by chance (1: all of it). `seed` makes chance repeatable.
    """
    import numpy as np

    from grading import asking

    rows = _looked_at()
    chosen = asking.choose(
        _weighed(rows), size=min(size, MOST), control_share=control_share, dice=np.random.default_rng(seed)
    )
    if not chosen:
        raise NothingToAsk(_none_to_rate(len(rows)))
    return _begin(
        by,
        [
            Asked(
                performance_id=choice.key,
                reason=Reason.CONTROL if choice.by_chance else Reason.UNCERTAIN,
                uncertainty=choice.uncertainty,
            )
            for choice in chosen
        ],
    )


@transaction.atomic
def ask_unheard(*, by: User | None, size: int = SIZE, seed: int | None = None) -> Round:
    """A round of recordings of the audit part that nobody has rated, as `ask_audit` draws them. Raises NothingToAsk."""
    player_of = dict(unheard().values_list("pk", "player_id"))
    somebody = may_rate(list(player_of), again=False)
    chosen = _drawn({pk: player for pk, player in player_of.items() if pk in somebody}, size, seed)
    if not chosen:
        raise NothingToAsk(_("No recording of the audit part waits that a teacher may rate just now."))
    return _begin(by, [Asked(performance_id=pk, reason=Reason.CONTROL) for pk in chosen])


def _drawn(player_of: Mapping[UUID, int], size: int, seed: int | None) -> list[UUID]:
    """By chance alone, as many players as there are before a second recording of one: what judges the model must not
    be chosen by what the model says, and its figures are counted over players.
    """
    import numpy as np

    dice = np.random.default_rng(seed)
    order = [sorted(player_of)[place] for place in dice.permutation(len(player_of))]
    return _by_turns(order, player_of)[: min(size, MOST)]


def _looked_at() -> list[Any]:
    said = ("autograde__visual", "autograde__aural", "autograde__fused")
    rows = candidates().order_by("-created_at", "pk").values_list("pk", "piece", "player_id", *said)
    return list(rows[:LOOKED_AT])


def _weighed(rows: Iterable[Any]) -> list[Any]:
    """As candidates, with how available their teachers are."""
    from grading import asking

    rows = list(rows)
    teachers = may_rate([row[0] for row in rows], again=False)
    waiting = _waiting({teacher for several in teachers.values() for teacher in several})
    return [
        asking.Candidate(
            key=pk,
            said=tuple(said),
            piece=piece,
            player=player,
            availability=asking.availability(waiting.get(teacher, 0.0) for teacher in teachers.get(pk, ())),
        )
        for pk, piece, player, *said in rows
    ]


def _waiting(people: Collection[int]) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for told in _teachers:
        for teacher, count in told.waiting(people).items():
            found[teacher] += count
    return found


def _none_to_rate(unrated: int) -> str:
    if unrated:
        return _("No teacher may rate what waits just now: it was left to others, or its course has no teacher.")
    return _(
        "Nothing is left to choose from: every graded recording of a student who agreed to training is rated, "
        "or belongs to the audit part, which is never chosen from."
    )


@dataclass(frozen=True)
class Auditing:
    """The recordings of the audit part that one person alone has rated."""

    lacking: tuple[UUID, ...]
    # Of those the ones that somebody may be asked about, and who it is.
    askable: Mapping[UUID, Collection[int]]
    # Asked for already, and not answered.
    asked: int
    # In a course in which nobody else teaches, or everybody else has left it to others.
    only_teacher: int

    @property
    def not_now(self) -> int:
        """Their student wishes one marker, may still appeal, or has; or they were sent back."""
        return len(self.lacking) - len(self.askable) - self.only_teacher


def auditing() -> Auditing:
    lacking = tuple(rated_once().order_by("pk").values_list("pk", flat=True))
    asked = Asked.objects.open().audits().filter(performance__in=lacking).count()
    another = may_rate(lacking, again=False)
    return Auditing(lacking, may_rate(lacking, again=True), asked, len(lacking) - len(another))


@transaction.atomic
def ask_audit(*, by: User | None, size: int = SIZE, seed: int | None = None) -> Round:
    """Second, blind ratings of the audit part; the audit round before is over. Raises NothingToAsk."""
    found = auditing()
    player_of = dict(Performance.objects.filter(pk__in=list(found.askable)).values_list("pk", "player_id"))
    chosen = _drawn(player_of, size, seed)
    if not chosen:
        raise NothingToAsk(_none_to_audit(found))
    return _begin(by, [Asked(performance_id=pk, reason=Reason.AUDIT) for pk in chosen])


def _by_turns(order: Sequence[UUID], player_of: Mapping[UUID, int]) -> list[UUID]:
    """The first recording of each player, then the second of each, and so on."""
    turns: dict[int, int] = defaultdict(int)
    placed = []
    for pk in order:
        placed.append((turns[player_of[pk]], pk))
        turns[player_of[pk]] += 1
    return [pk for _, pk in sorted(placed, key=lambda each: each[0])]


def _none_to_audit(found: Auditing) -> str:
    if found.lacking:
        return _(
            "Nobody can be asked just now: the recordings of the audit part that one teacher has rated have no second "
            "teacher in their course, or their students wish one marker or may still ask for another look."
        )
    return _("Every recording of the audit part that has a result is rated by two teachers, or there is none yet.")


def _begin(by: User | None, asked: Sequence[Asked]) -> Round:
    """Write a round down, and end the one of its kind before; of two who ask at once, the later one's stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clavier.rounds'))")
    made = Round.objects.create(by=by)
    for order, row in enumerate(asked):
        row.round, row.order = made, order
    Asked.objects.bulk_create(asked)
    audit = asked[0].reason == Reason.AUDIT
    before = Round.objects.filter(closed_at__isnull=True).exclude(pk=made.pk)
    of_its_kind = Exists(Asked.objects.audits().filter(round=OuterRef("pk")))
    before.filter(of_its_kind if audit else ~of_its_kind).update(closed_at=timezone.now())
    return made


def close(*, round: Round) -> None:
    """Ask no longer; what was answered stays."""
    Round.objects.filter(pk=round.pk, closed_at__isnull=True).update(closed_at=timezone.now())


def answer(*, rating: Rating) -> None:
    """Inside the transaction that adds the rating: what it answers, and whether its round is over with that."""
    if rating.purpose == Rating.Purpose.STANDARD:
        return
    asked = Asked.objects.open().filter(performance=rating.performance_id)
    audits = rating.purpose == Rating.Purpose.AUDIT
    row = (asked.audits() if audits else asked.exclude(reason=Reason.AUDIT)).first()
    if row is None:
        return
    # Two who give the last two ratings wait for each other here, so that one of them ends the round.
    one = Round.objects.select_for_update().get(pk=row.round_id)
    row.rating = rating
    row.save(update_fields=("rating",))
    if not one.asked.filter(rating__isnull=True).exists():
        close(round=one)


def withdraw(*, player: User) -> None:
    """Nobody is asked any more to rate once more what this player has played."""
    Asked.objects.open().audits().filter(performance__player=player).delete()


def open_for(teacher: User) -> AskedQuerySet:
    """What this teacher is asked to rate."""
    rows = list(Asked.objects.open().values_list("pk", "performance_id", "reason"))
    hers: list[int] = []
    for again in (False, True):
        of_the_kind = {pk: performance for pk, performance, reason in rows if (reason == Reason.AUDIT) == again}
        teachers = may_rate(set(of_the_kind.values()), again=again) if of_the_kind else {}
        hers += [pk for pk, performance in of_the_kind.items() if teacher.pk in teachers.get(performance, ())]
    return Asked.objects.filter(pk__in=hers)


@dataclass(frozen=True)
class Found:
    """How far teachers were from what the model had said, in levels, of the recordings chosen for one reason."""

    reason: str
    ratings: int
    apart: float
    # Half of the 95 % interval of the mean.
    within: float


def found() -> dict[str, Found]:
    """Of all answered rounds, by reason; the distance between the two is the bias of the choice."""
    answered = Asked.objects.filter(rating__autograde__isnull=False).exclude(reason=Reason.AUDIT)
    apart = Abs(F("rating__level") - F("rating__autograde__level"), output_field=FloatField())
    rows = answered.values("reason").annotate(count=Count("pk"), mean=Avg(apart), spread=StdDev(apart, sample=True))
    return {
        row["reason"]: Found(
            row["reason"], row["count"], row["mean"], 1.96 * (row["spread"] or 0.0) / row["count"] ** 0.5
        )
        for row in rows.order_by().filter(count__gte=FEWEST_ANSWERS)
    }
