"""What could be learned now: what people have said of each recording, made into one label by the school's rule.

Of each person the newest rating of a recording counts, whatever turn it was given in, but no standardisation. The
recording's player agrees to training, and it has a result, or came with its ratings from an imported collection.
docs/labels.md tells the rule at length.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from grading.models import LabelRule, Performance, Rating, Rubric

if TYPE_CHECKING:
    from grading import agreement

Purpose, State = Rating.Purpose, Performance.State
# Given without knowing what the others said: how severe and how reliable somebody is, is read from these alone.
INDEPENDENT = frozenset({Purpose.FIRST, Purpose.SECOND, Purpose.AUDIT})
SETTLING = frozenset({Purpose.THIRD, Purpose.APPEAL})
LEVEL_PLACES, TARGET_PLACES = 2, 4  # what is kept of a label, so that the same ratings give the same digest anywhere
MOVED = 0.1  # levels: a label that moves by less is the same label


@dataclass(frozen=True)
class Given:
    """One rater's word on a recording. `decided`: it is the released one."""

    id: int
    rater: int
    level: int
    purpose: str
    blind: bool
    source: str
    at: datetime
    decided: bool


@dataclass(frozen=True)
class Label:
    """`given` is what the label was made of, the oldest first; `target` has ten probabilities, level 1 first."""

    performance: Performance
    level: float
    target: list[float]
    weight: float
    given: tuple[Given, ...]

    @property
    def raters(self) -> int:
        return len(self.given)

    @property
    def ratings(self) -> list[int]:
        return [one.id for one in self.given]


@dataclass(frozen=True)
class Held:
    """A recording that teaches nothing until somebody settles it; `spread` in levels, as the rule reckons it."""

    performance: Performance
    given: tuple[Given, ...]
    spread: float

    @property
    def levels(self) -> list[int]:
        return [one.level for one in self.given]


@dataclass(frozen=True)
class Preview:
    """What a rule would make of the present ratings: how many labels, how many held back, how many of them moved."""

    combination: str
    name: str
    labels: int
    held: int
    moved: int
    # Levels that a moved label moves by, on average.
    by: float


def learnable(*, rubric: Rubric | None = None, rule: LabelRule | None = None) -> list[Label]:
    return found(rubric=rubric, rule=rule)[0]


def held_back(*, rubric: Rubric | None = None, rule: LabelRule | None = None) -> list[Held]:
    """The furthest apart first."""
    return sorted(found(rubric=rubric, rule=rule)[1], key=lambda held: -held.spread)


def found(*, rubric: Rubric | None = None, rule: LabelRule | None = None) -> tuple[list[Label], list[Held]]:
    """Everything that counts now, in the order of the recordings' ids: what is learned from, and what is held back."""
    said, raters = _read()
    rule = rule or LabelRule.current()
    labels, held = [], []
    for performance in recordings(rubric).filter(pk__in=said).order_by("pk"):
        given = said[performance.pk]
        combined = _combine(given, rule, raters)
        counted = tuple(given[place] for place in combined.counted)
        if combined.apart:
            held.append(Held(performance, counted, combined.spread))
        else:
            labels.append(_label(performance, counted, combined, rule))
    return labels, held


def previews(rule: LabelRule) -> list[Preview]:
    """Each way of combining, with the other choices of `rule` (saved or not), beside the rule in force."""
    said, raters = _read()
    now = _levels(said, LabelRule.current(), raters)
    return [_preview(_with(rule, way), said, raters, now) for way in LabelRule.Combination]


def recordings(rubric: Rubric | None = None) -> QuerySet[Performance]:
    """Those that have a rating that counts."""
    rows = Performance.objects.filter(Exists(counting().filter(performance=OuterRef("pk"))))
    return rows if rubric is None else rows.filter(rubric=rubric)


def counting() -> QuerySet[Rating]:
    """Every rating that may become part of a label; of one person's about one recording the newest does."""
    decided = Q(performance__result__isnull=False) | ~Q(source="")
    return Rating.objects.filter(
        decided, performance__may_train=True, performance__state__in=(State.PREPARED, State.GRADED)
    ).exclude(purpose=Purpose.STANDARD)


