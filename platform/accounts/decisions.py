"""What a person has decided so far, as pages tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .models import Consent, User
from .purposes import Words, in_order
from .services import consents, guardians


@dataclass(frozen=True)
class Decision:
    """One purpose, its words, and the act that holds; None where nobody has decided."""

    purpose: Consent.Purpose
    words: Words
    act: Consent | None
    may_grant: bool

    @property
    def holds(self) -> bool:
        return self.act is not None and self.act.granted


def decisions(user: User) -> list[Decision]:
    acts = consents.newest(user)
    return [Decision(purpose, words, acts.get(purpose), not user.is_minor) for purpose, words in in_order()]


def to_decide(user: User) -> Mapping[str, Any] | None:
    """What the start page asks of a student who decides alone; None where everything is decided."""
    if user.is_minor:
        return None
    open_purposes = set(consents.undecided(user))
    if not open_purposes:
        return None
    asked = [decision for decision in decisions(user) if decision.purpose in open_purposes]
    return {"decisions": asked, "came_of_age": any(decision.act for decision in asked)}


def to_wait_for(user: User) -> Mapping[str, Any] | None:
    """What the start page tells a child whose guardian has not confirmed."""
    if not guardians.is_limited(user):
        return None
    return {"guardian": user.guardians.first()}
