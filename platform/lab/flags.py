"""The sentences of a stored report that warn: written in English by ml/flags.py, read in any language."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORDS = (
    _("Always saying the most frequent level"),
    _("Metadata alone"),
    _("The model with the picture of another recording"),
    _("The model with the sound of another recording"),
    _("The picture alone"),
    _("The sound alone"),
)
REACHES = (
    _(
        "%(who)s reaches %(levels)s levels off on average (%(exact)s exact), better than the model with %(model)s "
        "(%(same)s exact)%(rest)s."
    ),
    _(
        "%(who)s reaches %(levels)s levels off on average (%(exact)s exact), no worse than the model with %(model)s "
        "(%(same)s exact)%(rest)s."
    ),
)
RESTS = (
    _("; their difference lies between %(low)s and %(high)s: the model hardly uses the picture"),
    _("; their difference lies between %(low)s and %(high)s: the model hardly uses the sound"),
    _("; their difference lies between %(low)s and %(high)s"),
    _(": the model hardly uses the picture"),
    _(": the model hardly uses the sound"),
)
# Whatever fits two of them is meant by the first.
SENTENCES = (
    _("Only %(recordings)s recordings of %(players)s players were audited: the figures are rough."),
    _("Recordings of one player cannot show that the model is better than its controls."),
    _("The two models look at recordings differently, so they could not be compared here."),
    *REACHES,
    _("The picture of another recording does nearly as well: the model hardly uses the picture."),
    _("The sound of another recording does nearly as well: the model hardly uses the sound."),
    _(
        "Metadata alone tells something of the level (weighted kappa %(kappa)s): the model may have learned from the "
        "camera instead of the playing."
    ),
    _("%(who)s is closer to the labels than picture and sound together, by %(levels)s levels."),
    _("The intervals hold %(held)s of the labels where %(promised)s were promised."),
)


def told(flag: str) -> str:
    """The sentence in the language of whoever reads it; one that is not known stays as it was written."""
    return _as_one_of(SENTENCES, flag)


def _as_one_of(sentences: tuple[str, ...], written: str) -> str:
    for sentence in sentences:
        if found := _pattern(sentence).fullmatch(written):
            return gettext(sentence) % {name: _part(name, words) for name, words in found.groupdict().items()}
    return written


def _part(name: str, words: str) -> str:
    if name == "rest":
        return _as_one_of(RESTS, words)
    return gettext(words) if words in WORDS else words


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", sentence)
    return re.compile("".join(f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts)))
