"""What moved a grade, read from the grade itself: stretches that stand out, and whether the eye or the ear decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.models import Autograde
from grading.models.grades import LEVELS

LEAST_PULL = 0.25  # levels: a stretch that differs by less says nothing
APART = 1.0  # levels between eye and ear from which they disagree; beyond both, from which neither carried the grade
MOSTLY = 2.0  # times as far as the other: one of the two stands out alone, or carried the grade
TOUCHING = 0.1  # seconds between stretches that follow one another
NUMBERS = (
    gettext_lazy("no"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
)
# By which sense a stretch stands out, and whether it lies above the rest.
STANDS_OUT = {
    ("judged", True): gettext_lazy("judged %(amount)s above the rest"),
    ("judged", False): gettext_lazy("judged %(amount)s below the rest"),
    ("heard", True): gettext_lazy("heard %(amount)s above the rest"),
    ("heard", False): gettext_lazy("heard %(amount)s below the rest"),
    ("seen", True): gettext_lazy("seen %(amount)s above the rest"),
    ("seen", False): gettext_lazy("seen %(amount)s below the rest"),
}

Window = dict[str, float]


@dataclass(frozen=True)
class Highlight:
    """A stretch of the proxy in seconds, the model's level for it, and how far that lies from the whole's."""

    start: float
    end: float
    level: float
    pull: float  # levels, above zero where the stretch is better than the whole
    sense: str = "judged"  # or 'heard', 'seen', where one branch alone stands out

    @property
    def words(self) -> str:
        """As in 'heard a level above the rest'."""
        return STANDS_OUT[self.sense, self.pull > 0] % {"amount": amount(self.pull)}


def highlights(autograde: Autograde, count: int = 3) -> list[Highlight]:
    """The stretches that moved the grade most, up and down where both are, in time's order; often there is none."""
    standing_out = [window for window in autograde.windows if abs(window["fused"] - autograde.level) >= LEAST_PULL]
    strongest = sorted(standing_out, key=lambda window: (-abs(window["fused"] - autograde.level), window["start"]))
    chosen = _apart(_both_ways(strongest, autograde.level))[:count]
    return [_highlight(windows, autograde) for windows in _runs(chosen, autograde.level)]


def _both_ways(strongest: Sequence[Window], level: float) -> list[Window]:
    """The same windows, the strongest of the other direction moved up to the second place."""
    if not strongest:
        return []
    first, *rest = strongest
    others = [w for w in rest if _up(w, level) != _up(first, level) and not _overlap(w, first)]
    return [first, *others[:1], *(window for window in rest if window not in others[:1])]


def _apart(windows: Iterable[Window]) -> list[Window]:
    """Each window that overlaps none before it."""
    taken: list[Window] = []
    for window in windows:
        if not any(_overlap(window, other) for other in taken):
            taken.append(window)
    return taken


def _runs(windows: Iterable[Window], level: float) -> list[list[Window]]:
    """Windows in time's order; those that follow one another and point the same way belong together."""
    ordered = sorted(windows, key=lambda window: window["start"])
    runs = [ordered[:1]] if ordered else []
    for before, after in pairwise(ordered):
        if after["start"] - before["end"] <= TOUCHING and _up(before, level) == _up(after, level):
            runs[-1].append(after)
        else:
            runs.append([after])
    return runs


def _highlight(windows: Sequence[Window], autograde: Autograde) -> Highlight:
    def mean(branch: str) -> float:
        return sum(window[branch] for window in windows) / len(windows)

    pull = mean("fused") - autograde.level
    direction = 1 if pull > 0 else -1
    seen = direction * (mean("visual") - expected(autograde.visual))
    heard = direction * (mean("aural") - expected(autograde.aural))
    return Highlight(windows[0]["start"], windows[-1]["end"], mean("fused"), pull, _sense(seen, heard))


