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


def appealed(event: Event, who: str) -> str:
    """Without the reason, which is the student's own: an act of the history stays for good."""
    day = parse_date((event.after or {}).get("answer_by", ""))
    if day is None:
        return _("%(who)s asked for another look") % {"who": who}
    return _("%(who)s asked for another look, to be answered by %(day)s") % {
        "who": who,
        "day": date_format(day, "DATE_FORMAT"),
    }


SENTENCES: Mapping[str, Sentence] = {"withdrawn": withdrawn, "appealed": appealed}
