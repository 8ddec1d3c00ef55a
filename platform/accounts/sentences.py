"""How asking a guardian reads in the history: never with a name or an address. Consents are a history of their own."""

from django.utils.translation import gettext as _

from core.history import Sentence
from core.models import Event


def guardian_asked(event: Event, who: str) -> str:
    return _("A guardian of %(who)s was asked to decide") % {"who": who}


def guardian_confirmed(event: Event, who: str) -> str:
    return _("A guardian of %(who)s decided for the first time") % {"who": who}


SENTENCES: dict[str, Sentence] = {function.__name__: function for function in (guardian_asked, guardian_confirmed)}
