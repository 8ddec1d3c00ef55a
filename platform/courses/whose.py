"""What this app keeps of a person."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.personal import CannotForget, Fate, Table

from .models import Course, Enrolment

TABLES = (Table("courses.Enrolment", "user", Fate.DELETE, _("Courses you are in")),)


def last_teacher(user: AbstractUser) -> None:
    """A course with students keeps a teacher."""
    for course in Course.objects.filter(enrolments__user=user.pk, enrolments__role__in=Enrolment.TEACHING):
        others = course.enrolments.exclude(user=user.pk)
        if (
            others.filter(role=Enrolment.Role.STUDENT).exists()
            and not others.filter(role__in=Enrolment.TEACHING).exists()
        ):
            raise CannotForget(
                gettext("You are the only teacher of %(course)s. Ask an admin to put a colleague there first.")
                % {"course": course}
            )
