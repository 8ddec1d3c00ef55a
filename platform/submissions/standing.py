"""Where a submission stands, as one person may see it: a word for lists, and what the page may show."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grading.models import Autograde, Job, Performance, Result

from .models import Appeal, Submission
from .seals import is_sealed

# For the student, and for everybody else.
WORDS = {
    Performance.State.ARRIVED: (_("being prepared"), _("being prepared")),
    Performance.State.PREPARED: (_("with the model"), _("with the model")),
    Performance.State.GRADED: (_("with your teacher"), _("with the teacher")),
    Performance.State.REFUSED: (_("not accepted"), _("not accepted")),
    Performance.State.FAILED: (_("could not be processed"), _("could not be processed")),
}
WITHDRAWN = _("taken back")
HELD = _("waits for your word")  # nobody else sees it meanwhile
AGAIN = _("to be recorded again")
APPEALED = _("asked for another look")
RELEASED = _("released")


@dataclass(frozen=True)
class Standing:
    submission: Submission
    word: str
    result: Result | None
    autograde: Autograde | None  # only where this person may see it
    appeal: Appeal | None
    sealed: bool = False  # an appeal is open that this person may answer (seals.py)
    abstains: bool = False  # the model is not sure enough to say a level, so that its student waits for a teacher's

    @property
    def kind(self) -> str:
        return "teacher" if self.result else "fused"

    @property
    def level(self) -> float | None:
        if self.result:
            return self.result.level
        return self.autograde.level if self.autograde else None

    @property
    def low(self) -> int | None:
        return self.autograde.low if self.autograde and not self.result else None

    @property
    def high(self) -> int | None:
        return self.autograde.high if self.autograde and not self.result else None

    @property
    def is_trouble(self) -> bool:
        return self.submission.performance.state in {Performance.State.REFUSED, Performance.State.FAILED}

    @property
    def is_wrong(self) -> bool:
        """Whether a list says in the colour of warning what has become of it."""
        return self.is_trouble or bool(self.submission.again) or self.is_held

    @property
    def is_held(self) -> bool:
        return is_held(self.submission) and self.submission.withdrawn_at is None

    @property
    def is_withdrawn(self) -> bool:
        return self.submission.withdrawn_at is not None

    @property
    def has_poster(self) -> bool:
        return self.submission.performance.is_playable


def standing(submission: Submission, user: User) -> Standing:
    performance = submission.performance
    sealed = is_sealed(user, submission)
    result: Result | None = None if sealed else getattr(performance, "result", None)
    appeal: Appeal | None = getattr(submission, "appeal", None)
    own = submission.student_id == user.pk
    # The student's by the course's setting; the teachers' unless they are to rate it before they see it. Here they
    # wait for the result, on the desk only for their own rating (reviews/visibility.py).
    shown = submission.assignment.course.shows_provisional if own else not submission.blind
    abstains = own and shown and result is None and abstains_from(performance)
    alive = not submission.again and submission.withdrawn_at is None
    grade = performance.autograde if not sealed and ((shown and alive) or result is not None) else None
    grade = None if abstains else grade
    return Standing(submission, _word(submission, result, appeal, own=own), result, grade, appeal, sealed, abstains)


def abstains_from(performance: Performance) -> bool:
    """Whether the model has left its level to a teacher: its interval is wider than the course allows."""
    return performance.autograde is not None and performance.autograde.abstained


def _word(submission: Submission, result: Result | None, appeal: Appeal | None, *, own: bool) -> str:
    performance, which = submission.performance, 0 if own else 1
    state = Performance.State(performance.state)
    if submission.withdrawn_at is not None:
        word = WITHDRAWN
    elif submission.again:
        word = AGAIN
    elif appeal is not None and appeal.decided_at is None:
        word = APPEALED
    elif result is not None:
        word = RELEASED
    elif is_held(submission):
        word = HELD
    elif state == Performance.State.PREPARED and (performance.trouble or not performance.may_grade):
        word = WORDS[Performance.State.GRADED][which]
    else:
        word = WORDS[state][which]
    return str(word)


def is_held(submission: Submission) -> bool:
    """Whether it waits for the student's word, whether it counts in spite of what was found."""
    until = submission.performance.held_until
    return until is not None and until > timezone.now()


def is_under_way(submission: Submission) -> bool:
    """Whether a worker has, or will have, something to do for it that its student waits for."""
    awaited = Job.objects.filter(kind__in=Job.AWAITED, state__in=Job.OPEN)
    return awaited.filter(performance_id=submission.performance_id).exists()
