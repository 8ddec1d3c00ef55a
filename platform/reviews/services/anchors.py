"""Anchors with their agreed marks, the packs made of them, and what a course asks of its teachers."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Consent, User
from accounts.services import consents
from core import history
from courses.models import Course
from grading.models import Criterion, Performance
from grading.models.grades import LEVELS
from submissions.models import Appeal

from ..models import Anchor, CourseStandard, Pack

UNWILLING = gettext_lazy("The student has not agreed to be shown, so the recording is no example for anybody.")


class AnchorError(ValueError):
    """Why it cannot be done, in words for the head of course."""


@transaction.atomic
def make(*, performance: Performance, level: int, criteria: Mapping[str, int], note: str, head: User) -> Anchor:
    """A released recording becomes an anchor, or its agreed marks change; a retired one stands again."""
    performance = Performance.objects.select_for_update().get(pk=performance.pk)
    if not hasattr(performance, "result"):
        raise AnchorError(_("Only a recording whose result is released can become an anchor."))
    if not consents.holds(user=performance.player, purpose=Consent.Purpose.SHOWING):
        raise AnchorError(UNWILLING)
    if Appeal.objects.filter(submission__performance=performance, decided_at__isnull=True).exists():
        raise AnchorError(_("The student has asked for another look. It can become an anchor once that is answered."))
    rubric = performance.submission.assignment.rubric
    known = set(rubric.criteria.values_list("key", flat=True))
    if level not in LEVELS or set(criteria) - known or any(mark not in Criterion.MARKS for mark in criteria.values()):
        raise AnchorError(_("The agreed marks are not marks of this rubric."))
    before = Anchor.objects.filter(performance=performance).first()
    anchor, _new = Anchor.objects.update_or_create(
        performance=performance,
        defaults={"rubric": rubric, "level": level, "criteria": dict(criteria), "note": note, "retired": False},
        create_defaults={
            "rubric": rubric,
            "level": level,
            "criteria": dict(criteria),
            "note": note,
            "made_by": head,
        },
    )
    _record("anchor_made", head, anchor, before=_facts(before), after=_facts(anchor), note=note)
    return anchor


@transaction.atomic
def retire(*, anchor: Anchor, head: User | None) -> Anchor:
    """Ask it of nobody any more; what was graded with it stays. Doing it twice is doing it once.

    Without a head it is the student's wish.
    """
    if Anchor.objects.filter(pk=anchor.pk, retired=False).update(retired=True):
        _record("anchor_retired", head, anchor, before=_facts(anchor))
    anchor.retired = True
    return anchor


@transaction.atomic
def save_pack(*, pack: Pack | None, name: str, anchors: Collection[Anchor], head: User) -> Pack:
    """A pack holds anchors of one rubric. Whoever sits with it goes on with what it holds from now on."""
    rubrics = {anchor.rubric_id for anchor in anchors}
    if len(rubrics) != 1:
        raise AnchorError(_("A pack holds recordings of one rubric, and at least one."))
    (rubric,) = rubrics
    before = _pack_facts(pack) if pack else None
    if pack is None:
        pack = Pack.objects.create(name=name, rubric_id=rubric)
    else:
        pack.name, pack.rubric_id = name, rubric
        pack.save(update_fields=("name", "rubric"))
    pack.anchors.set(anchors)
    history.record(kind="pack_saved", actor=head, before=before, after=_pack_facts(pack))
    return pack


@transaction.atomic
def retire_pack(*, pack: Pack, head: User) -> Pack:
    if asking := CourseStandard.objects.filter(pack=pack).select_related("course").first():
        raise AnchorError(
            _("%(course)s asks for this pack. Let it ask for another one first.") % {"course": asking.course}
        )
    if Pack.objects.filter(pk=pack.pk, retired=False).update(retired=True):
        history.record(kind="pack_retired", actor=head, before=_pack_facts(pack))
    pack.retired = True
    return pack


@transaction.atomic
def ask(*, course: Course, pack: Pack | None, days: int, within: float, head: User) -> CourseStandard | None:
    """What the course asks of its teachers before they release alone; nothing without a pack."""
    before = CourseStandard.objects.select_for_update(of=("self",)).filter(course=course).select_related("pack").first()
    told = _standard_facts(before) if before else None
    if pack is None:
        if before is not None:
            before.delete()
            history.record(kind="standard_dropped", actor=head, course=course.pk, before=told)
        return None
    asked, _new = CourseStandard.objects.update_or_create(
        course=course, defaults={"pack": pack, "days": days, "within": within}
    )
    history.record(kind="standard_asked", actor=head, course=course.pk, before=told, after=_standard_facts(asked))
    return asked


def _record(kind: str, head: User | None, anchor: Anchor, **told: Any) -> None:
    performance = anchor.performance
    course = performance.submission.assignment.course_id
    history.record(kind=kind, actor=head, performance=performance, course=course, **told)


def _facts(anchor: Anchor | None) -> dict[str, Any] | None:
    return {"level": anchor.level, "criteria": anchor.criteria, "retired": anchor.retired} if anchor else None


def _pack_facts(pack: Pack) -> dict[str, Any]:
    return {"pack": pack.name, "anchors": sorted(pack.anchors.values_list("pk", flat=True))}


def _standard_facts(standard: CourseStandard) -> dict[str, Any]:
    return {"pack": standard.pack.name, "days": standard.days, "within": standard.within}
