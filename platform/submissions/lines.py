"""A student's attempts at one piece, as one line of a list: the one that counts, and the others behind it."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User

from . import retakes
from .models import Submission
from .standing import Standing, standing


@dataclass(frozen=True)
class Line:
    attempts: list[Standing]  # the newest first, at least one
    counting: Standing | None  # as far as this person may know

    @property
    def shown(self) -> Standing:
        return self.counting or self.attempts[0]

    @property
    def others(self) -> list[Standing]:
        return [one for one in self.attempts if one is not self.shown]

    @property
    def is_chosen(self) -> bool:
        """Whether it is worth a word that this attempt counts: there are others."""
        return self.counting is not None and len(self.attempts) > 1


def line(attempts: Iterable[Submission], user: User) -> Line:
    """`attempts`: of one student at one assignment, from `for_list`."""
    standings = sorted((standing(row, user) for row in attempts), key=lambda one: -one.submission.attempt)
    # What is sealed from this person while an appeal is open has no result here.
    chosen = retakes.counting(one.submission for one in standings if one.result is not None)
    return Line(standings, next((one for one in standings if one.submission is chosen), None))


def by_student(submissions: Iterable[Submission], user: User) -> list[Line]:
    """One line for each student, those whose work came last first."""
    attempts: dict[int, list[Submission]] = {}
    for submission in submissions:
        attempts.setdefault(submission.student_id, []).append(submission)
    return [line(rows, user) for rows in attempts.values()]
