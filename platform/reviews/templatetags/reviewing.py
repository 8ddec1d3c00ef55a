"""Sittings in sentences, for the pages of standardisation."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.figures import is_nothing, tenths
from reviews import levels
from reviews.standards import Given, Sitting, Summary
from submissions import appealing
from submissions.models import Appeal

register = template.Library()


@register.filter
def is_overdue(appeal: Appeal) -> bool:
    return appealing.is_overdue(appeal)


@register.filter
def at(rows: Mapping[Any, Any], key: Any) -> Any:
    return rows.get(key)


@register.simple_tag
def sat_one(given: Given) -> str:
    by = given.level.by
    told = {"level": given.level.given, "agreed": given.level.agreed, "count": abs(by)}
    if not by:
        return _("You gave %(level)s, and so did your colleagues.") % told
    above = ngettext(
        "You gave %(level)s; the agreed level is %(agreed)s: %(count)s level above.",
        "You gave %(level)s; the agreed level is %(agreed)s: %(count)s levels above.",
        abs(by),
    )
    below = ngettext(
        "You gave %(level)s; the agreed level is %(agreed)s: %(count)s level below.",
        "You gave %(level)s; the agreed level is %(agreed)s: %(count)s levels below.",
        abs(by),
    )
    return (above if by > 0 else below) % told


@register.simple_tag
def sat_whole(summary: Summary) -> str:
    """'You are 0.6 levels from the agreed levels on average, 0.4 below them taken together.'"""
    if summary.distance == 0:
        return _("You gave the agreed level every time.")
    told = {"levels": levels.levels(summary.distance), "way": _way(summary.lean)}
    return _("You are %(levels)s from the agreed levels on average, %(way)s.") % told


@register.simple_tag
def sat_furthest(summary: Summary) -> str:
    assert summary.furthest is not None
    name, lean = summary.furthest
    told = {"criterion": name, "count": tenths(lean)}
    if is_nothing(lean):
        return _("Of the criteria you are furthest off in %(criterion)s: to both sides alike.") % told
    marks = 1 if f"{abs(lean):.1f}" == "1.0" else 2
    kinder = ngettext(
        "Of the criteria you are furthest off in %(criterion)s: %(count)s mark kinder than agreed.",
        "Of the criteria you are furthest off in %(criterion)s: %(count)s marks kinder than agreed.",
        marks,
    )
    stricter = ngettext(
        "Of the criteria you are furthest off in %(criterion)s: %(count)s mark stricter than agreed.",
        "Of the criteria you are furthest off in %(criterion)s: %(count)s marks stricter than agreed.",
        marks,
    )
    return (kinder if lean > 0 else stricter) % told


@register.simple_tag
def sat(sitting: Sitting) -> str:
    """One sentence of the history."""
    pack, summary = sitting.row.pack, sitting.summary
    if summary is None:
        return _("“%(pack)s”, all of which was taken back meanwhile.") % {"pack": pack}
    told = {"pack": pack, "count": summary.n, "levels": levels.levels(summary.distance), "way": _way(summary.lean)}
    said = ngettext(
        "“%(pack)s”, %(count)s recording, %(levels)s from the agreed levels, %(way)s.",
        "“%(pack)s”, %(count)s recordings, %(levels)s from the agreed levels, %(way)s.",
        summary.n,
    )
    return said % told


def _way(lean: float) -> str:
    if is_nothing(lean):
        return _("to both sides alike")
    above, below = _("%(count)s above them taken together"), _("%(count)s below them taken together")
    return (above if lean > 0 else below) % {"count": tenths(lean)}
