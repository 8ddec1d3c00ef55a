"""Numbers of a drawing: an SVG needs sums of products, always with a full stop. Numbers to read beside it."""

from django import template

from .. import figures

register = template.Library()
register.filter("percent", figures.percent)
register.simple_tag(figures.signed, name="signed")
register.filter("signed", figures.signed)


@register.simple_tag
def drawn(value: float, factor: float, offset: float = 0, value2: float = 0, factor2: float = 0) -> str:
    """value · factor + offset + value2 · factor2, rounded to a tenth."""
    return f"{value * factor + offset + value2 * factor2:.1f}"


@register.simple_tag
def drawn_step(share: float) -> int:
    """A share from 0 to 1 as one of five shades."""
    return min(max(int(share * 5 + 0.999), 1), 5)
