"""Permission is in the fetch: each function gives the object, or 404 to whoever may not know of it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from grading.models import Rubric, Technique

from .models import Assignment, Course, Enrolment


def get_course_for(user: User, pk: int) -> Course:
    """A course one is in; any course for an admin."""
    return get_object_or_404(Course.objects.of(user), pk=pk)


def get_taught_course(user: User, pk: int) -> Course:
    return get_object_or_404(Course.objects.taught_by(user), pk=pk)


def get_headed_course(user: User, pk: int) -> Course:
    """A course whose results this person moderates; any course for an admin."""
    return get_object_or_404(Course.objects.headed_by(user), pk=pk)


def get_assignment_for(user: User, pk: int) -> Assignment:
    assignments = Assignment.objects.select_related("course", "piece", "rubric")
    return get_object_or_404(assignments.filter(course__in=Course.objects.of(user)), pk=pk)


def get_taught_assignment(user: User, pk: int) -> Assignment:
    assignments = Assignment.objects.select_related("course", "piece")
    return get_object_or_404(assignments.filter(course__in=Course.objects.taught_by(user)), pk=pk)


def teaches(user: User, course: Course | None = None) -> bool:
    """Whether one teaches in this course, or in any; an admin teaches everywhere."""
    if user.is_admin:
        return True
    enrolments = Enrolment.objects.filter(user=user, role__in=Enrolment.TEACHING)
    return (enrolments if course is None else enrolments.filter(course=course)).exists()


def studies(user: User, course: Course) -> bool:
    return Enrolment.objects.filter(user=user, course=course, role=Enrolment.Role.STUDENT).exists()


def roles(user: User) -> frozenset[str]:
    """What one is in any course. Remembered with the person of one request, whom every door in the header asks."""
    if "_roles" not in user.__dict__:
        user.__dict__["_roles"] = frozenset(Enrolment.objects.filter(user=user).values_list("role", flat=True))
    return frozenset(user.__dict__["_roles"])


def heads(user: User) -> bool:
    """Whether one heads a course: whoever does may edit what belongs to the school. An admin may too."""
    return user.is_admin or Enrolment.objects.filter(user=user, role=Enrolment.Role.HEAD).exists()


def require_head(user: User) -> None:
    if not heads(user):
        raise Http404


def get_rubric_for(user: User, pk: int) -> Rubric:
    """A rubric belongs to the school: every teacher reads it."""
    require_teacher(user)
    return get_object_or_404(Rubric.objects.prefetch_related("criteria"), pk=pk)


def get_rubric_to_edit(user: User, pk: int) -> Rubric:
    require_head(user)
    return get_object_or_404(Rubric.objects.prefetch_related("criteria"), pk=pk)


def get_technique_to_edit(user: User, pk: int) -> Technique:
    require_head(user)
    return get_object_or_404(Technique, pk=pk)


def require_teacher(user: User) -> None:
    if not teaches(user):
        raise Http404


def require_admin(user: User) -> None:
    if not user.is_admin:
        raise Http404
