"""How the acts of reviewing read in the history: each gives the whole sentence, 'Clara Whitfield …'.

Names of people never stand in an event's data: whoever is erased leaves none behind.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.history import Sentence
from core.models import Event
from grading.evidence import NUMBERS

from .models import Marking


def rated(event: Event, who: str) -> str:
    act = _("%(who)s marked it with level %(level)s") % _told(event.after, who)
    return _because(event, _beside(event.after, act))


def released(event: Event, who: str) -> str:
    before, after = event.before or {}, event.after or {}
    if before.get("level") is None:
        return _because(event, _first(after, who))
    act = _changed(before, after, who)
    if after.get("moderated"):
        act = _("%(act)s when a head of course had sent it back") % {"act": act}
    return _because(event, _beside(after, act))


def answered_appeal(event: Event, who: str) -> str:
    before, after = event.before or {}, event.after or {}
    told = {"who": who, "level": _level(before), "now": _level(after)}
    if before.get("level") == after.get("level"):
        return _said(event, _("%(who)s answered the appeal and kept level %(level)s") % told)
    return _said(event, _("%(who)s answered the appeal and changed level %(level)s to %(now)s") % told)


def agreed(event: Event, who: str) -> str:
    told = _told(event.after, who) | _pair(event.before)
    if "one" not in told:
        return _("%(who)s released level %(level)s: two teachers agree") % told
    return _("%(who)s released level %(level)s: two teachers agree (%(one)s and %(other)s)") % told


def differed(event: Event, who: str) -> str:
    told = {"who": who} | _pair(event.before)
    if "one" not in told:
        return _("%(who)s asked a third teacher, because two levels are too far apart") % told
    return _("%(who)s asked a third teacher, because two levels (%(one)s and %(other)s) are too far apart") % told


def settled(event: Event, who: str) -> str:
    told = _told(event.after, who) | _pair(event.before)
    if "one" not in told:
        return _because(event, _("%(who)s settled the difference with level %(level)s") % told)
    act = _("%(who)s settled the difference (%(one)s and %(other)s) with level %(level)s") % told
    return _because(event, act)


def audited(event: Event, who: str) -> str:
    return _beside(event.after, _("%(who)s checked the model with level %(level)s") % _told(event.after, who))


def second_asked(event: Event, who: str) -> str:
    told = {"who": who, "pack": (event.after or {}).get("pack", _("of the course"))}
    said = _(
        "%(who)s has no fresh standardisation with the pack “%(pack)s”, so a second teacher marks this recording too"
    )
    return said % told


def second_withdrawn(event: Event, who: str) -> str:
    return _("One teacher marks it instead of two, as the student wishes")


def abstained(event: Event, who: str) -> str:
    if (event.after or {}).get("kind") == "conflict":
        return _said(event, _("%(who)s left it to a colleague") % {"who": who})
    return _said(event, _("%(who)s asked the student to record it again") % {"who": who})


def sent_back(event: Event, who: str) -> str:
    return _said(event, _("%(who)s sent level %(level)s back to its teacher") % _told(event.before, who))


def claimed(event: Event, who: str) -> str:
    return _("%(who)s took it: %(turn)s") % {"who": who, "turn": _turn(event.after)}


def gave_back(event: Event, who: str) -> str:
    return _("%(who)s gave it back: %(turn)s") % {"who": who, "turn": _turn(event.before)}


# What tells one marker of another's marks: hidden until both have finished (visibility.py).
TELLING = frozenset({"rated"})
SENTENCES: Mapping[str, Sentence] = {
    "rated": rated,
    "released": released,
    "answered_appeal": answered_appeal,
    "agreed": agreed,
    "differed": differed,
    "settled": settled,
    "audited": audited,
    "second_asked": second_asked,
    "second_withdrawn": second_withdrawn,
    "abstained": abstained,
    "sent_back": sent_back,
    "claimed": claimed,
    "gave_back": gave_back,
}


def _first(after: Mapping[str, Any], who: str) -> str:
    told = _told(after, who) | {"count": after.get("batch")}
    if after.get("visible") and after.get("model") == after.get("level"):
        if after.get("batch"):
            return _("%(who)s accepted the model's level %(level)s in a batch of %(count)s") % told
        return _("%(who)s accepted the model's level %(level)s") % told
    if after.get("batch"):
        return _beside(after, _("%(who)s released level %(level)s in a batch of %(count)s") % told)
    return _beside(after, _("%(who)s released level %(level)s") % told)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], who: str) -> str:
    told = {"who": who, "level": _level(before), "now": _level(after)}
    if before.get("level") == after.get("level"):
        return _("%(who)s kept level %(level)s") % told
    return _("%(who)s changed level %(level)s to %(now)s") % told


def _told(data: Mapping[str, Any] | None, who: str) -> dict[str, Any]:
    return {"who": who, "level": _level(data)}


def _level(data: Mapping[str, Any] | None) -> Any:
    return (data or {}).get("level", "–")


def _beside(data: Mapping[str, Any] | None, act: str) -> str:
    """How far from the model's level, and whether that had been seen: '…, one below the model's 7 (5 to 8)'."""
    level, model = (data or {}).get("level"), (data or {}).get("model")
    if not data or level is None or model is None:
        return act
    told = {"act": act, "model": model, "number": NUMBERS[abs(level - model)]}
    if data.get("low") != data.get("high"):
        interval = {"level": model, "low": data["low"], "high": data["high"]}
        told["model"] = _("%(level)s (%(low)s to %(high)s)") % interval
    if level == model:
        said = _("%(act)s, as the model had") % told
    elif level < model:
        said = _("%(act)s, %(number)s below the model's %(model)s") % told
    else:
        said = _("%(act)s, %(number)s above the model's %(model)s") % told
    return said if data.get("visible") else _("%(act)s, which was not shown yet") % {"act": said}


def _pair(data: Mapping[str, Any] | None) -> dict[str, Any]:
    levels = (data or {}).get("levels")
    return {"one": levels[0], "other": levels[1]} if levels else {}


def _turn(data: Mapping[str, Any] | None) -> str:
    return str(Marking.Role((data or {}).get("role", Marking.Role.FIRST)).label)


def _because(event: Event, act: str) -> str:
    return _("%(act)s, because “%(reason)s”") % {"act": act, "reason": event.note} if event.note else act


def _said(event: Event, act: str) -> str:
    return _("%(act)s: “%(words)s”") % {"act": act, "words": event.note} if event.note else act
