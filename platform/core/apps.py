from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from . import doors, glance

        doors.add_door(_("Home"), "core:home", order=0, opens=lambda user: True)
        doors.add_part("home", "core/glance.html", order=30, build=glance.glance)
