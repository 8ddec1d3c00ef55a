"""The demo school moves into an empty house, and into one that an older version of it lives in."""

import pytest

from courses.models import Course, Enrolment
from demo import school, seed

pytestmark = pytest.mark.django_db


def roles(course: school.Course) -> dict[str, str]:
    enrolments = Enrolment.objects.filter(course__name=course.name).exclude(role=Enrolment.Role.STUDENT)
    return dict(enrolments.values_list("user__email", "role"))


def test_each_course_has_a_head_and_a_colleague():
    seed.seed_people()
    for course in school.COURSES:
        assert roles(course) == {course.head: Enrolment.Role.HEAD, course.colleague: Enrolment.Role.TEACHER}


def test_a_school_from_before_there_were_heads_gets_them():
    seed.seed_people()
    Enrolment.objects.filter(user__email=school.COURSES[0].colleague).delete()
    Enrolment.objects.filter(role=Enrolment.Role.HEAD).update(role=Enrolment.Role.TEACHER)
    seed.seed_people()
    for course in school.COURSES:
        assert roles(course) == {course.head: Enrolment.Role.HEAD, course.colleague: Enrolment.Role.TEACHER}


def test_a_second_time_changes_nothing_that_an_admin_has_changed():
    seed.seed_people()
    course = Course.objects.get(name=school.COURSES[0].name)
    course.enrolments.filter(user__email=school.COURSES[0].colleague).update(role=Enrolment.Role.HEAD)
    seed.seed_people()
    assert roles(school.COURSES[0])[school.COURSES[0].colleague] == Enrolment.Role.HEAD
