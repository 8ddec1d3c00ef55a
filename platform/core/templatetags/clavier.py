"""What every page draws: the ten keys of a level, moments in time, icons."""

import math
import re
from collections.abc import Iterable
from functools import lru_cache, reduce

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from .. import words

register = template.Library()

LEVELS = range(1, 11)
# Width and height of a white key and a black one, and how far a pressed key sinks, in units of the drawing.
WHITE, HEIGHT, BLACK, BLACK_HEIGHT, TRAVEL = 8, 20, 4, 10, 1.5
# C D E F G A B C D E: a black key stands before these white ones.
SHARPS = (2, 3, 5, 6, 7, 9, 10)
# Who said it, for ears.
SAID = {
    "fused": _("level %(level)s"),
    "visual": _("level %(level)s, by sight"),
    "aural": _("level %(level)s, by ear"),
    "teacher": _("level %(level)s, by the teacher"),
}
SAID_LIKELY = {
    "fused": _("level %(level)s, most likely %(interval)s"),
    "visual": _("level %(level)s, most likely %(interval)s, by sight"),
    "aural": _("level %(level)s, most likely %(interval)s, by ear"),
    "teacher": _("level %(level)s, most likely %(interval)s, by the teacher"),
}


@register.simple_tag
def words_address() -> str:
    """Where the words of scripts lie, in the language of this page."""
    return reverse("core:words", args=(get_language() or settings.LANGUAGE_CODE, words.version()))


@register.simple_tag
def level_keys(
    level: float | None, low: int | None = None, high: int | None = None, kind: str = "fused", size: str = ""
) -> SafeString:
    """A level as ten piano keys: the interval shaded, the level pressed, the number beside it, words for ears.

    `kind`: fused, visual, aural or teacher; `size`: '', 'small' or 'large'.
    """
    if level is None:
        return format_html(
            '<span class="level level--none{}">{}<span class="small">{}</span></span>',
            f" level--{size}" if size else "",
            _keys(None, None, None),
            gettext("no level yet"),
        )
    pressed = round(level)
    return format_html(
        '<span class="level level--{}{}">{}<span class="level__number" aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        kind,
        f" level--{size}" if size else "",
        _keys(pressed, low, high),
        pressed,
        _said(pressed, low, high, kind),
    )


def _said(level: int, low: int | None, high: int | None, kind: str) -> str:
    if low is None or high is None:
        return SAID[kind] % {"level": level}
    between = gettext("between %(low)s and %(high)s") % {"low": low, "high": high}
    return SAID_LIKELY[kind] % {"level": level, "interval": between if low < high else low}


@lru_cache(maxsize=1024)
def _keys(pressed: int | None, low: int | None, high: int | None) -> SafeString:
    def look(level: int) -> str:
        if level == pressed:
            return " key--pressed"
        return " key--likely" if low is not None and high is not None and low <= level <= high else ""

    white = format_html_join(
        "",
        '<rect class="key{}" x="{}" y="{}" width="{}" height="{}" rx="1"/>',
        (
            (look(level), (level - 1) * WHITE + 0.5, TRAVEL if level == pressed else 0, WHITE, HEIGHT)
            for level in LEVELS
        ),
    )
    black = format_html_join(
        "",
        '<rect class="key--black" x="{}" y="0" width="{}" height="{}"/>',
        (((level - 1) * WHITE + 0.5 - BLACK / 2, BLACK, BLACK_HEIGHT) for level in SHARPS),
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}{}</svg>',
        WHITE * len(LEVELS) + 1,
        HEIGHT + 2,
        white,
        black,
    )


@register.simple_tag(name="seconds")
def seconds_tag(value: float | None) -> str:
    """67 is written 1:07, and 3723 is written 1:02:03."""
    if value is None or not math.isfinite(value):
        return "–"
    whole = max(int(value), 0)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


register.filter("seconds", seconds_tag)


@register.filter
def said(sentence: str) -> str:
    """A sentence that a worker has stored, in the language of this page."""
    return gettext(sentence) if sentence else ""


@register.filter
def expected(distribution: list[float]) -> float:
    """The mean level of ten probabilities, level 1 first."""
    return sum(level * probability for level, probability in zip(LEVELS, distribution, strict=True))


@register.filter
def listed(things: Iterable[object]) -> str:
    """'Ana, Bo and Chen', as the language of the page lists things."""
    *some, last = [str(thing) for thing in things] or [""]
    if not some:
        return last
    first = reduce(lambda one, other: gettext("%(one)s, %(other)s") % {"one": one, "other": other}, some)
    return gettext("%(one)s and %(other)s") % {"one": first, "other": last}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Lucide icon, drawn inline; words always stand beside it."""
    return _icon(name)


@lru_cache(maxsize=128)
def _icon(name: str) -> SafeString:
    drawing = (settings.ROOT / "node_modules/lucide-static/icons" / f"{name}.svg").read_text()
    drawing = re.sub(r"<!--.*?-->", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r'class="[^"]*"', 'class="icon" aria-hidden="true" focusable="false"', drawing, count=1)
    return mark_safe(" ".join(drawing.split()))
