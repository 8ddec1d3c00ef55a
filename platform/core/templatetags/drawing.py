"""Numbers of a drawing: an SVG needs sums of products, always with a full stop."""

from django import template

register = template.Library()


@register.simple_tag
def drawn(value: float, factor: float, offset: float = 0, value2: float = 0, factor2: float = 0) -> str:
    """value · factor + offset + value2 · factor2, rounded to a tenth."""
    return f"{value * factor + offset + value2 * factor2:.1f}"


@register.simple_tag
def drawn_step(share: float) -> int:
    """A share from 0 to 1 as one of five shades."""
    return min(max(int(share * 5 + 0.999), 1), 5)


@register.filter
def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


@register.simple_tag
def signed(value: float) -> str:
    """A difference of levels with its sign, '+0.4' or '−0.4', a whole one without decimals; no sign for nothing."""
    said = f"{value:+d}" if isinstance(value, int) else f"{value:+.1f}"
    return said[1:] if not float(said) else said.replace("-", "\N{MINUS SIGN}")
