"""What the page of a recording says about an appeal: until when one may ask, who answers, and what came of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from courses.models import Course, Enrolment
from grading.models import Abstention, Performance, Rating, Result

from .models import Appeal, Submission
from .services import appeals

NAMED = 3  # people, at most


@dataclass(frozen=True)
class Answered:
    """An appeal that is decided: what the level was, what the independent teacher said, and what that means."""

    was: Rating | None  # unknown of appeals from before this was kept
    decision: Rating | None

    @property
    def change(self) -> int | None:
        """Levels upwards; None where one of the two is not known."""
        return self.decision.level - self.was.level if self.was and self.decision else None

    @property
    def sentence(self) -> str:
        if self.was is None or self.decision is None or self.change is None:
            return ""
        told = {"was": self.was.level, "now": self.decision.level}
        if self.change > 0:
            return _("The level goes up, from %(was)s to %(now)s.") % told
        if self.change < 0:
            return _("The level goes down, from %(was)s to %(now)s.") % told
        return _("The level stays at %(now)s: two teachers heard the same, each without the other.") % told


@dataclass(frozen=True)
class Appealing:
    appeal: Appeal | None
    closes: datetime | None
    answer_days: int
    who: str  # answers, or would
    answered: Answered | None

    @property
    def may_ask(self) -> bool:
        return self.appeal is None and self.closes is not None and timezone.now() <= self.closes

    @property
    def is_open(self) -> bool:
        return self.appeal is not None and self.appeal.decided_at is None

    @property
    def is_overdue(self) -> bool:
        return is_overdue(self.appeal)


def appealing(submission: Submission, result: Result | None) -> Appealing:
    """`result` as this person may see it: who may answer an appeal sees none."""
    appeal: Appeal | None = getattr(submission, "appeal", None)
    course, performance = submission.assignment.course, submission.performance
    open_to_ask = appeal is None and result is not None and performance.reduced_at is None
    closes = appeals.closes_at(result, course) if open_to_ask and result else None
    asks = closes is not None and timezone.now() <= closes
    return Appealing(
        appeal=appeal,
        closes=closes,
        answer_days=course.answer_days,
        who=who(course, [submission])[submission.pk] if asks or (appeal and not appeal.decided_at) else "",
        answered=answered(appeal) if appeal and appeal.decided_at else None,
    )


def is_overdue(appeal: Appeal | None) -> bool:
    if appeal is None or appeal.decided_at is not None or appeal.answer_by is None:
        return False
    return appeal.answer_by < timezone.now()


def answered(appeal: Appeal) -> Answered:
    return Answered(appeal.about, decision(appeal.submission.performance))


def decision(performance: Performance) -> Rating | None:
    """What answered the appeal; a second thought of the same teacher comes later and does not count."""
    given = Rating.objects.filter(performance=performance, purpose=Rating.Purpose.APPEAL)
    return given.select_related("rater").order_by("created_at", "pk").first()


def independent(course: Course, submissions: Sequence[Submission]) -> dict[UUID, list[User]]:
    """For each of these, the teachers of the course who have neither marked it nor left it to others; the admins among
    them where there is no other. In four queries."""
    active = User.objects.filter(is_active=True).order_by("name", "pk")
    teaching = {"enrolments__course": course, "enrolments__role__in": Enrolment.TEACHING}
    teachers, admins = list(active.filter(**teaching).distinct()), list(active.filter(is_staff=True))
    heard = _heard(submissions)

    def free(people: Sequence[User], row: Submission) -> list[User]:
        taken = {row.student_id, *heard[row.performance_id]}
        return [person for person in people if person.pk not in taken]

    return {row.pk: free(teachers, row) or free(admins, row) for row in submissions}


def _heard(submissions: Sequence[Submission]) -> Mapping[UUID, set[int]]:
    """Who has marked or left each of these, by performance."""
    those = {"performance__in": [row.performance_id for row in submissions]}
    marked = Rating.objects.filter(**those).exclude(purpose=Rating.Purpose.STANDARD)
    found: dict[UUID, set[int]] = defaultdict(set)
    for rows in (marked, Abstention.objects.filter(**those)):
        for performance, rater in rows.order_by().values_list("performance", "rater"):
            found[performance].add(rater)
    return found


def who(course: Course, submissions: Sequence[Submission]) -> dict[UUID, str]:
    """Who can take the appeal about each, in a sentence for student, teacher and head of course alike."""
    people = independent(course, submissions)
    teachers = set(course.enrolments.filter(role__in=Enrolment.TEACHING).values_list("user", flat=True))
    return {pk: _told(found, teachers) for pk, found in people.items()}


def _told(people: Sequence[User], teachers: Collection[int]) -> str:
    names = ", ".join(str(person) for person in people)
    if not people:
        return _("Everybody here has marked this recording. The school has to find somebody else who listens.")
    if people[0].pk not in teachers:
        return _("All teachers of this course have marked it, so somebody answers who runs the school: %(names)s.") % {
            "names": names
        }
    if len(people) > NAMED:
        return _("One of %(count)s teachers of this course answers who have not marked it.") % {"count": len(people)}
    return ngettext(
        "%(names)s answers, who has not marked it.",
        "One of these teachers answers, who have not marked it: %(names)s.",
        len(people),
    ) % {"names": names}
