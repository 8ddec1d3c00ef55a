"""What the gate answers: checks with their state and numbers, kept as numbers and put into words when they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Numbers = Mapping[str, Any]
NAMED = 5  # groups in one sentence


class State(models.TextChoices):
    PASSES = "passes", gettext_lazy("passes")
    FAILS = "fails", gettext_lazy("fails")
    UNKNOWN = "unknown", gettext_lazy("cannot tell yet")


@dataclass(frozen=True)
class Check:
    """`numbers` are what was measured and the bound it is held to; of an unknown one `needed` are the further audit
    ratings that would decide it, None where no number would.
    """

    name: str
    state: State
    numbers: Numbers = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(TITLES[self.name])

    @property
    def sentence(self) -> str:
        return SENTENCES[self.name](self.state, self.numbers)

    @property
    def needed(self) -> int | None:
        needed: int | None = self.numbers.get("needed")
        return needed

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Of a check by groups: each with its numbers, the refused and the worst first."""
        return list(self.numbers.get("groups", ()))


@dataclass(frozen=True)
class Judgement:
    """`champion` is the number of the version it was compared with, None where there was none."""

    state: State
    checks: tuple[Check, ...] = ()
    champion: int | None = None

    @classmethod
    def of(cls, checks: Iterable[Check], *, champion: int) -> Judgement:
        """One check that fails refuses; one that cannot tell leaves it open."""
        found = tuple(checks)
        states = {check.state for check in found}
        worst = next((state for state in (State.FAILS, State.UNKNOWN) if state in states), State.PASSES)
        return cls(worst, found, champion)

    @property
    def passes(self) -> bool:
        return self.state == State.PASSES

    @property
    def needed(self) -> int | None:
        """How many more audit ratings would decide every check that is open; None where nothing is, or none would."""
        needed = [check.needed for check in self.checks if check.state == State.UNKNOWN]
        known = [count for count in needed if count is not None]
        return max(known) if known and len(known) == len(needed) else None

    @property
    def sentence(self) -> str:
        """What it means, with its main reason."""
        if self.champion is None:
            return _("No model is in use here, so there is nothing to compare it with.")
        if self.state == State.UNKNOWN:
            return _undecided(self.needed, self.checks)
        return next((check.sentence for check in self.checks if check.state == self.state and check.name != "size"), "")

    def to_json(self) -> dict[str, Any]:
        checks = [{"name": check.name, "state": str(check.state), "numbers": check.numbers} for check in self.checks]
        return {"state": str(self.state), "champion": self.champion, "checks": checks}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Judgement | None:
        """None where nothing was asked."""
        if not told:
            return None
        checks = (Check(each["name"], State(each["state"]), each["numbers"]) for each in told["checks"])
        return cls(State(told["state"]), tuple(checks), told["champion"])


def _undecided(needed: int | None, checks: tuple[Check, ...]) -> str:
    if needed is None:
        return next(check.sentence for check in checks if check.state == State.UNKNOWN and check.needed is None)
    said = ngettext(
        "Whether it is better than the champion cannot be told yet: about %(count)s more audit rating would decide it.",
        "Whether it is better than the champion cannot be told yet: about %(count)s more audit ratings would decide "
        "it.",
        needed,
    )
    return said % {"count": number_format(needed, use_l10n=True, force_grouping=True)}


def two(value: float) -> str:
    """Two decimals, without a sign."""
    return number_format(f"{abs(value):.2f}", 2)


def share(value: float) -> str:
    return _("%(number)s %%") % {"number": f"{value * 100:.0f}"}


def signed(value: float) -> str:
    return ("\N{MINUS SIGN}" if value < 0 else "+") + two(value)


def _size(state: State, numbers: Numbers) -> str:
    told = {name: numbers[name] for name in ("recordings", "players", "fewest", "few", "audited")}
    if state == State.PASSES:
        return _("Both models have judged %(recordings)s audit recordings of %(players)s students.") % told
    if numbers["audited"] > numbers["recordings"]:
        said = _(
            "Of %(audited)s audit recordings both models have judged only %(recordings)s. A new training compares them "
            "on all."
        )
        return said % told
    said = _(
        "Both models have judged %(recordings)s audit recordings of %(players)s students; fewer than %(fewest)s of "
        "%(few)s tell nothing."
    )
    return said % told


def _mae(state: State, numbers: Numbers) -> str:
    told = {
        "levels": two(numbers["value"]),
        "candidate": two(numbers["candidate"]),
        "champion": two(numbers["champion"]),
    }
    if state == State.UNKNOWN and numbers["low"] is None:
        return _("Too few students stand in the audit part to tell which version is better.")
    if state == State.UNKNOWN:
        between = {"low": signed(numbers["low"]), "high": signed(numbers["high"])}
        if numbers["needed"] is None:
            said = _(
                "The two are as good as alike: the error of the new one differs from the champion’s by %(low)s to "
                "%(high)s levels, and no number of ratings that a school gives would tell them apart."
            )
            return said % between
        said = _(
            "Which one is closer to the teachers cannot be told: the error of the new one differs from the champion’s "
            "by %(low)s to %(high)s levels."
        )
        return said % between
    if state == State.PASSES:
        said = _(
            "It is %(levels)s levels closer to the teachers than the champion: %(candidate)s off on average instead of "
            "%(champion)s."
        )
    else:
        said = _(
            "It is %(levels)s levels further from the teachers than the champion: %(candidate)s off on average instead "
            "of %(champion)s."
        )
    return said % told


