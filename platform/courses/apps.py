from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from accounts import decisions
        from core import doors, history, personal

        from . import parts, whose
        from .sentences import SENTENCES

        for kind, sentence in SENTENCES.items():
            history.add_sentence(kind, sentence)
        doors.add_door(_("Courses"), "courses:list", order=10, opens=lambda user: True)
        doors.add_part("home", "accounts/home_waits.html", order=1, build=decisions.to_wait_for)
        doors.add_part("home", "accounts/home_decide.html", order=2, build=parts.to_decide)
        personal.add(tables=whose.TABLES, acts=(whose.last_teacher,))
