"""What a person who waits for a recording is told: where it is, what comes before it, and since when nobody works."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grading.models import Job, Performance

from .crowd import Crowd, crowd, pace

SOON_S, FAR_S = 2.0, 30.0  # between two looks of a page: next in line or being worked on, and far from it
STALLED_S = 15.0
JITTER = (0.8, 1.2)  # pages that were opened together shall not ask together for ever
PART_OF_THE_WAIT = 10  # a page that waits for a minute looks so many times

STAGES = {
    "probe": gettext_lazy("Looking at the file…"),
    "proxy": gettext_lazy("Making a copy that plays everywhere…"),
    "picture": gettext_lazy("Taking the picture apart…"),
    "sound": gettext_lazy("Listening through the sound…"),
    "crop": gettext_lazy("Finding the keyboard and the hands…"),
    "preflight": gettext_lazy("Checking picture and sound…"),
    "listening": gettext_lazy("The model is watching and listening…"),
}


@dataclass(frozen=True)
class Step:
    """One stage of a recording's way."""

    sentence: str
    state: str  # done, now or ahead


@dataclass(frozen=True)
class Waiting:
    state: str
    sentence: str
    fraction: float = 1.0
    place: int = 0
    left: str = ""  # how long it takes, where that was measured
    stalled_since: datetime | None = None
    steps: tuple[Step, ...] = ()
    again: float = SOON_S  # seconds after which it is worth another look

    @property
    def again_ms(self) -> int:
        return round(1000 * self.again * random.uniform(*JITTER))

    @property
    def stalled_said(self) -> str:
        """'No worker is running since 10:42.', with the day where it was not today."""
        if self.stalled_since is None:
            return ""
        since = timezone.localtime(self.stalled_since)
        form = "TIME_FORMAT" if since.date() == timezone.localdate() else "DATETIME_FORMAT"
        return _("No worker is running since %(when)s.") % {"when": date_format(since, form)}


def of(performance: Performance) -> Waiting:
    job = performance.jobs.filter(kind__in=Job.AWAITED).order_by("-pk").first()
    return of_job(performance, job)


def of_job(performance: Performance, job: Job | None) -> Waiting:
    """With its newest job at hand: then nothing is asked of the database but what everybody shares."""
    if performance.state in {Performance.State.REFUSED, Performance.State.FAILED}:
        return Waiting(performance.state, _(performance.trouble) if performance.trouble else "")
    if job is None or job.state in {Job.State.DONE, Job.State.FAILED}:
        return Waiting(performance.state, _(performance.trouble or "Ready."))
    now, speed = crowd(), pace()
    seconds = _seconds_left(performance, job, now, speed)
    left = "" if seconds is None else in_words(seconds)
    steps = _steps(performance, job)
    if job.state == Job.State.RUNNING:
        sentence = str(STAGES.get(job.stage, _("It is being begun…")))
        return Waiting(performance.state, sentence, job.fraction, left=left, steps=steps)
    place, stalled = now.place(job), now.silent.get(job.kind)
    return Waiting(
        performance.state,
        _before(place),
        fraction=0.0,
        place=place,
        left="" if stalled else left,
        stalled_since=stalled,
        steps=steps,
        again=STALLED_S if stalled else _again(job, now, speed),
    )


def _before(place: int) -> str:
    if place == 0:
        return _("Next in line.")
    return ngettext("%(number)s recording before yours.", "%(number)s recordings before yours.", place) % {
        "number": place
    }


def _steps(performance: Performance, job: Job) -> tuple[Step, ...]:
    """Uploaded, checked and copied, watched, done; the one of this job is the present one."""
    names = [_("Uploaded"), _("Checked and copied")]
    if performance.may_grade:
        names.append(_("The model watches and listens"))
    present = 2 if job.kind == Job.Kind.GRADE else 1
    states = ("done" if row < present else "now" if row == present else "ahead" for row in range(len(names) + 1))
    return tuple(Step(name, state) for name, state in zip([*names, _("Done")], states, strict=True))


def _again(job: Job, now: Crowd, speed: Mapping[str, float]) -> float:
    """The further away its turn, the later: nothing is missed, and thousands may wait."""
    seconds = _until_its_turn(job, now, speed)
    if seconds is None:
        return min(FAR_S, SOON_S * (1 + now.place(job)))
    return min(FAR_S, max(SOON_S, seconds / PART_OF_THE_WAIT))


def _until_its_turn(job: Job, now: Crowd, speed: Mapping[str, float]) -> float | None:
    if job.kind not in speed or not now.helpers(job.kind):
        return None
    if job.state == Job.State.RUNNING or now.running.get(job.kind, 0) + now.place(job) < now.helpers(job.kind):
        return 0.0
    return _load(job.kind, now.place(job), now, speed)


def _load(kind: str, before: int, now: Crowd, speed: Mapping[str, float]) -> float:
    """Seconds in which the workers do what stands before, and, on average, the other half of what they hold."""
    return speed[kind] * (before + now.running.get(kind, 0) / 2) / now.helpers(kind)


def _seconds_left(performance: Performance, job: Job, now: Crowd, speed: Mapping[str, float]) -> float | None:
    """Until the last step is done, from what was measured; None where nothing was, or nobody works.

    Whoever stands before at the preparation stands before at the model too, so that the slower of the two counts.
    """
    turn = _until_its_turn(job, now, speed)
    if turn is None:
        return None
    done = job.fraction if job.state == Job.State.RUNNING else 0.0
    seconds = turn + speed[job.kind] * (1 - done)
    if job.kind == Job.Kind.GRADE or not performance.may_grade:
        return seconds
    if Job.Kind.GRADE not in speed or not now.helpers(Job.Kind.GRADE):
        return None
    before = now.queued(Job.Kind.GRADE) + (now.place(job) if job.state == Job.State.QUEUED else 0)
    return max(seconds, _load(Job.Kind.GRADE, before, now, speed)) + speed[Job.Kind.GRADE]


def in_words(seconds: float) -> str:
    """Rounded up, as one tells it."""
    if seconds <= 50:
        return _("Less than a minute to go.")
    minutes = math.ceil(seconds / 60)
    if minutes < 90:
        return ngettext("About %(number)s minute to go.", "About %(number)s minutes to go.", minutes) % {
            "number": minutes
        }
    hours = round(minutes / 60)
    return ngettext("About %(number)s hour to go.", "About %(number)s hours to go.", hours) % {"number": hours}
