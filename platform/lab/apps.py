from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabConfig(AppConfig):
    name = "lab"

    def ready(self) -> None:
        from core import doors

        doors.add_door(_("Lab"), "lab:home", order=40, opens=lambda user: user.is_staff)
