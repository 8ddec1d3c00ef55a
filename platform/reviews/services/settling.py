"""The ratings of a recording become its result, and the history says how."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from core import history
from courses.models import Course
from grading.models import Rating, Result
from grading.services import ratings
from submissions.models import Appeal, Submission

from .. import visibility
from ..models import CourseStandard, Marking, Moderation, Standardisation

Role, Rule = Marking.Role, Result.Rule


def settle(*, submission: Submission, rating: Rating, appeal: Appeal | None, answer: str) -> Result | None:
    """What follows of a rating that was just given; None while another teacher is to come.

    Inside the transaction of `marking.release`, which holds the lock and gives the submission as it is now.
    """
    if visibility.is_released(submission):
        return _release_again(submission, rating, appeal, answer)
    return _release_first(submission, rating)


def is_fresh(*, teacher: User, course: Course) -> bool:
    standard = CourseStandard.objects.filter(course=course).first()
    if standard is None:
        return True
    since = timezone.now() - timedelta(days=standard.days)
    sittings = Standardisation.objects.filter(pack=standard.pack_id, teacher=teacher, finished_at__gte=since)
    return sittings.filter(distance__lte=standard.within).exists()


def answer_appeal(*, appeal: Appeal, teacher: User, answer: str) -> Appeal:
    appeal.answer, appeal.decided_by, appeal.decided_at = answer, teacher, timezone.now()
    appeal.save(update_fields=("answer", "decided_by", "decided_at"))
    return appeal


def _release_first(submission: Submission, rating: Rating) -> Result | None:
    if not submission.second and rating.purpose == Role.FIRST:
        _ask_for_second(submission, rating)
    if not submission.second:
        _tell(submission, "released", rating)
        return ratings.release(rating=rating)
    done = {
        turn.role: turn.rating for turn in submission.markings.filter(rating__isnull=False).select_related("rating")
    }
    first, second = done.get(Role.FIRST), done.get(Role.SECOND)
    levels = [first.level, second.level] if first and second else []
    if rating.purpose == Role.THIRD:
        _tell(submission, "settled", rating, before={"levels": levels})
        return ratings.release(rating=rating, rule=Rule.SETTLED)
    _tell(submission, "rated", rating)
    if first is None or second is None:
        return None
    if abs(first.level - second.level) > submission.assignment.tolerance:
        _tell(submission, "differed", None, before={"levels": levels})
        return None
    _tell(submission, "agreed", None, before={"levels": levels}, after={"level": first.level})
    return ratings.release(rating=first, rule=Rule.AGREED)


def _ask_for_second(submission: Submission, rating: Rating) -> None:
    """Where the course asks for a fresh standardisation that this teacher lacks, she does not release alone."""
    course = submission.assignment.course
    if is_fresh(teacher=rating.rater, course=course):
        return
    submission.second = True
    submission.save(update_fields=("second",))
    history.record(
        kind="second_asked",
        actor=rating.rater,
        performance=submission.performance,
        course=course.pk,
        before={"second": False},
        after={"second": True, "pack": course.standard.pack.name},
    )


def _release_again(submission: Submission, rating: Rating, appeal: Appeal | None, answer: str) -> Result:
    """A second thought, an answer to an appeal, or to a head of course: the new rating replaces what was released."""
    standing = submission.performance.result
    before = {"level": standing.level}
    sent_back = Moderation.objects.filter(submission=submission, settled_at__isnull=True)
    moderated = bool(sent_back.update(settled_at=timezone.now()))
    if appeal is not None:
        answer_appeal(appeal=appeal, teacher=rating.rater, answer=answer)
        _tell(submission, "answered_appeal", rating, before=before, note=answer)
    else:
        _tell(submission, "released", rating, before=before, after={"moderated": moderated})
    # That two teachers agreed, or a third settled it, is true only of the level they gave.
    several = standing.rule in {Rule.AGREED, Rule.SETTLED} and rating.level == standing.level
    return ratings.release(rating=rating, rule=Rule(standing.rule) if several else None)


def _tell(
    submission: Submission,
    kind: str,
    rating: Rating | None,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    note: str = "",
) -> None:
    """Into the history: the rater's act, or the house's where the ratings of two decide."""
    history.record(
        kind=kind,
        actor=rating.rater if rating else None,
        performance=submission.performance,
        course=submission.assignment.course_id,
        before=before,
        after=(_facts(rating) if rating else {}) | (after or {}),
        note=note or (rating.reason if rating else ""),
    )


def _facts(rating: Rating) -> dict[str, object]:
    facts: dict[str, object] = {"level": rating.level}
    if rating.autograde is not None:
        grade = rating.autograde
        facts |= {"model": grade.rounded, "low": grade.low, "high": grade.high, "visible": rating.autograde_visible}
    return facts | ({"batch": True} if rating.batch else {})
