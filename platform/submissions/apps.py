from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    name = "submissions"

    def ready(self) -> None:
        from accounts.models import Consent
        from accounts.services import consents
        from core import doors, history, personal
        from grading import signals
        from grading.services import groups, reduction

        from . import access, grouping, heard, parts, whose
        from .sentences import SENTENCES
        from .services import letters, showing

        doors.add_door(_("Progress"), "submissions:journey", order=15, opens=_studies, alone=True)
        doors.add_guard(access.may_see_performance)
        doors.add_listener(heard.may_hear)
        doors.add_part("home", "submissions/home_student.html", order=10, build=parts.student_home)
        doors.add_part("course", "submissions/course_assignments.html", order=10, build=parts.course_assignments)
        doors.add_part("course", "submissions/course_heard.html", order=15, build=heard.course_heard)
        doors.add_part("course", "submissions/course_students.html", order=20, build=parts.course_students)
        consents.on_change(Consent.Purpose.SHOWING, showing.on_consent)
        for kind, sentence in SENTENCES.items():
            history.add_sentence(kind, sentence)
        personal.add(tables=whose.TABLES, folders=whose.FOLDERS, acts=(whose.files_on_their_way,))
        reduction.add_keeper(whose.needed_whole)
        groups.add_courses(grouping.courses)
        signals.recording_refused.connect(letters.refused, dispatch_uid="submissions.letters")


def _studies(user: Any) -> bool:
    from courses.access import roles  # models cannot be imported before the apps are ready
    from courses.models import Enrolment

    return not user.is_admin and Enrolment.Role.STUDENT in roles(user)
