from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabConfig(AppConfig):
    name = "lab"

    def ready(self) -> None:
        from core import doctor, doors, history
        from grading import signals

        from . import acts, health, letters

        doors.add_door(_("Lab"), "lab:home", order=40, opens=lambda user: user.is_staff)
        doctor.add(health.alarms)
        signals.alarm_raised.connect(letters.raised, dispatch_uid="lab.letters")
        for kind, sentence in acts.SENTENCES.items():
            history.add_sentence(kind, sentence)
        signals.shadow_changed.connect(acts.shadow_changed, dispatch_uid="lab.acts")
