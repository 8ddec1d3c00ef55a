"""What is looked at before a recording counts: the checks, the usual rules, and what a student reads of them.

A finding is stored as {"check", "rule", "measured": {...}, "at": seconds or None}; it holds no words, because each
reader has their own language. `check` is one of CHECKS, or a code by which `ml` refuses a file that is no performance.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .refusals import REFUSALS, refusal

Finding = Mapping[str, Any]


class Rule(models.TextChoices):
    OFF = "off", gettext_lazy("do not look")
    WARN = "warn", gettext_lazy("warn")
    REFUSE = "refuse", gettext_lazy("do not take it")


# What each check looks for, as a teacher chooses it.
CHECKS: dict[str, str | Promise] = {
    "frame": gettext_lazy("Keyboard and hands are not in the picture"),
    "dark": gettext_lazy("The picture is too dark"),
    "shaky": gettext_lazy("The picture shakes"),
    "cut": gettext_lazy("The recording was cut in the middle"),
    "sync": gettext_lazy("Sound and picture are out of step"),
    "piano": gettext_lazy("No piano is to be heard"),
    "clipped": gettext_lazy("The sound is too loud for the microphone"),
    "quiet": gettext_lazy("The sound is too quiet"),
    "noise": gettext_lazy("The sound is noisy"),
    "pumping": gettext_lazy("The loudness goes up and down by itself"),
    "silence": gettext_lazy("A long silence at the beginning or the end"),
    "length": gettext_lazy("It is shorter or longer than the piece"),
}

# A warning costs a student one press, a refusal a whole recording: so nothing is refused unless a teacher says so.
# docs/preflight.md has how often each check is right.
# Out of step: on what was recorded it finds one shift in four, and nobody knows of a recording that it is in step.
USUAL: dict[str, Rule] = dict.fromkeys(CHECKS, Rule.WARN) | {"sync": Rule.OFF}


def given(chosen: Mapping[str, str], shortest: int | None = None, longest: int | None = None) -> dict[str, Any]:
    """What is asked of one recording: every check's rule, and how many seconds it may last where a teacher said so."""
    rules = {check: Rule(chosen.get(check, usual)).value for check, usual in USUAL.items()}
    bounds = {"shortest": shortest, "longest": longest}
    return rules | {name: seconds for name, seconds in bounds.items() if seconds is not None}


def sentence(finding: Finding) -> str:
    """What was found, in one sentence for the student."""
    check, measured = finding["check"], finding.get("measured", {})
    if check in REFUSALS:
        return refusal(check, measured)
    return _SENTENCES[check](measured) % _words(finding)


def advice(finding: Finding) -> str:
    """What to do about it, in one or two sentences; '' where the sentence says so itself."""
    check = finding["check"]
    return "" if check in REFUSALS else _ADVICE[check](finding.get("measured", {}))


def _words(finding: Finding) -> dict[str, str]:
    """What may stand in a sentence: moments and lengths as 1:07, other numbers whole."""
    measured = finding.get("measured", {})
    at = finding.get("at")
    lengths = {name: clock(measured[name]) for name in ("seconds", "limit") if name in measured}
    return lengths | {
        "at": clock(at or 0.0),
        "milliseconds": number_format(abs(round(measured.get("milliseconds", 0), -1)), decimal_pos=0),
        "silent": number_format(round(measured.get("seconds", 0)), decimal_pos=0),
    }


def clock(seconds: float) -> str:
    """67 is written 1:07."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def _frame(measured: Mapping[str, Any]) -> str:
    if measured.get("missing") == "keyboard":
        return _("We could not find the keyboard in the picture.")
    return _("At %(at)s your hands on the keys cannot be seen.")


def _sync(measured: Mapping[str, Any]) -> str:
    if measured["milliseconds"] > 0:
        return _("Sound and picture seem to be out of step: the sound comes about %(milliseconds)s ms too late.")
    return _("Sound and picture seem to be out of step: the sound comes about %(milliseconds)s ms too early.")


def _silence(measured: Mapping[str, Any]) -> str:
    seconds = round(measured["seconds"])
    if measured["end"] == "first":
        return ngettext(
            "Nothing is played in the first %(silent)s second.",
            "Nothing is played in the first %(silent)s seconds.",
            seconds,
        )
    return ngettext(
        "Nothing is played in the last %(silent)s second.", "Nothing is played in the last %(silent)s seconds.", seconds
    )


def _length(measured: Mapping[str, Any]) -> str:
    if measured["seconds"] < measured["limit"]:
        return _("The recording lasts %(seconds)s. Your teacher expects at least %(limit)s.")
    return _("The recording lasts %(seconds)s. Your teacher expects at most %(limit)s.")


_SENTENCES = {
    "frame": _frame,
    "dark": lambda measured: _("The picture is very dark at %(at)s, so your hands are hard to see."),
    "shaky": lambda measured: _("The picture shakes at %(at)s."),
    "cut": lambda measured: _("The recording seems to have been cut at %(at)s."),
    "sync": _sync,
    "piano": lambda measured: _("We could not hear a piano in this recording."),
    "clipped": lambda measured: _("The sound is clipped at %(at)s: it was too loud for the microphone."),
    "quiet": lambda measured: _("The sound is very quiet, even where it is loudest, at %(at)s."),
    "noise": lambda measured: _("There is a lot of noise behind the music, for example at %(at)s."),
    "pumping": lambda measured: _(
        "The loudness seems to go up and down by itself, for example at %(at)s: the phone or an app corrects it."
    ),
    "silence": _silence,
    "length": _length,
}

_ADVICE = {
    "frame": lambda measured: _(
        "Put the phone higher or a step further away, so that the keyboard and both hands stay in the picture all "
        "the time."
    ),
    "dark": lambda measured: _("Switch on a lamp beside the piano, or open the curtains."),
    "shaky": lambda measured: _("Put the phone on something firm: a stand, a shelf or a pile of books."),
    "cut": lambda measured: _("Please send one take from beginning to end, with nothing cut out."),
    "sync": lambda measured: _(
        "Clap your hands once in front of the phone and watch it: if you hear the clap late or early, close other apps "
        "and record again."
    ),
    "piano": lambda measured: _("Check that nothing covers the microphone, and put the phone nearer to the piano."),
    "clipped": lambda measured: _("Move the phone a step further away."),
    "quiet": lambda measured: _("Put the phone nearer to the piano, and check that nothing covers its microphone."),
    "noise": lambda measured: _("Close the windows and switch off what hums or blows, such as a fan."),
    "pumping": lambda measured: _(
        "Switch off automatic gain and noise suppression in your recording app, or record here on the page, where they "
        "are off."
    ),
    "silence": lambda measured: _("Start the recording just before you play, and stop it soon after the last note."),
    "length": lambda measured: _("Check that it is the whole piece, and only this piece."),
}
