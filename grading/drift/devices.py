"""Whether a phone has become common that was rare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from scipy import special

from .shifts import FEWEST

# Of a school's students this share may come to have one and the same phone within a fortnight without its being a
# change: a phone lasts some two and a half years, and a new class brings its own.
USUAL = 0.05


@dataclass(frozen=True)
class Used:
    """Of one recording: when (days), by whom, with what."""

    at: float
    player: Hashable
    device: str


@dataclass(frozen=True)
class DeviceLook:
    """`players` of `all_players` recorded last with it, `before` of `all_before` earlier; `recordings` of
    `all_recordings` since. `chance`: how often as many of them would by chance alone have come to it.
    """

    device: str
    players: int
    all_players: int
    before: int
    all_before: int
    recordings: int
    all_recordings: int
    chance: float


def newest_devices(rows: Sequence[Used], *, since: float) -> list[DeviceLook]:
    """Every device in use `since`, the least likely first. Each player counts once, by their newest recording, before
    and since; the number that has it is held against the binomial of its share before (Laplace's rule, at least
    USUAL). As many devices as are in use, so much more often one of them seems to come up (Bonferroni).
    """
    now, before = _newest(row for row in rows if row.at >= since), _newest(row for row in rows if row.at < since)
    if min(len(now), len(before)) < FEWEST:
        return []
    have, had = Counter(now.values()), Counter(before.values())
    made = Counter(row.device for row in rows if row.at >= since)
    looks = []
    for device, players in have.items():
        share = max(USUAL, (had[device] + 1) / (len(before) + 2))
        chance = min(1.0, float(special.bdtrc(players - 1, len(now), share)) * len(have))
        seen = (made[device], made.total())
        looks.append(DeviceLook(device, players, len(now), had[device], len(before), *seen, chance))
    return sorted(looks, key=lambda look: (look.chance, look.device))


def _newest(rows: Iterable[Used]) -> dict[Hashable, str]:
    newest: dict[Hashable, str] = {}
    for row in sorted(rows, key=lambda each: each.at):
        newest[row.player] = row.device
    return newest
