"""How anchors and standardisations read in the history: each completes 'Clara Whitfield …'."""

from collections.abc import Mapping

from core.history import Sentence
from core.models import Event

from .levels import levels


def anchor_made(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    if before and not before.get("retired"):
        if before["level"] == after["level"]:
            return f"changed the agreed marks of an anchor of level {after['level']}"
        return f"changed the agreed level of an anchor from {before['level']} to {after['level']}"
    return f"made this recording an anchor of level {after['level']}"


def anchor_retired(event: Event) -> str:
    return f"took it back as an anchor of level {(event.before or {})['level']}"


def pack_saved(event: Event) -> str:
    after = event.after or {}
    count = len(after["anchors"])
    done = "changed" if event.before else "put together"
    return f"{done} the pack “{after['pack']}”, {count} recording{'' if count == 1 else 's'}"


def pack_retired(event: Event) -> str:
    return f"took back the pack “{(event.before or {})['pack']}”"


def standard_asked(event: Event) -> str:
    after = event.after or {}
    return (
        f"asked the course's teachers for the pack “{after['pack']}”: no older than {after['days']} days, "
        f"within {levels(after['within'])}"
    )


def standard_dropped(event: Event) -> str:
    return f"asks for the pack “{(event.before or {})['pack']}” no more"


def standardised(event: Event) -> str:
    after = event.after or {}
    if after["distance"] is None:
        return f"sat with the pack “{after['pack']}”, all of which was taken back meanwhile"
    return f"graded the pack “{after['pack']}”, {levels(after['distance'])} from the agreed levels on average"


SENTENCES: Mapping[str, Sentence] = {
    "anchor_made": anchor_made,
    "anchor_retired": anchor_retired,
    "pack_saved": pack_saved,
    "pack_retired": pack_retired,
    "standard_asked": standard_asked,
    "standard_dropped": standard_dropped,
    "standardised": standardised,
}
