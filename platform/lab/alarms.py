"""An alarm in the words of the school: what has moved, by how much, and what to do about it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.figures import MINUS, percent, tenths
from grading.drift.budget import Quantity
from grading.models import Alarm

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    alarm: Alarm
    title: str
    says: str
    to_do: str


def told(alarm: Alarm) -> Told:
    numbers = alarm.numbers
    title, says, to_do = WORDS[Quantity(numbers["quantity"])](alarm.subject, numbers)
    return Told(alarm, title, says, to_do)


def open_alarms() -> list[Told]:
    """The newest first."""
    rows = Alarm.objects.filter(closed_at__isnull=True).select_related("seen_by").order_by("-raised_at", "pk")
    return [told(alarm) for alarm in rows]


Words = tuple[str, str, str]


def _phone(subject: str, numbers: Numbers) -> Words:
    # A file that names no phone is known by what its kind is (ml/media/device.py).
    title = _("Another kind of recording: %(what)s") if subject.endswith("/s") else _("A new phone: %(what)s")
    said = ngettext(
        "%(recordings)s of %(count)s recording of the last two weeks comes from it.",
        "%(recordings)s of %(count)s recordings of the last two weeks come from it.",
        numbers["all_recordings"],
    ) % {"recordings": numbers["recordings"], "count": numbers["all_recordings"]}
    whose = _(
        "Of the %(all_players)s students who recorded then, %(players)s used it last; in the term before it was "
        "%(before)s of %(all_before)s."
    )
    return (
        title % {"what": subject},
        " ".join((said, whose % numbers, _off_on_it(numbers))),
        _("Rate some of them without looking at the model's word, then train."),
    )


def _off_on_it(numbers: Numbers) -> str:
    rated, off = numbers.get("rated"), numbers.get("off")
    if not rated or off is None:
        return _("Nobody has rated one of them blind yet, so how far the model is off on them is not known.")
    if off > 0:
        words = ngettext(
            "On the one that was rated blind the model was %(levels)s levels too low.",
            "On the %(count)s that were rated blind the model was %(levels)s levels too low.",
            rated,
        )
    else:
        words = ngettext(
            "On the one that was rated blind the model was %(levels)s levels too high.",
            "On the %(count)s that were rated blind the model was %(levels)s levels too high.",
            rated,
        )
    return words % {"count": rated, "levels": tenths(off)}


def _loudness(_subject: str, numbers: Numbers) -> Words:
    if numbers["by"] > 0:
        title = _("Recordings are louder")
        said = _(
            "Those of the last two weeks are %(by)s LU louder than what the same students recorded of the same pieces "
            "before (most likely %(low)s to %(high)s). Ten LU are heard as twice as loud."
        )
    else:
        title = _("Recordings are quieter")
        said = _(
            "Those of the last two weeks are %(by)s LU quieter than what the same students recorded of the same pieces "
            "before (most likely %(low)s to %(high)s). Ten LU are heard as half as loud."
        )
    to_do = _("Listen to some of them. Was a microphone moved or replaced? Rate some of them blind, then train.")
    return title, said % _size(numbers), to_do


def _brightness(_subject: str, numbers: Numbers) -> Words:
    if numbers["by"] > 0:
        title = _("Pictures are brighter")
        said = _(
            "Those of the last two weeks are %(by)s hundredths of the way from black to white brighter than what the "
            "same students recorded before (most likely %(low)s to %(high)s)."
        )
    else:
        title = _("Pictures are darker")
        said = _(
            "Those of the last two weeks are %(by)s hundredths of the way from black to white darker than what the "
            "same students recorded before (most likely %(low)s to %(high)s)."
        )
    to_do = _("Look at some of them. Are keys and hands seen as well as before? Rate some of them blind, then train.")
    return title, said % _size(numbers, lambda by: f"{100 * by:.0f}".replace("-", MINUS)), to_do


def _length(_subject: str, numbers: Numbers) -> Words:
    said = _(
        "Those of the last two weeks last %(by)s of what the same students recorded of the same pieces before (most "
        "likely %(low)s to %(high)s)."
    )
    shares = {name: percent(math.exp(numbers[name])) for name in ("by", "low", "high")}
    return (
        _("Recordings are longer") if numbers["by"] > 0 else _("Recordings are shorter"),
        said % shares,
        _("Look at some of them. If only another part of the piece is asked for, nothing is to be done."),
    )


def _grades(_subject: str, numbers: Numbers) -> Words:
    if numbers["by"] > 0:
        title = _("The model gives higher levels")
        said = _(
            "In the last two weeks it gave %(by)s levels more than it gave the same students in the same pieces before "
            "(most likely %(low)s to %(high)s)."
        )
    else:
        title = _("The model gives lower levels")
        said = _(
            "In the last two weeks it gave %(by)s levels less than it gave the same students in the same pieces before "
            "(most likely %(low)s to %(high)s)."
        )
    to_do = _("Rate some of these recordings blind: that shows whether the playing has changed or the model errs.")
    return title, said % _size(numbers), to_do


def _residuals(_subject: str, numbers: Numbers) -> Words:
    if numbers["by"] > 0:
        title = _("The model has become too low for the teachers")
        said = _(
            "Teachers who rated blind in the last four weeks were %(by)s levels further above the model than before "
            "(most likely %(low)s to %(high)s)."
        )
    else:
        title = _("The model has become too high for the teachers")
        said = _(
            "Teachers who rated blind in the last four weeks were %(by)s levels further below the model than before "
            "(most likely %(low)s to %(high)s)."
        )
    to_do = _("Train with the ratings of these weeks, and see whether the candidate is closer to the teachers.")
    return title, said % _size(numbers), to_do


def _group(subject: str, numbers: Numbers) -> Words:
    if numbers["by"] > 0:
        title = _("The model is too low on %(what)s")
        said = _(
            "Teachers who rated blind were %(by)s levels further above the model here than elsewhere (most likely "
            "%(low)s to %(high)s; %(players)s students)."
        )
    else:
        title = _("The model is too high on %(what)s")
        said = _(
            "Teachers who rated blind were %(by)s levels further below the model here than elsewhere (most likely "
            "%(low)s to %(high)s; %(players)s students)."
        )
    return (
        title % {"what": subject},
        said % (_size(numbers) | {"players": numbers["players"]}),
        _("Rate more of these recordings blind, then train. Until then look twice at what the model says of them."),
    )


def _coverage(_subject: str, numbers: Numbers) -> Words:
    said = _(
        "Of %(ratings)s levels that teachers gave blind in this half year, %(held)s lay in the interval that the model "
        "had named. It promises nine in ten."
    )
    return (
        _("The intervals hold less than they promise"),
        said % numbers,
        _("Set the intervals anew by the newest blind ratings: the page about the intervals has a button for it."),
    )


def _size(numbers: Numbers, write: Callable[[float], str] | None = None) -> dict[str, str]:
    """How far it moved, and the interval, the way it did; below nought lies what went the other way."""
    by, ends = float(numbers["by"]), (float(numbers["low"]), float(numbers["high"]))
    low, high = ends if by > 0 else (-ends[1], -ends[0])
    write = write or (lambda number: f"{MINUS if number < 0 else ''}{tenths(number)}")
    return {"by": write(abs(by)), "low": write(low), "high": write(high)}


WORDS: Mapping[Quantity, Callable[[str, Numbers], Words]] = {
    Quantity.DEVICE: _phone,
    Quantity.LOUDNESS: _loudness,
    Quantity.BRIGHTNESS: _brightness,
    Quantity.LENGTH: _length,
    Quantity.GRADES: _grades,
    Quantity.RESIDUALS: _residuals,
    Quantity.BY_DEVICE: _group,
    Quantity.BY_PIECE: _group,
    Quantity.COVERAGE: _coverage,
}
