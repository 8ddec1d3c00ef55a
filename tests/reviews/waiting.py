"""Rows that wait in a queue, and what a queue says of them."""

from django.urls import reverse
from django.utils import timezone

from grading.models import Rating
from reviews import queries
from reviews.models import Marking
from submissions.models import Submission
from tests import factories

QUEUE = reverse("reviews:queue")


def hand_in(cast, *, grade=None, **fields) -> Submission:
    submission = factories.submission(student=cast.student, assignment=cast.assignment, **fields)
    if grade is not None:
        factories.autograde(submission.performance, **grade)
    return submission


def peak(level: int) -> list[float]:
    return [0.91 if place == level else 0.01 for place in range(1, 11)]


def why(cast, submission: Submission) -> str:
    return queries.queue(cast.teacher).get(pk=submission.pk).why


def waiting(teacher) -> list[Submission]:
    return list(queries.queue(teacher).in_order())


def mark(submission, teacher, role="first", level=6, **fields) -> Marking:
    """A turn that is done."""
    rating = Rating.objects.create(
        performance=submission.performance, rater=teacher, level=level, autograde_visible=True, purpose=role
    )
    fields = {"done_at": timezone.now(), "leased_until": timezone.now()} | fields
    return Marking.objects.create(submission=submission, teacher=teacher, role=role, rating=rating, **fields)
