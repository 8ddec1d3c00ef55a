from dataclasses import dataclass

import pytest

from grading.models import Autograde
from submissions.models import Submission
from tests import factories
from tests.conftest import Cast


@dataclass
class Desk:
    """One graded recording of the cast's student: level 6, most likely between 5 and 7."""

    submission: Submission
    autograde: Autograde


@pytest.fixture
def desk(cast: Cast) -> Desk:
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    return Desk(submission, factories.autograde(submission.performance))
