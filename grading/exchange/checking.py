"""Recordings, ratings and rubrics out of plain values, named as the fields of `rows`, each value checked."""

import re
from collections import Counter
from typing import Any

from .reading import Told
from .rows import Criterion, Label, Moment, Place, Rated, Recording, RubricRow, Wrong

LEVELS, MARKS = range(1, 11), range(1, 6)
PARTS = ("", "train", "validation", "audit")
PURPOSES = ("first", "second", "third", "appeal", "standard", "audit")
RULES = ("", "accepted", "overridden", "teacher", "agreed", "settled", "appealed")
REMARK_MARKS = ("", "good", "look", "mistake", "technique")
MOST_RATINGS = 1_000  # of one recording
MOST_REMARKS = 1_000  # of one rating
MOST_CRITERIA = 50
KEY = re.compile(r"[-\w]{1,40}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}")
FILE = re.compile(r"(?!\.)[^\x00-\x1f\x7f/\\:*?\"<>|]{1,150}")  # one name, never a way


def recording(values: object, place: Place) -> Recording:
    """A recording out of plain values, named as the fields of `rows.Recording`."""
    told = Told(values, place)
    crop, label = told.object("crop"), told.object("label")
    ratings = tuple(rated(each) for each in told.several("ratings", MOST_RATINGS))
    if not ratings:
        raise Wrong("unrated", place)
    return Recording(
        id=told.text("id", needed=True),
        file=told.matching("file", FILE),
        digest=told.matching("digest", DIGEST),
        piece=told.text("piece"),
        player=told.text("player", needed=True),
        ratings=ratings,
        part=told.one_of("part", PARTS),
        rubric=told.text("rubric", most=120),
        crop=_crop(crop) if crop else None,
        training=told.flag("training"),
        training_since=told.moment("training_since"),
        grading=bool(told.flag("grading")),
        recorded=told.moment("recorded"),
        generated=bool(told.flag("generated")),
        label=_label(label) if label else None,
        place=place,
    )


def rated(told: Told) -> Rated:
    return Rated(
        rater=told.text("rater", needed=True),
        level=told.whole("level", LEVELS, "level"),
        criteria=_criteria(told),
        purpose=told.one_of("purpose", PURPOSES, "first"),
        blind=told.flag("blind", default=True) is True,
        at=told.moment("at"),
        source=told.text("source", most=120),
        rule=told.one_of("rule", RULES),
        released=told.moment("released"),
        remarks=tuple(_moment(each) for each in told.several("remarks", MOST_REMARKS)),
    )


def _criteria(told: Told) -> dict[str, int]:
    marks = told.object("criteria")
    if marks is None:
        return {}
    if len(marks.values) > MOST_CRITERIA or not all(
        isinstance(key, str) and KEY.fullmatch(key) for key in marks.values
    ):
        raise Wrong("criteria", told.place)
    return {key: marks.whole(key, MARKS, "mark") for key in sorted(marks.values)}


def _moment(told: Told) -> Moment:
    start = told.number("start", 0, 1e5)
    end = None if told.values.get("end") is None else told.number("end", start, 1e5)
    return Moment(
        start=start,
        end=end,
        mark=told.one_of("mark", REMARK_MARKS),
        criterion=told.matching("criterion", KEY),
        technique=told.text("technique", most=80),
    )


def _crop(told: Told) -> dict[str, Any]:
    x, y = told.number("x", 0, 1), told.number("y", 0, 1)
    return {
        "x": x,
        "y": y,
        "width": told.number("width", 0.01, 1 - x + 1e-6),
        "height": told.number("height", 0.01, 1 - y + 1e-6),
        "upside_down": told.flag("upside_down") is True,
        "confidence": told.number("confidence", 0, 1, default=1.0),
    }


def _label(told: Told) -> Label:
    target = told.values.get("target")
    if target is not None:
        if not isinstance(target, list | tuple) or len(target) != len(LEVELS):
            raise told.wrong("target")
        cells = Told({str(place): cell for place, cell in enumerate(target)}, told.place)
        target = tuple(cells.number(name, 0, 1) for name in cells.values)
    return Label(
        level=told.number("level", LEVELS[0], LEVELS[-1]),
        weight=told.number("weight", 0, 1e6),
        raters=told.whole("raters", range(1, MOST_RATINGS + 1)),
        target=target,
    )


def rubric(values: object, place: Place) -> RubricRow:
    told = Told(values, place)
    return RubricRow(
        name=told.text("name", most=120, needed=True),
        description=told.text("description", most=10_000),
        levels=_words(told, "levels"),
        criteria=tuple(_criterion(each) for each in told.several("criteria", MOST_CRITERIA)),
    )


def _criterion(told: Told) -> Criterion:
    if not told.matching("key", KEY):
        raise told.wrong("key")
    return Criterion(
        key=told.text("key"),
        name=told.text("name", most=80, needed=True),
        descriptor=told.text("descriptor", most=10_000),
        bands=_words(told, "bands"),
        weight=told.number("weight", 0, 1e6, default=1.0),
        order=told.whole("order", range(32_768), default=0),
        retired=told.flag("retired") is True,
    )


def _words(told: Told, name: str) -> dict[str, str]:
    words = told.object(name)
    if words is None:
        return {}
    if len(words.values) > len(LEVELS):
        raise told.wrong(name)
    return {str(key)[:40]: words.text(key, most=10_000) for key in sorted(words.values, key=str)}


def distinct(recordings: list[Recording]) -> tuple[Recording, ...]:
    """All of them, none of which stands there twice, nor any rating of one."""
    seen: dict[str, Place] = {}
    for each in recordings:
        if each.id in seen:
            raise Wrong("twice", each.place, id=each.id, other=seen[each.id].line or seen[each.id].file)
        seen[each.id] = each.place
        given = Counter((rating.rater, rating.purpose, rating.at) for rating in each.ratings)
        for (rater, _, _), times in given.items():
            if times > 1:
                raise Wrong("rated_twice", each.place, id=each.id, rater=rater)
        if sum(bool(rating.rule) for rating in each.ratings) > 1:
            raise Wrong("two_results", each.place, id=each.id)
    if not recordings:
        raise Wrong("nothing")
    return tuple(recordings)
