from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from core import doors

        doors.add_door("Courses", "courses:list", order=10, opens=lambda user: True)
