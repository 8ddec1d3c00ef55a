from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from core import doors, history

        from .sentences import SENTENCES

        for kind, sentence in SENTENCES.items():
            history.add_sentence(kind, sentence)
        doors.add_door(_("Courses"), "courses:list", order=10, opens=lambda user: True)
