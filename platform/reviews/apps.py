from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from core import doors
        from courses.access import teaches

        doors.add_door("Queue", "reviews:queue", order=20, opens=teaches)