def _sense(seen: float, heard: float) -> str:
    """Which branch alone stands out, from how far each went the stretch's way."""
    if heard >= LEAST_PULL and heard >= MOSTLY * seen:
        return "heard"
    if seen >= LEAST_PULL and seen >= MOSTLY * heard:
        return "seen"
    return "judged"


def _up(window: Window, level: float) -> bool:
    return window["fused"] > level


def _overlap(one: Window, other: Window) -> bool:
    return one["start"] < other["end"] and other["start"] < one["end"]


def moved_by(autograde: Autograde) -> str:
    """Which branch carried the grade, in words for a musician."""
    alone = only_sense(autograde)
    if alone:
        return alone
    sight, ear, both = expected(autograde.visual), expected(autograde.aural), autograde.level
    levels = {"sight": round(sight), "ear": round(ear), "both": round(both)}
    between = min(max(both, min(sight, ear)), max(sight, ear))
    if abs(both - between) >= APART:
        return _beyond_both(levels, higher=both > between)
    if abs(sight - ear) < APART:
        return _("Picture and sound agree: by sight level %(sight)s, by ear %(ear)s; together %(both)s.") % levels
    from_sight, from_ear = abs(between - sight), abs(between - ear)
    if from_sight >= MOSTLY * from_ear:
        carried = _("The sound carried it: by ear level %(ear)s, by sight %(sight)s; together %(both)s.") % levels
        return f"{carried} {_picture_alone(levels['sight'] - levels['both'])}".rstrip()
    if from_ear >= MOSTLY * from_sight:
        carried = _("The picture carried it: by sight level %(sight)s, by ear %(ear)s; together %(both)s.") % levels
        return f"{carried} {_sound_alone(levels['ear'] - levels['both'])}".rstrip()
    return (
        _(
            "Picture and sound pull apart, and the grade lies between: by sight level %(sight)s, by ear %(ear)s; "
            "together %(both)s."
        )
        % levels
    )


def _beyond_both(levels: dict[str, int], *, higher: bool) -> str:
    if higher:
        said = _(
            "Together they put it higher than either alone: by sight level %(sight)s, by ear %(ear)s; "
            "together %(both)s."
        )
    else:
        said = _(
            "Together they put it lower than either alone: by sight level %(sight)s, by ear %(ear)s; together %(both)s."
        )
    return said % levels


def only_sense(autograde: Autograde) -> str:
    """What to say of a network that has one sense only: it repeats its one branch for the other; '' for both."""
    if autograde.visual != autograde.fused or autograde.aural != autograde.fused or "+" in autograde.model.variant:
        return ""
    if autograde.model.variant.endswith("2d"):
        return _("This model only listens: it has not seen the picture.")
    return _("This model only looks: it has not heard the sound.")


def _picture_alone(steps: int) -> str:
    if not steps:
        return ""
    if steps > 0:
        return _("The picture alone would have put it %(steps)s higher.") % {"steps": NUMBERS[steps]}
    return _("The picture alone would have put it %(steps)s lower.") % {"steps": NUMBERS[-steps]}


def _sound_alone(steps: int) -> str:
    if not steps:
        return ""
    if steps > 0:
        return _("The sound alone would have put it %(steps)s higher.") % {"steps": NUMBERS[steps]}
    return _("The sound alone would have put it %(steps)s lower.") % {"steps": NUMBERS[-steps]}


def amount(levels: float) -> str:
    """How many levels, as one says it."""
    size = abs(levels)
    if size < 0.375:
        return _("a little")
    if size < 0.75:
        return _("half a level")
    if size < 1.25:
        return _("a level")
    if size < 1.75:
        return _("one and a half levels")
    return _("%(number)s levels") % {"number": NUMBERS[min(round(size), len(NUMBERS) - 1)]}


def expected(distribution: Sequence[Any]) -> float:
    """The mean level of ten probabilities, level 1 first."""
    return float(sum(level * probability for level, probability in zip(LEVELS, distribution, strict=True)))
