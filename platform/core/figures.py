"""Numbers as the language of the page writes them: '0.4' in English, '0,4' in Spanish."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

MINUS = "\N{MINUS SIGN}"


def tenths(value: float) -> str:
    """Without its sign, rounded to a tenth."""
    return number_format(f"{abs(value):.1f}", 1)


def signed(value: float) -> str:
    """A difference with its sign, '+0.4' or '−0.4', a whole one without decimals; no sign for nothing."""
    if is_nothing(value):
        return "0" if isinstance(value, int) else tenths(0)
    said = str(abs(value)) if isinstance(value, int) else tenths(value)
    return f"{'+' if value > 0 else MINUS}{said}"


def percent(share: float) -> str:
    """As its language writes it: '43 %', '43%'."""
    return _("%(number)s %%") % {"number": f"{share * 100:.0f}"}


def is_nothing(value: float) -> bool:
    """Whether it is nought once it is rounded to a tenth."""
    return not float(f"{value:.1f}")
