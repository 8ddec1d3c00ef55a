from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from core import doors, history

        from .sentences import SENTENCES

        for kind, sentence in SENTENCES.items():
            history.add_sentence(kind, sentence)
        doors.add_door("Courses", "courses:list", order=10, opens=lambda user: True)
