"""What the model points at in a recording: stretches that stand out, in a musician's words, for people to look at."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from grading import evidence
from grading.models import Autograde

FEW = 3
# By which sense a stretch stands out, and whether it lies above the rest.
WORDS = {
    ("judged", True): _("To eye and ear %(amount)s above the rest. What is different here?"),
    ("judged", False): _("To eye and ear %(amount)s below the rest. Play this place alone, slowly, and listen."),
    ("heard", True): _("To the ear %(amount)s above the rest. Let the other places sound like this one."),
    ("heard", False): _("To the ear %(amount)s below the rest. Listen again: the pulse, the tone, the notes."),
    ("seen", True): _("To the eye %(amount)s above the rest. Your hands are at home here."),
    ("seen", False): _("To the eye %(amount)s below the rest. Watch your hands: fingers, wrists, how they rest."),
}


@dataclass(frozen=True)
class Pointer:
    """A stretch of the proxy in seconds, and what is to be heard or seen in it."""

    start: float
    end: float
    words: str
    is_good: bool


def pointers(autograde: Autograde) -> list[Pointer]:
    """First what is good, then what to look at; each kind in time's order. Often there is none."""
    found = [_pointer(highlight) for highlight in evidence.highlights(autograde, count=FEW)]
    return sorted(found, key=lambda pointer: (not pointer.is_good, pointer.start))


def _pointer(highlight: evidence.Highlight) -> Pointer:
    good = highlight.pull > 0
    words = WORDS[highlight.sense, good] % {"amount": evidence.amount(highlight.pull)}
    return Pointer(highlight.start, highlight.end, words, good)
