"""Recordings that a round may ask for, and ones of the audit part that a second teacher may rate."""

from datetime import timedelta

import numpy as np
from django.utils import timezone

from grading.models import PlayerPart
from submissions.models import Submission
from tests import factories


def around(level: float, spread: float) -> list[float]:
    """Ten probabilities, level 1 first, of a normal distribution."""
    weights = np.exp(-((np.arange(1, 11) - level) ** 2) / (2 * spread**2))
    return (weights / weights.sum()).tolist()


def graded(cast, *, level: float = 5.0, spread: float = 1.0, student=None, assignment=None, **fields) -> Submission:
    """Graded, not rated, of a player who agreed to training."""
    student = student or cast.student
    performance = factories.performance(player=student, may_train=True)
    said = around(level, spread)
    factories.autograde(performance, visual=said, aural=said, fused=said)
    return factories.submission(
        student=student, assignment=assignment or cast.assignment, performance=performance, **fields
    )


def audited(cast, *, student=None, part: str = "audit", days_ago: int = 30, level: int = 7, **fields) -> Submission:
    """Released by the cast's teacher so long ago that nobody can appeal any more, of a player of the audit part."""
    submission = graded(cast, student=student, **fields)
    PlayerPart.objects.get_or_create(player=submission.student, defaults={"part": part})
    released_at = timezone.now() - timedelta(days=days_ago)
    factories.result(submission.performance, rater=cast.teacher, level=level, released_at=released_at)
    return submission
