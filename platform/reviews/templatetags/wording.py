"""Words that several pages of reviewing share."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

from courses.models import Course
from grading.models import Autograde
from reviews import levels
from reviews.models import CourseStandard
from submissions.models import Submission

register = template.Library()
register.filter("levels", levels.levels)
register.filter("levels_short", levels.short)
register.filter("times", levels.times)


@register.filter
def courses(standards: Iterable[CourseStandard]) -> list[Course]:
    return [standard.course for standard in standards]


@register.simple_tag
def who(submission: Submission) -> str:
    """'Ana, attempt 2'."""
    if submission.attempt == 1:
        return str(submission.student)
    return _("%(student)s, attempt %(attempt)s") % {"student": submission.student, "attempt": submission.attempt}


@register.simple_tag
def likely(grade: Autograde) -> str:
    if grade.low == grade.high:
        return _("most likely %(level)s") % {"level": grade.low}
    return _("most likely between %(low)s and %(high)s") % {"low": grade.low, "high": grade.high}
