"""The ratings of a recording become its result."""

from django.utils import timezone

from accounts.models import User
from grading.models import Rating, Result
from grading.services import ratings
from submissions.models import Appeal, Submission
from submissions.services import letters

from .. import standards, visibility
from ..models import Marking, Moderation
from . import acts

Role, Rule = Marking.Role, Result.Rule


def settle(
    *, submission: Submission, rating: Rating, appeal: Appeal | None, answer: str, batch: int = 0
) -> Result | None:
    """What follows of a rating that was just given; None while another teacher is to come.

    Inside the transaction of `marking.release`, which holds the lock and gives the submission as it is now.
    """
    if visibility.is_released(submission):
        return _again(submission, rating, appeal, answer)
    if rating.purpose == Role.FIRST and not submission.second:
        _ask_for_second(submission, rating)
    if submission.second:
        return _several(submission, rating, batch)
    facts = acts.facts(rating, batch)
    acts.record("released", submission, actor=rating.rater, after=facts, note=rating.reason)
    return ratings.release(rating=rating)


def answer_appeal(*, appeal: Appeal, teacher: User, answer: str) -> Appeal:
    appeal.answer, appeal.decided_by, appeal.decided_at = answer, teacher, timezone.now()
    appeal.save(update_fields=("answer", "decided_by", "decided_at"))
    return appeal


def _ask_for_second(submission: Submission, rating: Rating) -> None:
    """Where the course asks for a fresh standardisation that this teacher lacks, she does not release alone."""
    course = submission.assignment.course
    if standards.is_fresh(teacher=rating.rater, course=course):
        return
    submission.second = True
    submission.save(update_fields=("second",))
    asked = {"second": True, "pack": course.standard.pack.name}
    acts.record("second_asked", submission, actor=rating.rater, before={"second": False}, after=asked)


def _several(submission: Submission, rating: Rating, batch: int) -> Result | None:
    """Two teachers who are close enough agree on the first one's rating; a third one's stands where they are not."""
    turns = submission.markings.filter(rating__isnull=False).select_related("rating")
    given = {turn.role: turn.rating for turn in turns if turn.rating is not None}
    first, second = given.get(Role.FIRST), given.get(Role.SECOND)
    levels = {"levels": [first.level, second.level]} if first and second else None
    if rating.purpose == Role.THIRD:
        facts = acts.facts(rating)
        acts.record("settled", submission, actor=rating.rater, before=levels, after=facts, note=rating.reason)
        return ratings.release(rating=rating, rule=Rule.SETTLED)
    acts.record("rated", submission, actor=rating.rater, after=acts.facts(rating, batch), note=rating.reason)
    if first is None or second is None:
        return None
    if abs(first.level - second.level) > submission.assignment.tolerance:
        acts.record("differed", submission, actor=None, before=levels)
        return None
    acts.record("agreed", submission, actor=None, before=levels, after={"level": first.level})
    return ratings.release(rating=first, rule=Rule.AGREED)


def _again(submission: Submission, rating: Rating, appeal: Appeal | None, answer: str) -> Result:
    """A second thought, an answer to an appeal or to a head of course: the new rating replaces what was released.

    Of an appeal too, however near it lies to what was released: the student was told so when they asked.
    """
    standing = submission.performance.result
    before, after = {"level": standing.level}, acts.facts(rating)
    sent_back = Moderation.objects.filter(submission=submission, settled_at__isnull=True)
    if sent_back.update(settled_at=timezone.now()):
        after["moderated"] = True
    if appeal is not None:
        answer_appeal(appeal=appeal, teacher=rating.rater, answer=answer)
        letters.answered(submission)
        acts.record("answered_appeal", submission, actor=rating.rater, before=before, after=after, note=answer)
    else:
        acts.record("released", submission, actor=rating.rater, before=before, after=after, note=rating.reason)
    return ratings.release(rating=rating, rule=_rule_again(rating, standing))


def _rule_again(rating: Rating, standing: Result) -> Result.Rule | None:
    if rating.purpose == Role.APPEAL:
        return Rule.APPEALED
    # That two teachers agreed, or a third settled it, is true only of the level they gave.
    several = standing.rule in {Rule.AGREED, Rule.SETTLED} and rating.level == standing.level
    return Rule(standing.rule) if several else None
