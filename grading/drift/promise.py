"""Whether intervals hold as many of the teachers' levels as they promise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from .budget import PROMISE


@dataclass(frozen=True)
class PromiseLook:
    """`held` of `ratings`. `evidence` that less is held than promised: it multiplies as ratings come."""

    held: int
    ratings: int
    evidence: float

    @property
    def share(self) -> float | None:
        return self.held / self.ratings if self.ratings else None

    @property
    def chance(self) -> float:
        """At most so often does the evidence ever, at any look, reach this while the promise is kept."""
        return 1 / max(1.0, self.evidence)


def kept(inside: Sequence[bool]) -> PromiseLook:
    """Of each rating since the intervals were last set, whether the interval held it.

    The likelihood of every share below the promise, each as likely, over that of the promise: a test martingale where
    the promise is just kept and a supermartingale where it is kept well. By Ville's inequality it exceeds 1/a ever with
    a chance of at most a, however often one looks (Ramdas, Grünwald, Vovk and Shafer, Game-theoretic statistics and
    safe anytime-valid inference, 2023, section 2).
    """
    ratings, held = len(inside), sum(inside)
    missed = ratings - held
    part = float(special.betainc(held + 1, missed + 1, PROMISE))
    if not part:  # so many are held that no share below the promise is thinkable
        return PromiseLook(held, ratings, 0.0)
    below = float(special.betaln(held + 1, missed + 1)) + math.log(part)
    promised = held * math.log(PROMISE) + missed * math.log1p(-PROMISE)
    return PromiseLook(held, ratings, math.exp(min(700.0, below - math.log(PROMISE) - promised)))
