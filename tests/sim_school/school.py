"""The rows of the school: its people, courses and assignments, and the starter model as its first champion."""

import json
import random
from dataclasses import dataclass

from accounts.models import Consent, User
from accounts.services import consents
from courses.models import Assignment, Course, Enrolment, Piece
from grading.checks import CHECKS
from grading.models import ModelVersion, Rubric
from grading.services import registry

from . import people, pool
from .house import STARTER
from .people import TAUGHT_BY, TEACHERS, Student, Teacher

# Of a hundred recordings, how many are rated before the model's word is seen, and how many by two teachers.
BLIND_PERCENT, SECOND_PERCENT = 30, 25


@dataclass(frozen=True)
class School:
    admin: User
    teachers: dict[User, Teacher]
    students: dict[User, Student]
    assignments: dict[tuple[int, str], Assignment]  # by student and piece


def found(count: int, size: pool.Size, dice: random.Random) -> School:
    """Everybody, with every consent given."""
    register_starter()
    admin = User.objects.create_user("admin@school.example", name="Admin", is_staff=True)
    rubric = Rubric.objects.create(name="The school's levels")
    teachers = {_person(f"teacher{number}", each.name): each for number, each in enumerate(TEACHERS)}
    courses = [_course(name, list(teachers), own) for name, own in zip("AB", TAUGHT_BY, strict=True)]
    pieces = {slug: Piece.objects.create(title=slug, composer="As generated") for slug in pool.PIECES}
    set_work = {
        (course.pk, slug): Assignment.objects.create(
            course=course,
            piece=piece,
            rubric=rubric,
            second_marking=Assignment.SecondMarking.SAMPLE,
            second_percent=SECOND_PERCENT,
            checks=dict.fromkeys(CHECKS, "off"),
        )
        for course in courses
        for slug, piece in pieces.items()
    }
    enrolled: dict[User, Student] = {}
    assignments: dict[tuple[int, str], Assignment] = {}
    for number, student in enumerate(people.students(count, size, dice)):
        user, course = _person(f"student{number}", f"Player {student.player}"), courses[number % len(courses)]
        for purpose in Consent.Purpose:
            consents.grant(user=user, purpose=purpose)
        Enrolment.objects.create(course=course, user=user, role=Enrolment.Role.STUDENT)
        enrolled[user] = student
        assignments |= {(user.pk, slug): set_work[course.pk, slug] for slug in pieces}
    return School(admin, teachers, enrolled, assignments)


def register_starter() -> ModelVersion:
    """As the demo does: the model that ships with the project."""
    version = registry.register(
        checkpoint=STARTER,
        variant="resnet18-3d+resnet18-2d",
        report=json.loads(STARTER.with_name("report.json").read_text()),
        card=STARTER.with_name("CARD.md").read_text(),
        starter=True,
    )
    registry.promote(version=version, by=None, reason="The model that ships with Clavier.")
    version.refresh_from_db()
    return version


def _person(address: str, name: str) -> User:
    return User.objects.create_user(f"{address}@school.example", name=name)


def _course(name: str, teachers: list[User], own: tuple[int, ...]) -> Course:
    course = Course.objects.create(name=f"Course {name}", blind_percent=BLIND_PERCENT)
    for place in own:
        Enrolment.objects.create(course=course, user=teachers[place], role=Enrolment.Role.TEACHER)
    return course
