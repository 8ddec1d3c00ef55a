from typing import Any

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from core import doors, history

        from .sentences import SENTENCES

        doors.add_door("Queue", "reviews:queue", order=20, opens=_teaches)
        for kind, sentence in SENTENCES.items():
            history.add_sentence(kind, sentence)


def _teaches(user: Any) -> bool:
    from courses.access import teaches  # models cannot be imported before the apps are ready

    return teaches(user)
