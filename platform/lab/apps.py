from django.apps import AppConfig


class LabConfig(AppConfig):
    name = "lab"

    def ready(self) -> None:
        from core import doors

        doors.add_door("Lab", "lab:home", order=40, opens=lambda user: user.is_staff)
