"""What the history calls the parts of a rubric: written in English, read in any language."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

NAME = _("its name")
DESCRIPTION = _("its description")
ORDER = _("the order")
LEVEL = _("the words of level %(level)s")
CRITERION = _("the criterion %(criterion)s")
CRITERION_NAME = _("the name of %(criterion)s")
CRITERION_MARK = _("the words of mark %(mark)s of %(criterion)s")
CRITERION_WORDS = _("the words of %(criterion)s")
CRITERION_WEIGHT = _("the weight of %(criterion)s")
CRITERION_MARKED = _("whether %(criterion)s is marked")
# Whatever fits two of them is meant by the first.
PARTS = (
    *(NAME, DESCRIPTION, ORDER, LEVEL, CRITERION, CRITERION_NAME),
    *(CRITERION_MARK, CRITERION_WORDS, CRITERION_WEIGHT, CRITERION_MARKED),
)


def name_of(written: str) -> str:
    """'the words of level 3', as it stands in the history, in the language of whoever reads it."""
    for part in PARTS:
        if found := _pattern(part).fullmatch(written):
            return gettext(part) % found.groupdict()
    return written


def _pattern(part: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\((\w+)\)s", r"(?P<\1>.+)", part))
