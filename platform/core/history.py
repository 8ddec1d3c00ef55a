"""Write an act into the history, and read it as a sentence.

Whoever acts says what was before and after, as small JSON objects; the sentences of a kind are registered by the app
that acts, in `AppConfig.ready`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from grading.models import Performance
from grading.people import User

from .models import Event

# Completes '12 March, 14:03: Clara Whitfield …'; gets the event.
Sentence = Callable[[Event], str]
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
    """What happened, without the time: 'Clara Whitfield released level 6, where the model had said 5.'"""
    who = str(event.actor) if event.actor else "The house"
    said = _sentences[event.kind](event) if event.kind in _sentences else event.kind.replace("_", " ")
    return f"{who} {said}"
