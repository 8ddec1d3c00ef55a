from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from grading import signals

        from . import doors, glance, history, imported, personal, school, whose

        doors.add_door(_("Home"), "core:home", order=0, opens=lambda user: True)
        doors.add_part("home", "core/glance.html", order=30, build=glance.glance)
        history.add_sentence("school_changed", school.changed)
        history.add_sentence("ratings_imported", imported.sentence)
        signals.ratings_imported.connect(imported.remember, dispatch_uid="core.imported")
        acts = (whose.recordings, whose.spoken_remarks, whose.sessions)
        personal.add(tables=whose.TABLES, folders=whose.FOLDERS, acts=acts)
