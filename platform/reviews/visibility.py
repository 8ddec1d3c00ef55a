"""Who sees what of a recording, and when. The table is in docs/marking.md, tests/reviews/test_visibility.py tries it.

Asked only about people who may see the recording at all: that is decided where it is fetched. A head of course and an
admin are teachers here like any other, for either may be the one who marks it next, or who answers an appeal.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.models import EventQuerySet
from courses.access import teaches
from grading.models import Rating, Result
from submissions.models import Appeal, Submission
from submissions.seals import appealed_for, audited_for, is_sealed
from submissions.standing import abstains_from

from .models import Marking
from .sentences import TELLING

PAIR = (Marking.Role.FIRST, Marking.Role.SECOND)


def sees_autograde(user: User, submission: Submission) -> bool:
    """What the model said: a student by the course's setting, a teacher of a blind recording once she has rated it."""
    if is_sealed(user, submission):
        return False
    if is_released(submission):
        return True
    if submission.student_id == user.pk:
        return submission.assignment.course.shows_provisional and not abstains_from(submission.performance)
    return not submission.blind or has_rated(user, submission) or is_open(submission)


def sees_rating(user: User, submission: Submission, rating: Rating) -> bool:
    """Level, marks, comment and remarks: one's own, a student the released ones, a teacher what is open."""
    if rating.rater_id == user.pk:
        return True
    if submission.student_id == user.pk:
        return is_released(submission) and rating.pk in _released_to_the_student(submission)
    return rating.purpose != Rating.Purpose.STANDARD and _is_open_to(user, submission)


def result(user: User, submission: Submission) -> Result | None:
    """What was released, unless it is kept from this person while they may answer an appeal against it."""
    return submission.performance.result if is_released(submission) and not is_sealed(user, submission) else None


def is_open(submission: Submission) -> bool:
    """Whether teachers see each other's marks: a result is released, or both markers have finished."""
    return is_released(submission) or _both_done(submission)


def is_released(submission: Submission) -> bool:
    return hasattr(submission.performance, "result")


def _is_open_to(user: User, submission: Submission) -> bool:
    return is_open(submission) and not is_sealed(user, submission)


def _released_to_the_student(submission: Submission) -> set[int | None]:
    """The rating that is the result, and the one that an appeal was against: it had been shown before."""
    appeal = getattr(submission, "appeal", None)
    return {submission.performance.result.rating_id, appeal.about_id if appeal else None}


def barred(user: User, submission: Submission) -> str:
    """Why this teacher cannot change the result, in words for her; '' where she can. An appeal is answered by somebody
    who has not marked the recording, and whoever answers has the last word. Who has checked the model on it has said
    what an independent ear hears, and does not change the result after having seen it."""
    appeal = getattr(submission, "appeal", None)
    if appeal is None:
        return _checked(user, submission)
    if appeal.decided_at is None and has_rated(user, submission):
        return _("%(student)s has asked for another look. You have marked it, so a colleague who has not answers.") % {
            "student": submission.student
        }
    answered_by = appeal.decided_by if appeal.decided_at is not None else None
    if answered_by is not None and answered_by != user and teaches(answered_by, submission.assignment.course):
        return _("%(teacher)s has answered an appeal about it: only they can change the level now.") % {
            "teacher": answered_by
        }
    return ""


def _checked(user: User, submission: Submission) -> str:
    if (
        not is_released(submission)
        or not submission.markings.filter(teacher=user, role=Marking.Role.AUDIT, done_at__isnull=False).exists()
    ):
        return ""
    return _("You have checked the model on this recording. Your level is kept beside the result, which stays.")


def has_rated(user: User, submission: Submission) -> bool:
    ratings = Rating.objects.filter(performance=submission.performance_id, rater=user)
    return ratings.exclude(purpose=Rating.Purpose.STANDARD).exists()


def colleagues(user: User, submission: Submission) -> list[Rating]:
    """What others have said of it, as far as this teacher may see: the newest of each turn, the first turn first."""
    if not _is_open_to(user, submission):
        return []
    turns = submission.markings.filter(rating__isnull=False).exclude(teacher=user).order_by("done_at")
    turns = turns.select_related("rating__rater").prefetch_related("rating__remarks")
    return [turn.rating for turn in turns if turn.rating is not None]


def ratings(user: User, submission: Submission) -> list[Rating]:
    """Everything that was said of it, second thoughts too, as far as this teacher may see; the oldest first."""
    given = Rating.objects.filter(performance=submission.performance_id).exclude(purpose=Rating.Purpose.STANDARD)
    if not _is_open_to(user, submission):
        given = given.filter(rater=user)
    return list(
        given.select_related("rater", "autograde").prefetch_related("remarks__technique").order_by("created_at")
    )


def events(user: User, of: EventQuerySet) -> EventQuerySet:
    """Acts of the history without those that tell a marker of a colleague's marks too early, without whatever was done
    before an appeal that this person may answer, and of what they may check the model on nothing but their own."""
    done = Marking.objects.filter(submission__performance=OuterRef("performance"), done_at__isnull=False)
    first, second = (Exists(done.filter(role=role)) for role in PAIR)
    released = Exists(Result.objects.filter(performance=OuterRef("performance")))
    telling = Q(kind__in=TELLING, performance__isnull=False)
    before = {"submission__performance": OuterRef("performance"), "created_at__gt": OuterRef("at")}
    appealed = Appeal.objects.filter(submission__in=appealed_for(user), **before)
    told = Q(actor=user) | ~telling | released | (first & second)
    audited = audited_for(user).filter(performance=OuterRef("performance"))
    readable: EventQuerySet = of.filter(told).exclude(Exists(appealed)).exclude(~Q(actor=user) & Exists(audited))
    return readable


def _both_done(submission: Submission) -> bool:
    return submission.markings.filter(role__in=PAIR, done_at__isnull=False).count() == len(PAIR)
