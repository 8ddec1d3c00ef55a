"""How anchors and standardisations read in the history: each gives the whole sentence, 'Clara Whitfield …'."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.history import Sentence
from core.models import Event

from .levels import levels


def anchor_made(event: Event, who: str) -> str:
    before, after = event.before or {}, event.after or {}
    told = {"who": who, "level": after["level"], "was": before.get("level")}
    if before and not before.get("retired"):
        if before["level"] == after["level"]:
            return _("%(who)s changed the agreed marks of an anchor of level %(level)s") % told
        return _("%(who)s changed the agreed level of an anchor from %(was)s to %(level)s") % told
    return _("%(who)s made this recording an anchor of level %(level)s") % told


def anchor_retired(event: Event, who: str) -> str:
    told = {"who": who, "level": (event.before or {})["level"]}
    return _("%(who)s took it back as an anchor of level %(level)s") % told


def pack_saved(event: Event, who: str) -> str:
    after = event.after or {}
    count = len(after["anchors"])
    told = {"who": who, "pack": after["pack"], "count": count}
    changed = ngettext(
        "%(who)s changed the pack “%(pack)s”, %(count)s recording",
        "%(who)s changed the pack “%(pack)s”, %(count)s recordings",
        count,
    )
    made = ngettext(
        "%(who)s put together the pack “%(pack)s”, %(count)s recording",
        "%(who)s put together the pack “%(pack)s”, %(count)s recordings",
        count,
    )
    return (changed if event.before else made) % told


def pack_retired(event: Event, who: str) -> str:
    return _("%(who)s took back the pack “%(pack)s”") % {"who": who, "pack": (event.before or {})["pack"]}


def standard_asked(event: Event, who: str) -> str:
    after = event.after or {}
    told = {"who": who, "pack": after["pack"], "days": after["days"], "levels": levels(after["within"])}
    said = ngettext(
        "%(who)s asked the course's teachers for the pack “%(pack)s”: no older than %(days)s day, within %(levels)s",
        "%(who)s asked the course's teachers for the pack “%(pack)s”: no older than %(days)s days, within %(levels)s",
        after["days"],
    )
    return said % told


def standard_dropped(event: Event, who: str) -> str:
    return _("%(who)s asks for the pack “%(pack)s” no more") % {"who": who, "pack": (event.before or {})["pack"]}


def standardised(event: Event, who: str) -> str:
    after = event.after or {}
    told = {"who": who, "pack": after["pack"]}
    if after["distance"] is None:
        return _("%(who)s sat with the pack “%(pack)s”, all of which was taken back meanwhile") % told
    told["levels"] = levels(after["distance"])
    return _("%(who)s graded the pack “%(pack)s”, %(levels)s from the agreed levels on average") % told


SENTENCES: Mapping[str, Sentence] = {
    "anchor_made": anchor_made,
    "anchor_retired": anchor_retired,
    "pack_saved": pack_saved,
    "pack_retired": pack_retired,
    "standard_asked": standard_asked,
    "standard_dropped": standard_dropped,
    "standardised": standardised,
}
