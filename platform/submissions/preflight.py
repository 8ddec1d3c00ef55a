"""What was found in a recording before it counts, as its page shows it: a sentence, a picture and what to do."""

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from accounts.models import User
from grading import checks
from grading.models import Performance

from . import retakes
from .models import Submission
from .standing import is_held

COLUMNS, HEIGHT = 160, 40  # of the drawing of the sound, in its own units
LASTS = 4.0  # seconds that are played of a moment


@dataclass(frozen=True)
class Found:
    """One finding in the reader's language. Numbers of the drawing are text, always with a full stop."""

    check: str
    sentence: str
    advice: str
    at: float | None
    has_picture: bool
    mark: str  # where the moment lies in the drawing of the sound; '' for none

    @property
    def seek(self) -> str:
        return "" if self.at is None else f"{max(self.at - 1, 0):.2f}"

    @property
    def until(self) -> str:
        return "" if self.at is None else f"{self.at + LASTS:.2f}"

    @property
    def kind(self) -> str:
        """Of core's media: the picture of this moment."""
        return f"found-{self.check}"


@dataclass(frozen=True)
class Preflight:
    """What was found in one recording, and until when its student may say whether it counts."""

    found: list[Found]
    until: datetime | None  # None once it counts
    is_own: bool
    objection: str  # why nothing new would be taken, so that recording again is no choice; '' where it is one
    wave: str  # the sound as an SVG path, COLUMNS wide and HEIGHT high
    crop: dict[str, str]


def found(submission: Submission, user: User) -> Preflight | None:
    """None where nothing was found. A student looks at it while it is held, a teacher as long as there is no result."""
    performance = submission.performance
    is_own = submission.student_id == user.pk
    held = is_held(submission)
    over = hasattr(performance, "result") or submission.withdrawn_at is not None
    if not performance.findings or not performance.is_playable or over or (is_own and not held):
        return None
    return Preflight(
        found=[_found(performance, finding) for finding in performance.findings],
        until=performance.held_until if held else None,
        is_own=is_own,
        objection=_objection(submission) if held and is_own else "",
        wave=_wave(performance),
        crop=_crop(performance),
    )


def _found(performance: Performance, finding: dict[str, Any]) -> Found:
    at, check = finding.get("at"), finding["check"]
    mark = "" if at is None or not performance.duration else f"{min(at / performance.duration, 1) * COLUMNS:.1f}"
    picture = performance.folder / f"found-{check}.jpg"
    return Found(check, checks.sentence(finding), checks.advice(finding), at, picture.is_file(), mark)


def _objection(submission: Submission) -> str:
    """A recording taken back uses up no attempt, so only a date that is past can stand in the way."""
    allowed = retakes.allowance(submission.student, submission.assignment)
    late = allowed.is_late and not submission.assignment.accepts_late
    return (allowed.refusal or "") if late else ""


def _wave(performance: Performance) -> str:
    path = performance.folder / "peaks.json"
    peaks = json.loads(path.read_text()) if path.is_file() else []
    if not peaks:
        return ""
    edges = [len(peaks) * column // COLUMNS for column in range(COLUMNS + 1)]
    highest = [max(peaks[low : max(high, low + 1)], default=0.0) for low, high in pairwise(edges)]
    middle = HEIGHT / 2
    heights = [max(0.5, middle * peak**0.5) for peak in highest]
    return "".join(f"M{x + 0.5:.1f} {middle - high:.1f}V{middle + high:.1f}" for x, high in enumerate(heights))


def _crop(performance: Performance) -> dict[str, str]:
    crop = performance.crop or {}
    if not crop.get("confidence"):
        return {}
    return {name: f"{float(crop[name]):.4f}" for name in ("x", "y", "width", "height")}
