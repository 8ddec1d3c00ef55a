"""An act of reviewing goes into the history (core/history.py), with the recording and the course it happened in."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from core import history
from core.models import Event
from grading.models import Rating
from submissions.models import Submission


def record(
    kind: str,
    submission: Submission,
    *,
    actor: User | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> Event:
    """Inside the transaction of the act. Without an actor it is the house's own."""
    return history.record(
        kind=kind,
        actor=actor,
        performance=submission.performance,
        course=submission.assignment.course_id,
        before=before,
        after=after,
        note=note,
    )


def facts(rating: Rating, batch: int = 0) -> dict[str, Any]:
    """What the history keeps of a rating: its level, and the model's beside it."""
    found: dict[str, Any] = {"level": rating.level}
    if rating.autograde is not None:
        grade = rating.autograde
        found |= {"model": grade.rounded, "low": grade.low, "high": grade.high, "visible": rating.autograde_visible}
    return found | ({"batch": batch} if batch else {})
