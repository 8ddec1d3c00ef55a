"""How decisions about consent read in the history: never with a guardian's name or address."""

from django.utils.translation import gettext as _

from core.history import Sentence
from core.models import Event


def consent_decided(event: Event, who: str) -> str:
    after = event.after or {}
    told = {"who": who, "purpose": _purpose(after.get("purpose", ""))}
    if after.get("guardian"):
        if after.get("granted"):
            return _("A guardian of %(who)s said yes to this: %(purpose)s") % told
        return _("A guardian of %(who)s said no to this: %(purpose)s") % told
    if after.get("granted"):
        return _("%(who)s said yes to this: %(purpose)s") % told
    return _("%(who)s said no to this: %(purpose)s") % told


def guardian_asked(event: Event, who: str) -> str:
    return _("A guardian of %(who)s was asked to decide") % {"who": who}


def guardian_confirmed(event: Event, who: str) -> str:
    return _("A guardian of %(who)s decided for the first time") % {"who": who}


SENTENCES: dict[str, Sentence] = {
    function.__name__: function for function in (consent_decided, guardian_asked, guardian_confirmed)
}


def _purpose(value: str) -> str:
    from .purposes import WORDS  # models cannot be imported before the apps are ready

    return str(WORDS[value].title) if value in WORDS else value
