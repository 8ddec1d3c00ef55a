"""All checks of one recording, with one pass over its picture and one over its sound."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ml.media.picture import make_poster
from ml.media.sound import read_sound
from ml.preflight import clipped, cut, dark, frame, length, noise, piano, pumping, quiet, shaky, silence, sync
from ml.preflight.heard import Heard, listen
from ml.preflight.measure import Measure
from ml.preflight.seen import Seen, watch

SURE = 0.5  # the least confidence with which something is said


class Recorded:
    """Picture and sound of a recording, each gone through once, when the first check asks for it."""

    def __init__(self, seen: Callable[[], Seen], heard: Callable[[], Heard]) -> None:
        self._seen, self._heard = seen, heard

    @cached_property
    def seen(self) -> Seen:
        return self._seen()

    @cached_property
    def heard(self) -> Heard:
        return self._heard()


@dataclass(frozen=True)
class Check:
    """What measures, and the limit from which on it is a finding: above it, or below it where less is worse."""

    measure: Callable[[Recorded], Measure]
    limit: float
    worse: Callable[[float, float], bool] = operator.gt
    is_seen: bool = False  # a picture of the moment shows what is meant

    def finds(self, measured: Measure) -> bool:
        return measured.confidence >= SURE and self.worse(measured.value, self.limit)


CHECKS: Mapping[str, Check] = {
    "frame": Check(lambda recorded: frame.frame(recorded.seen), frame.LIMIT, is_seen=True),
    "dark": Check(lambda recorded: dark.dark(recorded.seen), dark.LIMIT, operator.lt, is_seen=True),
    "shaky": Check(lambda recorded: shaky.shaky(recorded.seen), shaky.LIMIT, is_seen=True),
    "cut": Check(lambda recorded: cut.cut(recorded.seen, recorded.heard), cut.LIMIT, is_seen=True),
    "sync": Check(lambda recorded: sync.sync(recorded.seen, recorded.heard), sync.LIMIT, sync.beyond, is_seen=True),
    "piano": Check(lambda recorded: piano.piano(recorded.heard), piano.LIMIT, operator.lt),
    "clipped": Check(lambda recorded: clipped.clipped(recorded.heard), clipped.LIMIT),
    "quiet": Check(lambda recorded: quiet.quiet(recorded.heard), quiet.LIMIT, operator.lt),
    "noise": Check(lambda recorded: noise.noise(recorded.heard), noise.LIMIT),
    "pumping": Check(lambda recorded: pumping.pumping(recorded.heard), pumping.LIMIT),
    "silence": Check(lambda recorded: silence.silence(recorded.heard), silence.LIMIT),
}


@dataclass(frozen=True)
class Finding:
    """A measure beyond its limit; `at` in seconds from the proxy's start."""

    check: str
    value: float
    confidence: float
    at: float | None
    detail: Mapping[str, float | str] = field(default_factory=dict)
    picture: Path | None = None


def preflight(
    proxy: Path,
    *,
    seconds: float,
    asked: Collection[str],
    shortest: float | None = None,
    longest: float | None = None,
    folder: Path | None = None,
) -> list[Finding]:
    """What is wrong with `proxy`, which lasts `seconds`, of what is asked about; `length` by the bounds in seconds.

    With `folder`, a picture of the moment of each finding that can be seen is left there as found-<check>.jpg.
    """
    finely = "sync" in asked
    recorded = Recorded(lambda: watch(proxy, seconds=seconds, finely=finely), lambda: listen(read_sound(proxy)))
    measures = {name: check.measure(recorded) for name, check in CHECKS.items() if name in asked}
    found = [name for name, measured in measures.items() if CHECKS[name].finds(measured)]
    findings = [_finding(name, measures[name], proxy, folder) for name in _telling(found)]
    if "length" in asked:
        lasts = length.length(seconds, shortest=shortest, longest=longest)
        if lasts.confidence and lasts.value > length.LIMIT:
            findings.append(_finding("length", lasts, proxy, None))
    return findings


def _telling(found: list[str]) -> list[str]:
    """Without what only follows from something else that was found."""
    follow = {
        "dark": {"frame", "shaky", "sync", "cut"},
        "piano": {"noise", "pumping", "silence", "clipped", "sync"},
        "shaky": {"cut", "frame"},
    }
    followed = {name for cause in found for name in follow.get(cause, ())}
    return [name for name in found if name not in followed]


def _finding(name: str, measured: Measure, proxy: Path, folder: Path | None) -> Finding:
    picture = None
    if folder is not None and measured.at is not None and name in CHECKS and CHECKS[name].is_seen:
        picture = folder / f"found-{name}.jpg"
        make_poster(proxy, picture, at=measured.at)
    return Finding(name, measured.value, measured.confidence, measured.at, dict(measured.detail), picture)