def _qwk(state: State, numbers: Numbers) -> str:
    told = {
        "candidate": two(numbers["candidate"]),
        "champion": two(numbers["champion"]),
        "margin": two(numbers["margin"]),
    }
    if state == State.PASSES:
        said = _(
            "It tells players apart as well as the champion: weighted kappa %(candidate)s after %(champion)s, surely "
            "not lower by %(margin)s."
        )
    elif state == State.FAILS:
        said = _(
            "It tells players apart less well than the champion: weighted kappa %(candidate)s after %(champion)s, "
            "surely lower by more than %(margin)s."
        )
    else:
        said = _(
            "Whether it tells players apart as well cannot be told: weighted kappa %(candidate)s after %(champion)s, "
            "and it may be lower by %(margin)s."
        )
    return said % told


def _groups(state: State, numbers: Numbers) -> str:
    groups, margin = numbers["groups"], two(numbers["margin"])
    deciding = [group for group in groups if group["decides"]]
    if not groups:
        return _("Of these recordings it is not known.")
    if state == State.FAILS:
        said = _("It is worse than the champion here, by more than %(margin)s levels and not by chance: %(names)s.")
        return said % {"margin": margin, "names": _named(group for group in groups if group["refused"])}
    if not deciding:
        return _("No group is large enough to decide anything; they are listed below.")
    worse = [group for group in deciding if group["value"] > numbers["margin"]]
    if worse:
        said = _(
            "Worse by more than %(margin)s levels, which may be chance with so many groups and so few recordings: "
            "%(names)s."
        )
        return said % {"margin": margin, "names": _named(worse)}
    said = ngettext(
        "In %(count)s group large enough to decide it is not worse by more than %(margin)s levels.",
        "In none of %(count)s groups large enough to decide is it worse by more than %(margin)s levels.",
        len(deciding),
    )
    return said % {"count": len(deciding), "margin": margin}


def _named(groups: Iterable[Mapping[str, Any]]) -> str:
    names = [str(group["name"]) for group in groups]
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _calibration(state: State, numbers: Numbers) -> str:
    if numbers["value"] is None:
        return _("How sure it was of these recordings is not known.")
    told = {"error": share(numbers["value"]), "bound": share(numbers["bound"]), "chance": share(numbers["chance"])}
    if numbers["value"] <= numbers["bound"]:
        return _("How sure it is fits how often it is right, within %(error)s (at most %(bound)s).") % told
    if state == State.FAILS:
        said = _(
            "How sure it is does not fit how often it is right: off by %(error)s, where %(bound)s are allowed and "
            "chance explains %(chance)s."
        )
    else:
        said = _(
            "How sure it is seems off by %(error)s, more than the %(bound)s allowed; with so few recordings chance "
            "alone gives up to %(chance)s."
        )
    return said % told


def _coverage(state: State, numbers: Numbers) -> str:
    if numbers["value"] is None:
        return _("What intervals it gave these recordings is not known.")
    told = {"held": share(numbers["value"]), "promised": share(numbers["promised"]), "least": share(numbers["least"])}
    if numbers["value"] >= numbers["least"]:
        return _("Its intervals hold the teacher’s level in %(held)s of the recordings (at least %(least)s).") % told
    if state == State.FAILS:
        said = _(
            "Its intervals hold the teacher’s level in %(held)s of the recordings, where %(promised)s were promised."
        )
    else:
        said = _(
            "Its intervals hold the teacher’s level in %(held)s of the recordings, less than %(least)s; with so few "
            "that may be chance."
        )
    return said % told


def _control(state: State, numbers: Numbers) -> str:
    if numbers.get("value") is None:
        return _("It was not compared with this.")
    levels = two(numbers["value"]) if numbers["value"] >= 0 else signed(numbers["value"])
    told = {"levels": levels, "margin": two(numbers["margin"])}
    if state == State.PASSES:
        return _("The model is closer to the teachers by %(levels)s levels.") % told
    if state == State.FAILS:
        said = _("The model is closer by %(levels)s levels only, surely not by the %(margin)s that are asked for.")
        return said % told
    said = _("The model is closer by %(levels)s levels; that it is closer by at least %(margin)s is not shown yet.")
    return said % told


TITLES: Mapping[str, str | Promise] = {
    "size": gettext_lazy("Enough to judge by"),
    "mae": gettext_lazy("Closer to the teachers"),
    "qwk": gettext_lazy("Tells players apart"),
    "level": gettext_lazy("No level is worse off"),
    "piece": gettext_lazy("No piece is worse off"),
    "course": gettext_lazy("No course is worse off"),
    "device": gettext_lazy("No recording device is worse off"),
    "calibration": gettext_lazy("As sure as it may be"),
    "coverage": gettext_lazy("Its intervals hold"),
    "majority": gettext_lazy("Better than always the most frequent level"),
    "metadata": gettext_lazy("Better than guessing by metadata alone"),
    "shuffled_visual": gettext_lazy("Looks at the picture"),
    "shuffled_aural": gettext_lazy("Listens to the sound"),
}
GROUPED = ("level", "piece", "course", "device")
CONTROLS = ("majority", "metadata", "shuffled_visual", "shuffled_aural")
SENTENCES: Mapping[str, Callable[[State, Numbers], str]] = {
    "size": _size,
    "mae": _mae,
    "qwk": _qwk,
    **dict.fromkeys(GROUPED, _groups),
    "calibration": _calibration,
    "coverage": _coverage,
    **dict.fromkeys(CONTROLS, _control),
}
