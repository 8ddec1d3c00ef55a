"""The demo school moves into an empty house, and into one that an older version of it lives in."""

import pytest

from accounts.models import Consent, User
from accounts.services import consents, guardians
from courses.models import Course, Enrolment
from demo import school, seed
from submissions.services import showing
from tests import factories

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


def granted(email: str) -> set[str]:
    user = User.objects.get(email=email)
    return {purpose for purpose in Consent.Purpose if consents.holds(user=user, purpose=purpose)}


def test_students_have_agreed_to_everything_and_one_child_waits_for_its_guardian():
    seed.seed_people()
    for person in school.STUDENTS:
        assert granted(person.email) == (set(Consent.Purpose) if person.confirmed else set())
        assert guardians.is_limited(User.objects.get(email=person.email)) is not person.confirmed


def test_a_school_from_before_there_were_four_consents_gets_them_and_its_new_child():
    old = User.objects.create_user("student1@example.org", school.PASSWORD, name="Mina Park")
    factories.agree(old, Consent.Purpose.TRAINING)
    Course.objects.create(name=school.COURSES[1].name)
    seed.seed_people()
    assert granted("student1@example.org") == set(Consent.Purpose)
    assert Enrolment.objects.filter(user__email="student9@example.org", course__name=school.COURSES[1].name).exists()


def test_what_somebody_has_taken_back_stays_taken_back():
    seed.seed_people()
    consents.withdraw(user=User.objects.get(email="student2@example.org"), purpose=Consent.Purpose.GRADING)
    acts = Consent.objects.count()
    seed.seed_people()
    assert "grading" not in granted("student2@example.org")
    assert Consent.objects.count() == acts


def test_the_class_hears_one_recording_until_a_teacher_decides_otherwise(db):
    seed.seed_people()
    course = Course.objects.get(name=school.COURSES[0].name)
    student = User.objects.get(email=school.COURSES[0].students[0])
    submission = factories.submission(student=student, assignment=course.assignments.first())
    factories.result(submission.performance, rater=User.objects.get(email=school.COURSES[0].head))
    seed.seed_shown()
    submission.refresh_from_db()
    assert submission.shown_at is not None
    showing.unshow(submission=submission, by=submission.shown_by)
    seed.seed_shown()
    submission.refresh_from_db()
    assert submission.shown_at is None
