"""Anchors, packs and sittings as they are read: what a teacher may take, how far she was, what her course asks."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Consent, User
from accounts.services import consents
from courses.access import require_teacher, teaches
from courses.models import Course, Enrolment
from grading.models import Performance, Rating
from submissions.seals import sealed_for

from .models import Anchor, CourseStandard, Marking, Pack, Standardisation

LIVE = Anchor.objects.filter(packs=OuterRef("pk"), retired=False)
PROPOSED = 20  # rows
# Marks that may differ by so many levels and still be called agreed.
AGREED_WITHIN = 1


# What a teacher may take, and see


def packs_for(user: User) -> QuerySet[Pack]:
    """Packs that can be taken, by the rubrics of the courses one teaches or because one of them asks for it."""
    taught = Course.objects.taught_by(user)
    rubrics = Q(rubric__assignments__course__in=taught)
    return Pack.objects.filter(rubrics | Q(courses__course__in=taught), Exists(LIVE), retired=False).distinct()


def with_sizes(packs: QuerySet[Pack]) -> QuerySet[Pack]:
    """With how many recordings each asks for."""
    size = Count("anchors", Q(anchors__retired=False), distinct=True)
    return packs.select_related("rubric").annotate(size=size).order_by("name")


def packs_of(course: Course) -> QuerySet[Pack]:
    """Packs that a course can ask for: of a rubric that its recordings are judged by."""
    return Pack.objects.filter(Exists(LIVE), rubric__in=course.assignments.values("rubric"), retired=False).order_by(
        "name"
    )


def get_pack_to_take(user: User, pk: int) -> Pack:
    return get_object_or_404(packs_for(user), pk=pk)


def get_own_sitting(user: User, pk: int) -> Standardisation:
    """Nobody looks into another one's sitting, and whoever teaches no more has none."""
    require_teacher(user)
    return get_object_or_404(sittings_of(user), pk=pk)


def may_see_anchor(user: AbstractUser, performance: Performance) -> bool:
    """A teacher plays an anchor of another course only while she sits with a pack that holds it."""
    assert isinstance(user, User)
    sits = Standardisation.objects.filter(
        teacher=user,
        finished_at__isnull=True,
        pack__retired=False,
        pack__anchors__performance=performance,
        pack__anchors__retired=False,
    )
    return sits.exists() and teaches(user)


# A sitting


@dataclass(frozen=True)
class Apart:
    """One criterion, or the level: what was given, what was agreed."""

    name: str
    given: int
    agreed: int

    @property
    def by(self) -> int:
        return self.given - self.agreed


@dataclass(frozen=True)
class Given:
    """One anchor that was graded in this sitting."""

    anchor: Anchor
    rating: Rating
    level: Apart
    criteria: tuple[Apart, ...]


@dataclass(frozen=True)
class Summary:
    """The whole sitting: mean distance without and with its sign (levels), and the criterion furthest off (marks)."""

    n: int
    distance: float
    lean: float
    furthest: tuple[str, float] | None


@dataclass(frozen=True)
class Sitting:
    row: Standardisation
    given: tuple[Given, ...]  # the newest first
    left: tuple[Anchor, ...]

    @property
    def number(self) -> int:
        return len(self.given) + 1

    @property
    def total(self) -> int:
        return len(self.given) + len(self.left)

    @property
    def summary(self) -> Summary | None:
        return summary(self.given)


def sittings_of(teacher: User) -> QuerySet[Standardisation]:
    """With everything that is told of them, in a fixed number of queries."""
    unsealed = Rating.objects.exclude(performance__submission__in=sealed_for(teacher))
    ratings = Prefetch("ratings", unsealed.select_related("performance__anchor"))
    rows = Standardisation.objects.filter(teacher=teacher).select_related("pack__rubric")
    return rows.prefetch_related(ratings, "pack__rubric__criteria")


def sitting(row: Standardisation) -> Sitting:
    names = {criterion.key: criterion.name for criterion in row.pack.rubric.criteria.all()}
    newest = sorted(row.ratings.all(), key=lambda rating: (rating.created_at, rating.pk), reverse=True)
    left = () if row.finished_at else tuple(outstanding(row))
    return Sitting(row, tuple(_given(rating, names) for rating in newest), left)


def outstanding(row: Standardisation) -> list[Anchor]:
    """What is still to be graded, in an order that has nothing to do with the levels and stays the same."""
    if row.pack.retired:
        return []
    done = row.ratings.values("performance")
    left = _unsealed(row.teacher, row.pack.anchors.filter(retired=False)).exclude(performance__in=done)
    left = left.select_related("performance")
    return sorted(left, key=lambda anchor: hashlib.sha256(f"{row.pk} {anchor.pk}".encode()).hexdigest())


