"""Differences of levels in words: '0.4 levels below the colleagues, most likely between 0.1 and 0.7'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.figures import is_nothing, tenths

if TYPE_CHECKING:
    from grading.agreement import Agreement, Anchoring, Figure


def levels(value: float) -> str:
    return ngettext("%(count)s level", "%(count)s levels", _grammar(value)) % {"count": tenths(value)}


def short(value: float) -> str:
    """'1 level', '0.5 levels': a whole number without decimals."""
    said = tenths(value) if value % 1 else f"{value:.0f}"
    return ngettext("%(count)s level", "%(count)s levels", _grammar(value)) % {"count": said}


def leaning(who: str, whom: str, value: float, low: float | None, high: float | None) -> str:
    """'Clara Whitfield marks 0.4 levels below her …, most likely between 0.1 and 0.7.'"""
    told = {"who": who, "whom": whom}
    if low is None or high is None:
        return _("%(who)s marks %(side)s.") % (told | {"side": _side(value, whom)})
    if not is_nothing(low) and not is_nothing(high) and low * high > 0:
        near, far = sorted((abs(low), abs(high)))
        told |= {"side": _side(value, whom), "low": tenths(near), "high": tenths(far)}
        return _("%(who)s marks %(side)s, most likely between %(low)s and %(high)s.") % told
    told |= {"side": _side(value, _("them")), "low": _bound(low), "high": _bound(high)}
    return _("%(who)s may well mark as %(whom)s do: %(side)s, most likely between %(low)s and %(high)s.") % told


def compared(first: str, second: str, found: Agreement) -> str:
    told = {
        "first": first,
        "second": second,
        "levels": levels(found.apart.value),
        "between": between(found.apart),
        "times": times(found.within_one.value),
    }
    if not told["between"]:
        return _("%(first)s and %(second)s are %(levels)s apart on average, and within one level %(times)s.") % told
    return (
        _("%(first)s and %(second)s are %(levels)s apart on average (%(between)s), and within one level %(times)s.")
        % told
    )


def pulled(found: Anchoring) -> str:
    """What seeing the model's grade does, to the teacher herself."""
    pull = found.pull
    told = {"blind": levels(found.blind.apart.value), "shown": levels(found.shown.apart.value)}
    if pull.low is None or pull.high is None or pull.low <= 0 <= pull.high:
        chance = _(
            "Blind you are %(blind)s from the model, with its grade in view %(shown)s. So far that may be chance: "
            "nothing shows that the grade draws you to it, or away."
        )
        return chance % told
    near, far = sorted((abs(pull.low), abs(pull.high)))
    told |= {"levels": levels(pull.value), "low": tenths(near), "high": tenths(far)}
    towards = _(
        "Blind you are %(blind)s from the model, with its grade in view %(shown)s. Seeing it draws you %(levels)s "
        "towards it, most likely between %(low)s and %(high)s."
    )
    away = _(
        "Blind you are %(blind)s from the model, with its grade in view %(shown)s. Seeing it draws you %(levels)s "
        "away from it, most likely between %(low)s and %(high)s."
    )
    return (towards if pull.value > 0 else away) % told


def times(share: float) -> str:
    """A share as a musician counts: 'every time', '87 times in 100'."""
    if share == 1:
        return _("every time")
    return _("%(count)s times in 100") % {"count": f"{share * 100:.0f}"} if share else _("never")


def between(figure: Figure) -> str:
    """'0.4 to 1.0', or nothing where there is no interval."""
    if figure.low is None or figure.high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": tenths(figure.low), "high": tenths(figure.high)}


def _side(value: float, whom: str) -> str:
    if is_nothing(value):
        return _("level with %(whom)s") % {"whom": whom}
    told = {"count": tenths(value), "whom": whom}
    below = ngettext("%(count)s level below %(whom)s", "%(count)s levels below %(whom)s", _grammar(value))
    above = ngettext("%(count)s level above %(whom)s", "%(count)s levels above %(whom)s", _grammar(value))
    return (below if value < 0 else above) % told


def _bound(value: float) -> str:
    if is_nothing(value):
        return _("nought")
    return (_("%(count)s below") if value < 0 else _("%(count)s above")) % {"count": tenths(value)}


def _grammar(value: float) -> int:
    """The number that decides between singular and plural: '1.0 level', else '0.9 levels'."""
    return 1 if f"{abs(value):.1f}" == "1.0" else 2
