"""Where a submission stands, as one person may see it: a word for lists, and what the page may show."""

from dataclasses import dataclass

from accounts.models import User
from grading.models import Autograde, Job, Performance, Result

from .models import Appeal, Submission

WORDS = {
    Performance.State.ARRIVED: "being prepared",
    Performance.State.PREPARED: "with the model",
    Performance.State.GRADED: "with your teacher",
    Performance.State.REFUSED: "not accepted",
    Performance.State.FAILED: "could not be processed",
}


@dataclass(frozen=True)
class Standing:
    submission: Submission
    word: str
    result: Result | None
    autograde: Autograde | None  # only where this person may see it
    appeal: Appeal | None

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
        return self.is_trouble or bool(self.submission.again)

    @property
    def has_poster(self) -> bool:
        return self.submission.performance.is_playable


def standing(submission: Submission, user: User) -> Standing:
    performance = submission.performance
    result: Result | None = getattr(performance, "result", None)
    appeal: Appeal | None = getattr(submission, "appeal", None)
    own = submission.student_id == user.pk
    # The student's by the course's setting; the teachers' unless they are to rate it before they see it. Here they
    # wait for the result, on the desk only for their own rating (reviews/visibility.py).
    shown = submission.assignment.course.shows_provisional if own else not submission.blind
    grade = performance.autograde if (shown and not submission.again) or result is not None else None
    if submission.again:
        word = "to be recorded again"
    elif result is not None:
        word = "asked for another look" if appeal and appeal.decided_at is None else "released"
    elif performance.state == Performance.State.PREPARED and performance.trouble:
        word = "with your teacher"
    else:
        word = WORDS[Performance.State(performance.state)]
    if not own:
        word = word.replace("your teacher", "the teacher")
    return Standing(submission, word, result, grade, appeal)


def is_under_way(submission: Submission) -> bool:
    """Whether a worker has, or will have, something to do for it."""
    return Job.objects.filter(performance_id=submission.performance_id, state__in=Job.OPEN).exists()
