"""The cast, and what every test needs: a client per person, recorded doorbells, a house that is clean."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from accounts.tasks import send_letters
from courses.models import Assignment, Course, Enrolment
from grading import tasks
from grading.models import Job, Rubric
from grading.services import crowd
from tests import factories


@dataclass
class Cast:
    """A teacher and her student, another teacher and his, an admin, and somebody who belongs nowhere."""

    teacher: User
    student: User
    other_teacher: User
    other_student: User
    admin: User
    nobody: User
    course: Course
    other_course: Course
    rubric: Rubric
    assignment: Assignment
    other_assignment: Assignment


@pytest.fixture
def cast(db: None) -> Cast:
    people = {
        name: factories.user(name=name.replace("_", " ").title())
        for name in ("teacher", "student", "other_teacher", "other_student", "nobody")
    }
    admin = factories.user(name="Admin", is_staff=True)
    rubric = factories.rubric()
    course, other = factories.course(name="Piano, first year"), factories.course(name="Piano, second year")
    factories.enrol(course, people["teacher"], Enrolment.Role.TEACHER)
    factories.enrol(course, people["student"])
    factories.enrol(other, people["other_teacher"], Enrolment.Role.TEACHER)
    factories.enrol(other, people["other_student"])
    return Cast(
        **people,
        admin=admin,
        course=course,
        other_course=other,
        rubric=rubric,
        assignment=factories.assignment(course=course, rubric=rubric),
        other_assignment=factories.assignment(course=other, rubric=rubric),
    )


@pytest.fixture
def client_of() -> Callable[[User | None], Client]:
    """A client in which this person is signed in; None: nobody is."""

    def client_of(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return client_of


@dataclass(frozen=True)
class Doorbell:
    task: str
    job_id: int


@pytest.fixture(autouse=True)
def doorbells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Doorbell]:
    """The doorbells that were rung, instead of ringing them. Tests marked `publishes` ring the real broker."""
    rung: list[Doorbell] = []
    if request.node.get_closest_marker("publishes") is None:
        for task in (getattr(tasks, kind) for kind in Job.Kind.values if hasattr(tasks, kind)):
            monkeypatch.setattr(task, "delay", lambda pk, name=task.name: rung.append(Doorbell(name, pk)))
        monkeypatch.setattr(send_letters, "delay", lambda: None)
    return rung


@pytest.fixture(autouse=True)
def fresh_crowd() -> None:
    """What is kept for a moment of how busy the house is, is of the test before."""
    crowd.forget()


@pytest.fixture(autouse=True)
def english(settings: Any) -> Iterator[None]:
    """Each test begins in English, whatever the last page of the one before spoke."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def house(settings: object, tmp_path: Path) -> Path:
    """Folders of its own for a test that writes files."""
    for name in ("MEDIA_ROOT", "UPLOADS_ROOT", "MODELS_ROOT", "FEATURES_ROOT"):
        folder = tmp_path / name.partition("_")[0].lower()
        folder.mkdir()
        setattr(settings, name, folder)
    return tmp_path
