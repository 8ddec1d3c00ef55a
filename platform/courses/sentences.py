"""How changes of courses, assignments, rubrics and the vocabulary read in the history."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from core.models import Event

from .models import Assignment, Enrolment
from .services.rubrics import ADDED

NAMES = {
    "name": "the name",
    "description": "the description",
    "shows_provisional": "whether students see the provisional grade",
    "blind_percent": "the share that is rated blind",
    "check_percent": "the share put forward by chance",
    "piece": "the piece",
    "rubric": "the rubric",
    "instructions": "the instructions",
    "due_at": "when it is due",
    "second_marking": "second marking",
    "second_percent": "the share that two teachers mark",
    "tolerance": "how far apart two levels may lie",
}
SHORT = 40  # characters; longer values are named, not written out
ABOUT = {"rubric", "name", "ratings", "assignment", "of"}  # what an event is about, not what changed


def course_added(event: Event) -> str:
    return f"made the course {_of(event.after, 'name')}"


def course_changed(event: Event) -> str:
    return f"changed the course: {_changes(event)}"


def assignment_added(event: Event) -> str:
    return f"set {_of(event.after, 'piece')}, {_words('second_marking', _of(event.after, 'second_marking'))}"


def assignment_changed(event: Event) -> str:
    return f"changed the assignment {_of(event.after, 'of')}: {_changes(event, ABOUT - {'rubric'})}"


def enrolled(event: Event) -> str:
    after, before = _role(event.after), _role(event.before)
    return f"made somebody {after}, until then {before}" if event.before else f"enrolled somebody as {after}"


def rubric_added(event: Event) -> str:
    return f"made the rubric {_of(event.after, 'name')}"


def rubric_changed(event: Event) -> str:
    ratings = (event.after or {}).get("ratings", 0)
    used = f", by which {ratings} rating{'' if ratings == 1 else 's'} had been given" if ratings else ""
    return f"changed the rubric {_of(event.after, 'name')}{used}: {_changes(event, ABOUT)}"


def technique_changed(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    if "retired" in after:
        return f"{'retired' if after['retired'] else 'brought back'} the technique '{after.get('name')}'"
    if before:
        return f"renamed the technique '{before.get('name')}' to '{after.get('name')}'"
    return f"added the technique '{after.get('name')}'"


SENTENCES: dict[str, Callable[[Event], str]] = {
    function.__name__: function
    for function in (
        course_added,
        course_changed,
        assignment_added,
        assignment_changed,
        enrolled,
        rubric_added,
        rubric_changed,
        technique_changed,
    )
}


def _of(values: Mapping[str, Any] | None, name: str) -> str:
    return str((values or {}).get(name, "–"))


def _role(values: Mapping[str, Any] | None) -> str:
    role = _of(values, "role")
    return str(dict(Enrolment.Role.choices).get(role, role))


def _changes(event: Event, about: set[str] | frozenset[str] = frozenset()) -> str:
    before, after = event.before or {}, event.after or {}
    return "; ".join(_change(what, before.get(what), after[what]) for what in after if what not in about)


def _change(what: str, old: Any, new: Any) -> str:
    name = NAMES.get(what, what)
    if old is None and new == ADDED:
        return f"added {what}"
    if isinstance(old, list) or isinstance(new, list):
        return name
    if isinstance(new, bool):
        return f"{name}: {_words(what, new)}"
    was, now = _words(what, old), _words(what, new)
    return f"{name} from {was} to {now}" if max(len(was), len(now)) <= SHORT else name


def _words(what: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return "nothing"
    if what == "due_at":
        return f"{(due := datetime.fromisoformat(value)).day} {due:%B %Y, %H:%M}"
    if what == "second_marking":
        return str(dict(Assignment.SecondMarking.choices).get(value, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
