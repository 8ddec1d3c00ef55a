from dataclasses import dataclass

import pytest

from accounts.models import Consent, User
from courses.models import Enrolment
from grading.models import Autograde
from reviews.services import anchors
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


@dataclass
class Staff:
    """Who else teaches in the course of the cast's teacher, and its head."""

    second: User
    third: User
    head: User


@pytest.fixture
def staff(cast: Cast) -> Staff:
    made = Staff(*(factories.user(name=name) for name in ("Second Teacher", "Third Teacher", "Head Of Course")))
    factories.enrol(cast.course, made.second, Enrolment.Role.TEACHER)
    factories.enrol(cast.course, made.third, Enrolment.Role.TEACHER)
    factories.enrol(cast.course, made.head, Enrolment.Role.HEAD)
    return made


@pytest.fixture
def head(cast):
    return factories.enrol(cast.course, factories.user(name="Head"), Enrolment.Role.HEAD).user


@pytest.fixture
def pack(cast, head):
    """Three recordings of the cast's course: levels 3, 5 and 8, touch 2."""
    factories.agree(cast.student, Consent.Purpose.SHOWING)
    made = []
    for level in (3, 5, 8):
        performance = factories.submission(student=cast.student, assignment=cast.assignment).performance
        factories.autograde(performance)
        factories.result(performance, rater=cast.teacher, level=level)
        made.append(
            anchors.make(performance=performance, level=level, criteria={"touch": 2}, note="Hear the bass.", head=head)
        )
    return anchors.save_pack(pack=None, name="First years", anchors=made, head=head)


@pytest.fixture
def colleague(cast: Cast) -> User:
    """Another teacher of the cast's course."""
    colleague = factories.user(name="Clara Whitfield")
    factories.enrol(cast.course, colleague, Enrolment.Role.TEACHER)
    return colleague
