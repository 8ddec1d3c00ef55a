from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from . import doors, glance

        doors.add_door("Home", "core:home", order=0, opens=lambda user: True)
        doors.add_part("home", "core/glance.html", order=30, build=glance.glance)
