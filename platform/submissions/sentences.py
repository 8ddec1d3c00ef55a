"""How what students do reads in the history."""

from collections.abc import Mapping

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.history import Sentence
from core.models import Event


def withdrawn(event: Event, who: str) -> str:
    return _("%(who)s took attempt %(attempt)s back before it was marked") % {
        "who": who,
        "attempt": (event.after or {}).get("attempt", "–"),
    }


def kept(event: Event, who: str) -> str:
    """Of a recording in which something was found before it counted."""
    return _("%(who)s said that attempt %(attempt)s counts") % {
        "who": who,
        "attempt": (event.after or {}).get("attempt", "–"),
    }


def appealed(event: Event, who: str) -> str:
    """Without the reason, which is the student's own: an act of the history stays for good."""
    day = parse_date((event.after or {}).get("answer_by", ""))
    if day is None:
        return _("%(who)s asked for another look") % {"who": who}
    return _("%(who)s asked for another look, to be answered by %(day)s") % {
        "who": who,
        "day": date_format(day, "DATE_FORMAT"),
    }


def shown(event: Event, who: str) -> str:
    return _("%(who)s showed it to the class") % {"who": who}


def unshown(event: Event, who: str) -> str:
    if event.actor is None:
        return _("It is not shown to the class any more, as the student wishes")
    return _("%(who)s does not show it to the class any more") % {"who": who}


SENTENCES: Mapping[str, Sentence] = {
    "withdrawn": withdrawn,
    "kept": kept,
    "appealed": appealed,
    "shown": shown,
    "unshown": unshown,
}