def _read() -> tuple[Mapping[UUID, Sequence[Given]], agreement.Raters]:
    """What each recording was given, the oldest first, and how the house's raters are; one query."""
    from grading import agreement

    newest = counting().order_by("performance_id", "rater_id", "-created_at", "-pk")
    columns = ("performance_id", "performance__result__rating_id", "pk", "rater_id", "level", "purpose")
    rows = newest.distinct("performance_id", "rater_id").values_list(
        *columns, "autograde_visible", "source", "created_at"
    )
    said: dict[UUID, list[Given]] = defaultdict(list)
    for performance, decided, pk, rater, level, purpose, visible, source, at in rows:
        said[performance].append(Given(pk, rater, level, purpose, not visible, source, at, pk == decided))
    for given in said.values():
        given.sort(key=lambda one: (one.at, one.id))
    return said, agreement.know_raters(_independent(said))


def _independent(said: Mapping[UUID, Sequence[Given]]) -> Iterator[agreement.Marked]:
    from grading import agreement

    for performance, given in said.items():
        for one in given:
            if one.purpose in INDEPENDENT:
                yield agreement.Marked(performance, one.rater, one.level)


def _combine(given: Sequence[Given], rule: LabelRule, raters: agreement.Raters) -> agreement.Combined:
    from grading import agreement

    said = [
        agreement.Said(one.rater, one.level, _importance(one, rule), _settles(one, place))
        for place, one in enumerate(given)
    ]
    way = cast("agreement.Rule", rule.combination)
    return agreement.combine(said, rule=way, raters=raters, bound=rule.disagreement)


def _settles(one: Given, place: int) -> bool:
    """A third marker, whoever answers an appeal, and whoever changed the result after two others had spoken."""
    return one.purpose in SETTLING or (one.decided and place >= 2)


def _importance(one: Given, rule: LabelRule) -> float:
    """How much more than a usual rating this one counts: the largest of what applies, 1 where nothing does."""
    applies = [
        *([rule.blind_weight] if one.blind else []),
        *([rule.appeal_weight] if one.purpose == Purpose.APPEAL else []),
        *([rule.audit_weight] if one.purpose == Purpose.AUDIT else []),
    ]
    return max(applies, default=1.0)


def _label(performance: Performance, given: tuple[Given, ...], combined: agreement.Combined, rule: LabelRule) -> Label:
    from grading import agreement

    importance = max(_importance(one, rule) for one in given)
    return Label(
        performance=performance,
        level=round(combined.level, LEVEL_PLACES),
        target=_rounded(combined.target),
        weight=round(importance * agreement.precision(combined.worth), LEVEL_PLACES),
        given=given,
    )


def _rounded(target: Sequence[float]) -> list[float]:
    """Probabilities to four places that sum to one: the likeliest takes what rounding leaves."""
    rows = [round(share, TARGET_PLACES) for share in target]
    most = rows.index(max(rows))
    rows[most] = round(1 - sum(rows[:most]) - sum(rows[most + 1 :]), TARGET_PLACES)
    return rows


def _preview(
    rule: LabelRule,
    said: Mapping[UUID, Sequence[Given]],
    raters: agreement.Raters,
    now: Mapping[UUID, float | None],
) -> Preview:
    then = _levels(said, rule, raters)
    both = [(now[pk], level) for pk, level in then.items()]
    moves = [abs(old - new) for old, new in both if old is not None and new is not None and abs(old - new) >= MOVED]
    held = sum(level is None for level in then.values())
    by = sum(moves) / len(moves) if moves else 0.0
    name = str(rule.get_combination_display())
    return Preview(rule.combination, name, len(then) - held, held, len(moves), by)


def _levels(
    said: Mapping[UUID, Sequence[Given]], rule: LabelRule, raters: agreement.Raters
) -> dict[UUID, float | None]:
    """Each recording's level; None where it is held back."""
    combined = {pk: _combine(given, rule, raters) for pk, given in said.items()}
    return {pk: None if one.apart else one.level for pk, one in combined.items()}


def _with(rule: LabelRule, combination: str) -> LabelRule:
    """The same choices with another way of combining; not saved."""
    fields = {field.name: getattr(rule, field.name) for field in LabelRule._meta.concrete_fields}
    return LabelRule(**fields | {"combination": combination})
