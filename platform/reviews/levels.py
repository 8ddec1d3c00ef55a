"""Differences of levels in words: '0.4 levels below the colleagues, most likely between 0.1 and 0.7'."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grading.agreement import Agreement, Anchoring, Figure


def tenths(value: float) -> str:
    return f"{abs(value):.1f}"


def levels(value: float) -> str:
    said = tenths(value)
    return f"{said} level{'' if said == '1.0' else 's'}"


def leaning(who: str, whom: str, value: float, low: float | None, high: float | None) -> str:
    """'Clara Whitfield marks 0.4 levels below her …, most likely between 0.1 and 0.7.'"""
    if low is None or high is None:
        return f"{who} marks {_side(value, whom)}."
    if tenths(low) != "0.0" and tenths(high) != "0.0" and low * high > 0:
        near, far = sorted((abs(low), abs(high)))
        return f"{who} marks {_side(value, whom)}, most likely between {tenths(near)} and {tenths(far)}."
    return (
        f"{who} may well mark as {whom} do: {_side(value, 'them')}, "
        f"most likely between {_bound(low)} and {_bound(high)}."
    )


def compared(first: str, second: str, found: Agreement) -> str:
    return (
        f"{first} and {second} are {levels(found.apart.value)} apart on average{between(found.apart)}, "
        f"and within one level {times(found.within_one.value)}."
    )


def pulled(found: Anchoring) -> str:
    """What seeing the model's grade does, to the teacher herself."""
    pull, blind, shown = found.pull, found.blind.apart.value, found.shown.apart.value
    apart = f"Blind you are {levels(blind)} from the model, with its grade in view {levels(shown)}"
    if pull.low is None or pull.high is None or pull.low <= 0 <= pull.high:
        return f"{apart}. So far that may be chance: nothing shows that the grade draws you to it, or away."
    way = "towards it" if pull.value > 0 else "away from it"
    near, far = sorted((abs(pull.low), abs(pull.high)))
    drawn = f"Seeing it draws you {levels(pull.value)} {way}"
    return f"{apart}. {drawn}, most likely between {tenths(near)} and {tenths(far)}."


def times(share: float) -> str:
    """A share as a musician counts: 'every time', '87 times in 100'."""
    if share == 1:
        return "every time"
    return f"{share * 100:.0f} times in 100" if share else "never"


def between(figure: Figure) -> str:
    """' (0.4 to 1.0)', or nothing where there is no interval."""
    return "" if figure.low is None or figure.high is None else f" ({figure.low:.1f} to {figure.high:.1f})"


def _side(value: float, whom: str) -> str:
    if tenths(value) == "0.0":
        return f"level with {whom}"
    return f"{levels(value)} {'below' if value < 0 else 'above'} {whom}"


def _bound(value: float) -> str:
    return "nought" if tenths(value) == "0.0" else f"{tenths(value)} {'below' if value < 0 else 'above'}"
