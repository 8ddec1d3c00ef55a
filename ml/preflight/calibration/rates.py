"""Run every check on clean stretches and on spoiled ones, and count."""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ml.preflight.calibration.faults import FAULTS
from ml.preflight.calibration.materials import Stretch, packed
from ml.preflight.heard import listen
from ml.preflight.look import CHECKS, Recorded
from ml.preflight.measure import Measure
from ml.preflight.seen import look_through

CLEAN = "clean"
Z = 1.96  # of a 95 % interval


@dataclass
class Rate:
    """How often a check found something, and what it measured."""

    found: int = 0
    of: int = 0
    values: list[float] = field(default_factory=list)

    def count(self, check: str, measured: Measure) -> None:
        self.of += 1
        self.found += CHECKS[check].finds(measured)
        if measured.confidence:
            self.values.append(measured.value)

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval (Journal of the American Statistical Association 22, 1927)."""
        if not self.of:
            return 0.0, 1.0
        share, square = self.found / self.of, Z * Z / self.of
        middle = share + square / 2
        half = Z * math.sqrt(share * (1 - share) / self.of + square / 4 / self.of)
        return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


# (check, fault or CLEAN, kind of stretch) to its rate
Rates = dict[tuple[str, str, str], Rate]


def measure(stretches: Iterable[Stretch], folder: Path, checks: Collection[str] = tuple(CHECKS)) -> Rates:
    """`folder` is for what is packed on the way."""
    faults = [fault for fault in FAULTS if fault.check in checks]
    rates: Rates = defaultdict(Rate)
    for stretch in stretches:
        clean = recorded(stretch.pictures, stretch.sound)
        for name in checks:
            rates[name, CLEAN, stretch.kind].count(name, CHECKS[name].measure(clean))
        for fault in faults:
            dice = np.random.default_rng(zlib.crc32(f"{stretch.name} {fault.check} {fault.what}".encode()))
            pictures, sound = fault.spoil(stretch, dice)
            if sound is not None and fault.is_packed:
                sound = packed(sound, folder)
            spoiled = _with(clean, pictures, sound)
            rates[fault.check, fault.what, stretch.kind].count(fault.check, CHECKS[fault.check].measure(spoiled))
    return rates


def recorded(pictures: np.ndarray, sound: np.ndarray) -> Recorded:
    return Recorded(lambda: look_through(pictures, count=len(pictures)), lambda: listen(sound))


def _with(clean: Recorded, pictures: np.ndarray | None, sound: np.ndarray | None) -> Recorded:
    """The clean one with what was spoiled in its place."""
    seen = (
        (lambda: clean.seen) if pictures is None else lambda: look_through(pictures, count=len(pictures), finely=False)
    )
    return Recorded(seen, (lambda: clean.heard) if sound is None else lambda: listen(sound))
