"""Sittings in sentences, for the pages of standardisation."""

from collections.abc import Mapping
from typing import Any

from django import template

from reviews import levels
from reviews.standards import Given, Sitting, Summary

register = template.Library()


@register.filter
def at(rows: Mapping[Any, Any], key: Any) -> Any:
    return rows.get(key)


@register.simple_tag
def sat_one(given: Given) -> str:
    by, agreed = given.level.by, given.level.agreed
    if not by:
        return f"You gave {given.level.given}, and so did your colleagues."
    apart = f"{levels.levels(abs(by)).replace('.0', '')} {'above' if by > 0 else 'below'}"
    return f"You gave {given.level.given}; the agreed level is {agreed}: {apart}."


@register.simple_tag
def sat_whole(summary: Summary) -> str:
    """'You are 0.6 levels from the agreed levels on average, 0.4 below them.'"""
    if summary.distance == 0:
        return "You gave the agreed level every time."
    return f"You are {levels.levels(summary.distance)} from the agreed levels on average, {_way(summary.lean)}."


@register.simple_tag
def sat_furthest(summary: Summary) -> str:
    assert summary.furthest is not None
    name, lean = summary.furthest
    said = levels.tenths(lean)
    marks = f"mark{'' if said == '1.0' else 's'}"
    way = f"{said} {marks} {'kinder' if lean > 0 else 'stricter'} than agreed"
    return f"Of the criteria you are furthest off in {name}: {'to both sides alike' if said == '0.0' else way}."


@register.simple_tag
def sat(sitting: Sitting) -> str:
    """One sentence of the history."""
    pack, summary = sitting.row.pack, sitting.summary
    if summary is None:
        return f"“{pack}”, all of which was taken back meanwhile."
    count = f"{summary.n} recording{'' if summary.n == 1 else 's'}"
    return f"“{pack}”, {count}, {levels.levels(summary.distance)} from the agreed levels, {_way(summary.lean)}."


def _way(lean: float) -> str:
    if levels.tenths(lean) == "0.0":
        return "to both sides alike"
    return f"{levels.tenths(lean)} {'above' if lean > 0 else 'below'} them taken together"
