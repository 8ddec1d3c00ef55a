"""Who sees what of a recording, and when. The table is in docs/marking.md, tests/reviews/test_visibility.py tries it.

Asked only about people who may see the recording at all: that is decided where it is fetched. A head of course and an
admin are teachers here like any other, for either may be the one who marks it next.
"""

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from core.models import EventQuerySet
from grading.models import Rating, Result
from submissions.models import Submission

from .models import Marking
from .sentences import TELLING

PAIR = (Marking.Role.FIRST, Marking.Role.SECOND)


def sees_autograde(user: User, submission: Submission) -> bool:
    """What the model said: a student by the course's setting, a teacher of a blind recording once she has rated it."""
    if is_released(submission):
        return True
    if submission.student_id == user.pk:
        return submission.assignment.course.shows_provisional
    return not submission.blind or has_rated(user, submission) or is_open(submission)


def sees_rating(user: User, submission: Submission, rating: Rating) -> bool:
    """Level, marks, comment and remarks: one's own, a student the released ones, a teacher what is open."""
    if rating.rater_id == user.pk:
        return True
    if submission.student_id == user.pk:
        return is_released(submission) and submission.performance.result.rating_id == rating.pk
    return rating.purpose != Rating.Purpose.STANDARD and is_open(submission)


def is_open(submission: Submission) -> bool:
    """Whether teachers see each other's marks: a result is released, or both markers have finished."""
    return is_released(submission) or _both_done(submission)


def is_released(submission: Submission) -> bool:
    return hasattr(submission.performance, "result")


def has_rated(user: User, submission: Submission) -> bool:
    ratings = Rating.objects.filter(performance=submission.performance_id, rater=user)
    return ratings.exclude(purpose=Rating.Purpose.STANDARD).exists()


def colleagues(user: User, submission: Submission) -> list[Rating]:
    """What others have said of it, as far as this teacher may see: the newest of each turn, the first turn first."""
    if not is_open(submission):
        return []
    turns = submission.markings.filter(rating__isnull=False).exclude(teacher=user).order_by("done_at")
    turns = turns.select_related("rating__rater").prefetch_related("rating__remarks")
    return [turn.rating for turn in turns if turn.rating is not None]


def ratings(user: User, submission: Submission) -> list[Rating]:
    """Everything that was said of it, second thoughts too, as far as this teacher may see; the oldest first."""
    given = Rating.objects.filter(performance=submission.performance_id).exclude(purpose=Rating.Purpose.STANDARD)
    if not is_open(submission):
        given = given.filter(rater=user)
    return list(
        given.select_related("rater", "autograde").prefetch_related("remarks__technique").order_by("created_at")
    )


def events(user: User, of: EventQuerySet) -> EventQuerySet:
    """Acts of the history without those that tell a marker of a colleague's marks too early."""
    done = Marking.objects.filter(submission__performance=OuterRef("performance"), done_at__isnull=False)
    first, second = (Exists(done.filter(role=role)) for role in PAIR)
    result = Exists(Result.objects.filter(performance=OuterRef("performance")))
    telling = Q(kind__in=TELLING, performance__isnull=False)
    readable: EventQuerySet = of.filter(Q(actor=user) | ~telling | result | (first & second))
    return readable


def _both_done(submission: Submission) -> bool:
    return submission.markings.filter(role__in=PAIR, done_at__isnull=False).count() == len(PAIR)
