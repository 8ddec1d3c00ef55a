"""How the acts of reviewing read in the history: each completes '12 March, 14:03. Clara Whitfield …'.

Names of people never stand in an event's data: whoever is erased leaves none behind.
"""

from collections.abc import Mapping
from typing import Any

from core.history import Sentence
from core.models import Event

from .models import Marking

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def rated(event: Event) -> str:
    return f"marked it with {_level(event.after)}{_beside(event.after)}{_because(event)}"


def released(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    if before.get("level") is None:
        return f"{_first(after)}{_because(event)}"
    moderated = " when a head of course had sent it back" if after.get("moderated") else ""
    return f"{_changed(before, after)}{moderated}{_beside(after)}{_because(event)}"


def answered_appeal(event: Event) -> str:
    return f"answered the appeal and {_changed(event.before or {}, event.after or {})}{_said(event)}"


def agreed(event: Event) -> str:
    return f"released {_level(event.after)}: two teachers agree{_pair(event.before)}"


def differed(event: Event) -> str:
    return f"asked a third teacher, because two levels{_pair(event.before)} are too far apart"


def settled(event: Event) -> str:
    return f"settled the difference{_pair(event.before)} with {_level(event.after)}{_because(event)}"


def second_asked(event: Event) -> str:
    pack = (event.after or {}).get("pack", "of the course")
    return f"has no fresh standardisation with the pack “{pack}”, so a second teacher marks this recording too"


def abstained(event: Event) -> str:
    if (event.after or {}).get("kind") == "conflict":
        return f"left it to a colleague{_said(event)}"
    return f"asked the student to record it again{_said(event)}"


def sent_back(event: Event) -> str:
    return f"sent {_level(event.before)} back to its teacher{_said(event)}"


def claimed(event: Event) -> str:
    return f"took it: {_turn(event.after)}"


def gave_back(event: Event) -> str:
    return f"gave it back: {_turn(event.before)}"


# What tells one marker of another's marks: hidden until both have finished (visibility.py).
TELLING = frozenset({"rated"})
SENTENCES: Mapping[str, Sentence] = {
    "rated": rated,
    "released": released,
    "answered_appeal": answered_appeal,
    "agreed": agreed,
    "differed": differed,
    "settled": settled,
    "second_asked": second_asked,
    "abstained": abstained,
    "sent_back": sent_back,
    "claimed": claimed,
    "gave_back": gave_back,
}


def _first(after: Mapping[str, Any]) -> str:
    together = f" in a batch of {after['batch']}" if after.get("batch") else ""
    if after.get("visible") and after.get("model") == after.get("level"):
        return f"accepted the model's {_level(after)}{together}"
    return f"released {_level(after)}{together}{_beside(after)}"


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if before.get("level") == after.get("level"):
        return f"kept {_level(after)}"
    return f"changed {_level(before)} to {after.get('level', '–')}"


def _level(data: Mapping[str, Any] | None) -> str:
    return f"level {(data or {}).get('level', '–')}"


def _beside(data: Mapping[str, Any] | None) -> str:
    """How far from the model's level, and whether that had been seen: ', one below the model's 7 (5 to 8)'."""
    level, model = (data or {}).get("level"), (data or {}).get("model")
    if not data or level is None or model is None:
        return ""
    unseen = "" if data.get("visible") else ", which was not shown yet"
    if level == model:
        return f", as the model had{unseen}"
    apart = f"{NUMBERS[abs(level - model)]} {'below' if level < model else 'above'}"
    interval = f" ({data['low']} to {data['high']})" if data.get("low") != data.get("high") else ""
    return f", {apart} the model's {model}{interval}{unseen}"


def _pair(data: Mapping[str, Any] | None) -> str:
    levels = (data or {}).get("levels")
    return f" ({levels[0]} and {levels[1]})" if levels else ""


def _turn(data: Mapping[str, Any] | None) -> str:
    return Marking.Role((data or {}).get("role", Marking.Role.FIRST)).label


def _because(event: Event) -> str:
    return f", because “{event.note}”" if event.note else ""


def _said(event: Event) -> str:
    return f": “{event.note}”" if event.note else ""
