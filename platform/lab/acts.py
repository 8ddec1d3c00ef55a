"""What is done in the lab and stands in the history, as sentences."""

from typing import Any

from django.utils.translation import gettext as _

from core import history
from core.history import Sentence
from core.models import Event
from grading.models import ModelVersion
from grading.people import User

SHADOW = ("shadow_begun", "shadow_ended")


def shadow_changed(sender: Any, *, version: ModelVersion, by: User | None, begun: bool, **_kwargs: Any) -> None:
    history.record(kind=SHADOW[not begun], actor=by, after={"version": version.number})


def _begun(event: Event, who: str) -> str:
    return _("%(who)s let version %(number)s grade along") % {"who": who, "number": _number(event)}


def _ended(event: Event, who: str) -> str:
    return _("%(who)s let version %(number)s grade along no more") % {"who": who, "number": _number(event)}


def _number(event: Event) -> object:
    return (event.after or {}).get("version", "?")


SENTENCES: dict[str, Sentence] = {"shadow_begun": _begun, "shadow_ended": _ended}
