"""How changes of courses, assignments, rubrics and the vocabulary read in the history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.history import Sentence
from core.models import Event
from grading.checks import clock

from .models import Assignment, Enrolment
from .rubric_words import name_of
from .services.rubrics import ADDED

NAMES = {
    "name": gettext_lazy("the name"),
    "description": gettext_lazy("the description"),
    "shows_provisional": gettext_lazy("whether students see the provisional grade"),
    "blind_percent": gettext_lazy("the share that is rated blind"),
    "check_percent": gettext_lazy("the share put forward by chance"),
    "abstain_over": gettext_lazy("how many levels the model's range may hold before a teacher decides"),
    "appeal_days": gettext_lazy("the days in which a student may appeal"),
    "answer_days": gettext_lazy("the days in which an appeal is answered"),
    "piece": gettext_lazy("the piece"),
    "rubric": gettext_lazy("the rubric"),
    "instructions": gettext_lazy("the instructions"),
    "due_at": gettext_lazy("when it is due"),
    "second_marking": gettext_lazy("second marking"),
    "second_percent": gettext_lazy("the share that two teachers mark"),
    "tolerance": gettext_lazy("how far apart two levels may lie"),
    "attempts": gettext_lazy("how often one may hand in"),
    "accepts_late": gettext_lazy("whether late ones are taken"),
    "counting": gettext_lazy("which attempt counts"),
    "checks": gettext_lazy("what is looked at before a recording counts"),
    "shortest": gettext_lazy("the shortest length"),
    "longest": gettext_lazy("the longest length"),
}
CHOICES = {"second_marking": Assignment.SecondMarking.choices, "counting": Assignment.Counting.choices}
SHORT = 40  # characters; longer values are named, not written out
ABOUT = {"rubric", "name", "ratings", "assignment", "of"}  # what an event is about, not what changed


def course_added(event: Event, who: str) -> str:
    return _("%(who)s made the course %(course)s") % {"who": who, "course": _of(event.after, "name")}


def course_changed(event: Event, who: str) -> str:
    return _("%(who)s changed the course: %(changes)s") % {"who": who, "changes": _changes(event)}


def assignment_added(event: Event, who: str) -> str:
    marking = _words("second_marking", _of(event.after, "second_marking"))
    told = {"who": who, "piece": _of(event.after, "piece"), "marking": marking}
    return _("%(who)s set %(piece)s, %(marking)s") % told


def assignment_changed(event: Event, who: str) -> str:
    told = {"who": who, "piece": _of(event.after, "of"), "changes": _changes(event, ABOUT - {"rubric"})}
    return _("%(who)s changed the assignment %(piece)s: %(changes)s") % told


def enrolled(event: Event, who: str) -> str:
    told = {"who": who, "role": _role(event.after), "before": _role(event.before)}
    if event.before:
        return _("%(who)s made somebody %(role)s, until then %(before)s") % told
    return _("%(who)s enrolled somebody as %(role)s") % told


def rubric_added(event: Event, who: str) -> str:
    return _("%(who)s made the rubric %(rubric)s") % {"who": who, "rubric": _of(event.after, "name")}


def rubric_changed(event: Event, who: str) -> str:
    ratings = (event.after or {}).get("ratings", 0)
    told = {"who": who, "rubric": _of(event.after, "name"), "ratings": ratings, "changes": _changes(event, ABOUT)}
    if not ratings:
        return _("%(who)s changed the rubric %(rubric)s: %(changes)s") % told
    used = ngettext(
        "%(who)s changed the rubric %(rubric)s, by which %(ratings)s rating had been given: %(changes)s",
        "%(who)s changed the rubric %(rubric)s, by which %(ratings)s ratings had been given: %(changes)s",
        ratings,
    )
    return used % told


def technique_changed(event: Event, who: str) -> str:
    before, after = event.before or {}, event.after or {}
    told = {"who": who, "name": after.get("name"), "was": before.get("name")}
    if "retired" in after:
        if after["retired"]:
            return _("%(who)s retired the technique '%(name)s'") % told
        return _("%(who)s brought back the technique '%(name)s'") % told
    if before:
        return _("%(who)s renamed the technique '%(was)s' to '%(name)s'") % told
    return _("%(who)s added the technique '%(name)s'") % told


SENTENCES: dict[str, Sentence] = {
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
    name = str(NAMES[what]) if what in NAMES else name_of(what)
    if old is None and new == ADDED:
        return _("added %(what)s") % {"what": name}
    if isinstance(new, list | dict) or isinstance(old, list | dict):
        return name
    was, now = _words(what, old), _words(what, new)
    if isinstance(new, bool):
        return _("%(what)s: %(now)s") % {"what": name, "now": now}
    if max(len(was), len(now)) > SHORT:
        return name
    return _("%(what)s from %(was)s to %(now)s") % {"what": name, "was": was, "now": now}


def _words(what: str, value: Any) -> str:
    if isinstance(value, bool):
        return pgettext("setting", "yes") if value else pgettext("setting", "no")
    if value is None or value == "":
        return _("nothing")
    if what == "due_at":
        return date_format(datetime.fromisoformat(value), "DATETIME_FORMAT")
    if what in {"shortest", "longest"}:
        return clock(value)
    if what in CHOICES:
        return str(dict(CHOICES[what]).get(value, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
