"""Write an act into the history, and read it as a sentence.

Whoever acts says what was before and after, as small JSON objects; the sentences of a kind are registered by the app
that acts, in `AppConfig.ready`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from grading.models import Performance
from grading.people import User

from .models import Event

# Gets the event and who did it; gives the whole sentence about it, without its full stop.
Sentence = Callable[[Event, str], str]
ENDS = (".”", "!”", "?”", "。”", "！”", "？”")
_sentences: dict[str, Sentence] = {}


def add_sentence(kind: str, sentence: Sentence) -> None:
    _sentences[kind] = sentence


def kinds() -> set[str]:
    """Every kind of act that can be read."""
    return set(_sentences)


def record(
    *,
    kind: str,
    actor: User | None,
    performance: Performance | None = None,
    course: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> Event:
    """Call it inside the transaction of the act, so that neither stands without the other."""
    if kind not in _sentences:
        raise ValueError(f"Nobody has said how {kind!r} reads; register it with history.add_sentence.")
    return Event.objects.create(
        kind=kind,
        actor=actor,
        performance=performance,
        course=course,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        note=note,
    )


def sentence(event: Event) -> str:
    """What happened, without the time and the full stop: 'Clara Whitfield released level 6, as the model had'."""
    who = str(event.actor) if event.actor else _("The house")
    return _sentences[event.kind](event, who) if event.kind in _sentences else f"{who}: {event.kind}"


def told(event: Event) -> str:
    """The sentence with its full stop; what is quoted at its end may have brought its own."""
    said = sentence(event)
    return said if said.endswith(ENDS) else _("%(sentence)s.") % {"sentence": said}
