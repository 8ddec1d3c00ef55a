"""Everything that is watched, looked at once: the same for a school and for a simulated one."""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from zlib import crc32

from . import budget
from .budget import Quantity
from .devices import Used, newest_devices
from .promise import kept
from .rows import Finding, Rated, Recorded
from .shifts import Look, Observed, between, by_group, within
from .windows import BEFORE, EARLIER, HALF_YEAR, LATELY, RECENT

MOST = 1200  # recordings of one look: of a large school a part of the players tells as much


def look(recorded: Sequence[Recorded], rated: Sequence[Rated], *, now: float) -> list[Finding]:
    """A finding for all of which there is enough to tell. `rated` reaches back to the champion's promotion at most."""
    return [*_inputs(recorded, now), *_residuals(rated, now), *_promise(rated, now)]


NUMBERS: Mapping[Quantity, Callable[[Recorded], float | None]] = {
    Quantity.LOUDNESS: lambda row: row.loudness,
    Quantity.BRIGHTNESS: lambda row: row.brightness,
    Quantity.LENGTH: lambda row: math.log(row.seconds) if row.seconds > 0 else None,
    Quantity.GRADES: lambda row: row.level,
}


def _inputs(recorded: Sequence[Recorded], now: float) -> Iterator[Finding]:
    since = now - RECENT
    all_rows = [row for row in recorded if since - BEFORE <= row.at <= now]
    yield from _devices(all_rows, since)
    rows = _whole_players(all_rows)
    for quantity, value_of in NUMBERS.items():
        # A room is as bright whatever is played in it.
        of_piece = quantity != Quantity.BRIGHTNESS
        told = [(row, value_of(row)) for row in rows]
        seen = [
            Observed(row.at, row.player, row.piece if of_piece else "", value)
            for row, value in told
            if value is not None
        ]
        found = within(seen, since=since, tolerated=budget.TOLERATED[quantity])
        if found is not None:
            yield _finding(quantity, found)


def _whole_players(rows: Sequence[Recorded]) -> Sequence[Recorded]:
    """All of them, or of a large school as many players with all their recordings as make MOST, always the same."""
    if len(rows) <= MOST:
        return rows
    have = Counter(row.player for row in rows)
    shuffled = sorted(have, key=lambda player: crc32(str(player).encode()))
    until = bisect(list(accumulate(have[player] for player in shuffled)), MOST)
    chosen = set(shuffled[:until])
    return [row for row in rows if row.player in chosen]


def _devices(rows: Sequence[Recorded], since: float) -> Iterator[Finding]:
    for found in newest_devices([Used(row.at, row.player, row.device) for row in rows if row.device], since=since):
        numbers = {
            "players": found.players,
            "all_players": found.all_players,
            "before": found.before,
            "all_before": found.all_before,
            "recordings": found.recordings,
            "all_recordings": found.all_recordings,
        }
        yield Finding(Quantity.DEVICE, found.chance, found.device, numbers)


def _residuals(rated: Sequence[Rated], now: float) -> Iterator[Finding]:
    rows = [row for row in rated if now - EARLIER <= row.at <= now]
    off = [Observed(row.at, row.player, row.piece, row.off) for row in rows]
    lately = between(off, [row.at >= now - LATELY for row in rows], tolerated=budget.TOLERATED[Quantity.RESIDUALS])
    if lately is not None:
        yield _finding(Quantity.RESIDUALS, lately)
    for quantity, groups in (
        (Quantity.BY_DEVICE, [row.device for row in rows]),
        (Quantity.BY_PIECE, [row.piece for row in rows]),
    ):
        for group, found in by_group(off, groups, tolerated=budget.TOLERATED[quantity]).items():
            if group:
                yield _finding(quantity, found, group)


def _promise(rated: Sequence[Rated], now: float) -> Iterator[Finding]:
    since = HALF_YEAR * math.floor(now / HALF_YEAR)
    found = kept([row.held for row in rated if since <= row.at <= now])
    if found.share is not None:
        numbers = {"held": found.held, "ratings": found.ratings, "share": found.share}
        yield Finding(Quantity.COVERAGE, found.chance, "", numbers)


def _finding(quantity: Quantity, found: Look, subject: str = "") -> Finding:
    numbers = {"by": found.by, "low": found.low, "high": found.high, "players": found.players}
    return Finding(quantity, found.chance, subject, numbers)
