"""How it went on with a student: levels and criteria over time, for each piece and over all, as far as one may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from courses.models import Course, Piece
from grading.models import Criterion

from . import retakes
from .models import Submission, SubmissionQuerySet
from .plots import Curve, Plot, Point, curve, plot
from .standing import Standing, standing

Names = dict[tuple[int, str], str]  # of criteria, by rubric and key, in the order of the rubric
SHOWN = 400  # attempts, the newest


@dataclass(frozen=True)
class Step:
    """One attempt, and what was said of it."""

    standing: Standing
    marks: dict[str, int]  # by the name of the criterion
    counts: bool

    @property
    def submission(self) -> Submission:
        return self.standing.submission

    def point(self, label: str) -> Point:
        one = self.standing
        return Point(self.submission.created_at, label, one.level, one.low, one.high, one.kind, self.counts)


@dataclass(frozen=True)
class Stretch:
    """Some attempts, the oldest first: drawn, and as a table."""

    steps: list[Step]
    plot: Plot
    criteria: list[str]
    curves: list[Curve]

    @property
    def rows(self) -> list[tuple[Step, list[int | None]]]:
        """The newest first, each with a cell for each criterion."""
        return [(step, [step.marks.get(name) for name in self.criteria]) for step in reversed(self.steps)]

    @property
    def latest(self) -> Standing | None:
        """The newest that has a level."""
        return next((step.standing for step in reversed(self.steps) if step.standing.level is not None), None)

    @property
    def has_provisional(self) -> bool:
        return any(dot.kind != "teacher" for dot in self.plot.dots)

    @property
    def has_chosen(self) -> bool:
        return any(dot.counts for dot in self.plot.dots)

    @property
    def has_released(self) -> bool:
        return any(dot.kind == "teacher" for dot in self.plot.dots)

    @property
    def is_drawn(self) -> bool:
        """One level alone is no way."""
        return len(self.plot.dots) > 1

    @property
    def said(self) -> str:
        """'4 attempts at 3 pieces.'"""
        pieces = len({step.submission.assignment.piece_id for step in self.steps})
        of_pieces = ngettext("%(number)s piece", "%(number)s pieces", pieces) % {"number": pieces}
        return _("%(attempts)s at %(pieces)s.") % {"attempts": self.attempts_said, "pieces": of_pieces}

    @property
    def attempts_said(self) -> str:
        return ngettext("%(number)s attempt", "%(number)s attempts", len(self.steps)) % {"number": len(self.steps)}


@dataclass(frozen=True)
class Track(Stretch):
    """The attempts at one piece."""

    piece: Piece

    @property
    def said(self) -> str:
        """'Level 3 at first, level 5 now: 4 attempts.'"""
        levels = [round(step.standing.level) for step in self.steps if step.standing.level is not None]
        if len(levels) < 2:
            return _("%(attempts)s.") % {"attempts": self.attempts_said}
        return _("Level %(first)s at first, level %(latest)s now: %(attempts)s.") % {
            "first": levels[0],
            "latest": levels[-1],
            "attempts": self.attempts_said,
        }

    @property
    def heard(self) -> list[Step]:
        """The first one and the latest that can be played."""
        playable = [step for step in self.steps if step.standing.has_poster]
        return playable[:1] + playable[1:][-1:]


@dataclass(frozen=True)
class Journey:
    tracks: list[Track]  # the piece that was played last first
    whole: Stretch | None  # None where nothing was handed in


def of_student(student: User) -> Journey:
    return _journey(Submission.objects.of(student), student)


def of_student_in(courses: Iterable[Course], student: User, *, seen_by: User) -> Journey:
    """What a teacher of these courses sees of it."""
    return _journey(Submission.objects.of(student).unheld().filter(assignment__course__in=courses), seen_by)


def _journey(rows: SubmissionQuerySet, user: User) -> Journey:
    newest = list(rows.used().for_list().order_by("-created_at")[:SHOWN])
    if not newest:
        return Journey([], None)
    names = _names(newest)
    steps = _steps(newest[::-1], user, names)
    order = list(dict.fromkeys(names.values()))
    pieces: dict[Piece, list[Step]] = {}
    for step in reversed(steps):
        pieces.setdefault(step.submission.assignment.piece, []).insert(0, step)
    tracks = [Track(own, _by_attempt(own), *_criteria(own, order), piece) for piece, own in pieces.items()]
    return Journey(tracks, Stretch(steps, _by_date(list(pieces.values())), *_criteria(steps, order)))


def _by_attempt(steps: Sequence[Step]) -> Plot:
    return plot([[step.point(str(place)) for place, step in enumerate(steps, start=1)]])


def _by_date(tracks: Sequence[Sequence[Step]]) -> Plot:
    return plot([[step.point(_day(step.submission)) for step in track] for track in tracks], by_date=True)


def _day(submission: Submission) -> str:
    return date_format(timezone.localtime(submission.created_at), "MONTH_DAY_FORMAT")


def _criteria(steps: Sequence[Step], order: Sequence[str]) -> tuple[list[str], list[Curve]]:
    """The names that were marked, and a curve of each that was marked more than once."""
    marks = {name: [step.marks[name] for step in steps if name in step.marks] for name in order}
    return (
        [name for name, given in marks.items() if given],
        [curve(name, given) for name, given in marks.items() if len(given) > 1],
    )


def _steps(rows: Sequence[Submission], user: User, names: Names) -> list[Step]:
    standings = [standing(row, user) for row in rows]
    counting = _counting(standings)
    return [Step(one, _marks(one, names), one.submission.pk in counting) for one in standings]


def _names(rows: Sequence[Submission]) -> Names:
    criteria = Criterion.objects.filter(rubric__in={row.assignment.rubric_id for row in rows})
    return {(one.rubric_id, one.key): one.name for one in criteria.order_by("rubric", "order")}


def _marks(one: Standing, names: Names) -> dict[str, int]:
    if one.result is None:
        return {}
    rubric, given = one.submission.assignment.rubric_id, one.result.rating.criteria
    return {name: given[key] for (of, key), name in names.items() if of == rubric and key in given}


def _counting(standings: Iterable[Standing]) -> set[object]:
    """The attempts that count, one for each assignment; where there is only one, that needs no word."""
    attempts: dict[int, list[Submission]] = {}
    for one in standings:
        attempts.setdefault(one.submission.assignment_id, []).append(one.submission)
    sealed = {one.submission.pk for one in standings if one.result is None}
    several = (rows for rows in attempts.values() if len(rows) > 1)
    chosen = (retakes.counting(row for row in rows if row.pk not in sealed) for rows in several)
    return {row.pk for row in chosen if row is not None}