def summary(given: Iterable[Given]) -> Summary | None:
    """Over the anchors that still stand: one that was taken back counts for nobody. None where none is left."""
    counted = [each for each in given if not each.anchor.retired]
    if not counted:
        return None
    by = [each.level.by for each in counted]
    marks: dict[str, list[int]] = defaultdict(list)
    for each in counted:
        for apart in each.criteria:
            marks[apart.name].append(apart.by)
    furthest = max(marks, key=lambda name: _mean(map(abs, marks[name])), default=None)
    off = None if furthest is None or not any(marks[furthest]) else (furthest, _mean(marks[furthest]))
    return Summary(len(by), _mean(map(abs, by)), _mean(by), off)


def _given(rating: Rating, names: dict[str, str]) -> Given:
    anchor = rating.performance.anchor
    shared = [key for key in names if key in rating.criteria and key in anchor.criteria]
    return Given(
        anchor,
        rating,
        Apart("Level", rating.level, anchor.level),
        tuple(Apart(names[key], rating.criteria[key], anchor.criteria[key]) for key in shared),
    )


def _mean(values: Iterable[int]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


# What a course asks


def due(teacher: User, *, course: int | None = None) -> list[CourseStandard]:
    """What this teacher's courses ask of her and she has not met; in two queries."""
    own = Q(course__enrolments__user=teacher, course__enrolments__role__in=Enrolment.TEACHING)
    asked = CourseStandard.objects.filter(own, Exists(_LIVE_OF_STANDARD), pack__retired=False)
    asked = asked.filter(course=course) if course else asked
    standards = list(asked.select_related("course", "pack"))
    sittings = list(Standardisation.objects.filter(teacher=teacher, finished_at__isnull=False)) if standards else []
    return [standard for standard in standards if not met(standard, sittings)]


def is_fresh(*, teacher: User, course: Course) -> bool:
    """Whether she may release alone here. A pack that cannot be taken any more is asked of nobody."""
    asked = CourseStandard.objects.filter(Exists(_LIVE_OF_STANDARD), course=course, pack__retired=False).first()
    if asked is None:
        return True
    return met(asked, Standardisation.objects.filter(teacher=teacher, pack=asked.pack_id, finished_at__isnull=False))


def met(standard: CourseStandard, sittings: Iterable[Standardisation]) -> bool:
    since = timezone.now() - timedelta(days=standard.days)
    return any(
        sitting.pack_id == standard.pack_id
        and sitting.finished_at is not None
        and sitting.finished_at >= since
        and sitting.distance is not None
        and sitting.distance <= standard.within
        for sitting in sittings
    )


_LIVE_OF_STANDARD = Anchor.objects.filter(packs=OuterRef("pack"), retired=False)


# What heads of course keep


def require_head(user: User) -> None:
    if not Course.objects.headed_by(user).exists() and not user.is_admin:
        raise Http404


def released_for(head: User) -> QuerySet[Performance]:
    """Released recordings of the courses one heads: any of them may become an anchor."""
    headed = Course.objects.headed_by(head)
    released = Performance.objects.filter(submission__assignment__course__in=headed, result__isnull=False)
    return released.exclude(submission__in=sealed_for(head)).select_related(
        "submission__assignment__rubric", "submission__assignment__piece", "result__rating", "player", "anchor"
    )


def get_released_for(head: User, pk: uuid.UUID) -> Performance:
    require_head(head)
    return get_object_or_404(released_for(head), pk=pk)


def live_anchors(head: User) -> QuerySet[Anchor]:
    return _unsealed(head, Anchor.objects.filter(retired=False))


def _unsealed(user: User, anchors: QuerySet[Anchor]) -> QuerySet[Anchor]:
    """Without those under an appeal that this person may answer: an anchor's level would tell."""
    return anchors.exclude(performance__submission__in=sealed_for(user))


def get_anchor_of(head: User, pk: int) -> Anchor:
    """An anchor from a course one heads: only there may it be taken back."""
    require_head(head)
    anchors = Anchor.objects.filter(performance__submission__assignment__course__in=Course.objects.headed_by(head))
    return get_object_or_404(_unsealed(head, anchors), pk=pk)


def changeable_packs(head: User) -> QuerySet[Pack]:
    """Packs that no course of somebody else's asks for."""
    foreign = CourseStandard.objects.filter(pack=OuterRef("pk")).exclude(course__in=Course.objects.headed_by(head))
    return Pack.objects.filter(~Exists(foreign))


def get_changeable_pack(head: User, pk: int) -> Pack:
    require_head(head)
    return get_object_or_404(changeable_packs(head), pk=pk)


def proposals(head: User) -> QuerySet[Any]:
    """Released recordings on which two teachers or more agreed, those who said the very same first.

    Only of players who agree to being shown.
    """
    independent = Q(ratings__purpose__in=Marking.INDEPENDENT)
    agreed = (
        released_for(head)
        .exclude(anchor__retired=False)
        .filter(consents.held_by("player", Consent.Purpose.SHOWING))
        .annotate(
            raters=Count("ratings__rater", independent, distinct=True),
            apart=Max("ratings__level", filter=independent) - Min("ratings__level", filter=independent),
        )
        .filter(raters__gte=2, apart__lte=AGREED_WITHIN)
    )
    return agreed.order_by("apart", F("result__released_at").desc())[:PROPOSED]
