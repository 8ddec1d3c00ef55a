"""Permission is in the fetch: whoever may not review a recording cannot tell that it exists."""

import uuid
from collections.abc import Iterable

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from courses.models import Course
from grading.models import Autograde, Spoken, Study
from submissions.models import Submission
from submissions.seals import sealed_for

from . import comparisons, visibility
from .models import Phrase


def get_for_review(user: User, pk: uuid.UUID) -> Submission:
    """A recording of a course this person teaches, with everything the desk shows; 404 for everyone else."""
    related = (
        "student",
        "assignment__piece",
        "assignment__course",
        "assignment__rubric",
        "appeal__decided_by",
        "appeal__about",
    )
    rows = Submission.objects.taught_by(user).unheld().with_raters()
    shown = ("performance__autograde__model", "performance__result__rating__rater")
    return get_object_or_404(rows.select_related(*related, *shown), pk=pk)


def get_several_for_review(user: User, keys: Iterable[str]) -> list[Submission]:
    """All of these, or 404 where one of them is no recording of a course this person teaches."""
    try:
        wanted = {uuid.UUID(key) for key in keys}
    except ValueError:
        raise Http404 from None
    rows = Submission.objects.taught_by(user).unheld()
    rows = rows.select_related("student", "assignment__piece", "performance")
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    if len(found) < len(wanted):
        raise Http404
    return found


def get_for_moderation(user: User, pk: uuid.UUID) -> Submission:
    """A recording of a course this person is the head of; not while they may answer an appeal about it."""
    related = ("student", "assignment__piece", "assignment__course", "performance__result__rating__rater")
    rows = Submission.objects.filter(assignment__course__in=Course.objects.headed_by(user))
    rows = rows.exclude(pk__in=sealed_for(user))
    return get_object_or_404(rows.select_related(*related, "performance__result__rating__autograde"), pk=pk)


def get_taught_courses(user: User) -> list[Course]:
    """The courses whose recordings this person reviews; 404 for someone who teaches none."""
    courses = list(Course.objects.taught_by(user))
    if not courses and not user.is_admin:
        raise Http404
    return courses


def get_grade_for_review(user: User, pk: uuid.UUID, grade: int | None) -> tuple[Submission, Autograde]:
    """What the model said of a recording, the shown grade where none is named; 404 while this teacher rates without."""
    submission = get_for_review(user, pk)
    _require_grade(user, submission)
    grades = Autograde.objects.by_champions().select_related("model").filter(performance=submission.performance_id)
    found = submission.performance.autograde if grade is None else grades.filter(pk=grade).first()
    if found is None:
        raise Http404
    return submission, found


def _require_grade(user: User, submission: Submission) -> None:
    """404 where this teacher does not see the model's grade, or the student wishes no model and nothing is released."""
    unwanted = not submission.performance.may_grade and not visibility.is_released(submission)
    if unwanted or not visibility.sees_autograde(user, submission):
        raise Http404


def get_explained(user: User, pk: uuid.UUID, study: uuid.UUID) -> tuple[Submission, Study]:
    """Where the model looked and listened in this recording, to those who may see its grade."""
    submission = get_for_review(user, pk)
    _require_grade(user, submission)
    studies = Study.objects.select_related("performance").prefetch_related("jobs")
    return submission, get_object_or_404(
        studies, pk=study, performance=submission.performance_id, kind=Study.Kind.EXPLAIN
    )


def get_for_comparison(user: User, pk: uuid.UUID, other: uuid.UUID) -> tuple[Submission, comparisons.Comparable]:
    """A recording, and one that it may be laid beside: both of courses that this person teaches."""
    submission = get_for_review(user, pk)
    if not submission.performance.is_playable:
        raise Http404
    return submission, comparisons.get_comparable(user, submission, other)


def get_own_phrase(user: User, pk: int) -> Phrase:
    return get_object_or_404(Phrase, pk=pk, teacher=user)


def get_own_spoken(user: User, pk: uuid.UUID) -> Spoken:
    return get_object_or_404(Spoken, pk=pk, author=user)


def get_spoken_for(user: User, pk: uuid.UUID) -> Spoken:
    """What one has spoken oneself, or what stands in a rating that one may see."""
    spoken = get_object_or_404(Spoken.objects.select_related("performance"), pk=pk)
    if spoken.author_id != user.pk and not _hears(user, spoken):
        raise Http404
    return spoken


def _hears(user: User, spoken: Spoken) -> bool:
    submissions = Submission.objects.visible_to(user).select_related(
        "performance__result", "assignment__course", "appeal"
    )
    submission = submissions.filter(performance=spoken.performance_id).first()
    return submission is not None and any(
        visibility.sees_rating(user, submission, remark.rating) for remark in spoken.remarks.select_related("rating")
    )
