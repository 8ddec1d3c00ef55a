from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "submissions"

    def ready(self) -> None:
        from core import doors, history

        from . import access, parts
        from .sentences import SENTENCES

        doors.add_guard(access.may_see_performance)
        doors.add_part("home", "submissions/home_student.html", order=10, build=parts.student_home)
        doors.add_part("course", "submissions/course_assignments.html", order=10, build=parts.course_assignments)
        doors.add_part("course", "submissions/course_students.html", order=20, build=parts.course_students)
        for kind, sentence in SENTENCES.items():
            history.add_sentence(kind, sentence)
