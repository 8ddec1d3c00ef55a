from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabConfig(AppConfig):
    name = "lab"

    def ready(self) -> None:
        from core import doctor, doors
        from grading import signals

        from . import health, letters

        doors.add_door(_("Lab"), "lab:home", order=40, opens=lambda user: user.is_staff)
        doctor.add(health.alarms)
        signals.alarm_raised.connect(letters.raised, dispatch_uid="lab.letters")
