"""Every check's faults, each in rising severity: what is done to a clean stretch, and which check should find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml.media.proxy import FRAME_RATE
from ml.media.sound import RATE
from ml.preflight.calibration import picture_faults as picture
from ml.preflight.calibration import sound_faults as sound
from ml.preflight.calibration.materials import Stretch

Spoiled = tuple[np.ndarray | None, np.ndarray | None]  # pictures and sound, None where nobody looks or listens
Spoil = Callable[[Stretch, np.random.Generator], Spoiled]


@dataclass(frozen=True)
class Fault:
    check: str
    what: str
    spoil: Spoil
    is_packed: bool = False  # by a phone, after the fault


def _seen(change: Callable[[np.ndarray, np.random.Generator], np.ndarray]) -> Spoil:
    return lambda stretch, dice: (change(stretch.pictures, dice), None)


def _heard(change: Callable[[np.ndarray, np.random.Generator], np.ndarray]) -> Spoil:
    return lambda stretch, dice: (None, change(stretch.sound, dice))


def _cut_out(seconds: float) -> Spoil:
    """So much is missing from a moment in the middle third on."""

    def spoil(stretch: Stretch, dice: np.random.Generator) -> Spoiled:
        begin = round(dice.uniform(3.0, 6.5 - seconds / 2) * FRAME_RATE)
        end = begin + round(seconds * FRAME_RATE)
        pictures = np.concatenate([stretch.pictures[:begin], stretch.pictures[end:]])
        samples = (round(frame * RATE / FRAME_RATE) for frame in (begin, end))
        first, last = samples
        return pictures, np.concatenate([stretch.sound[:first], stretch.sound[last:]])

    return spoil


def _late(milliseconds: int) -> Spoil:
    """The sound comes later, or earlier where it is below 0."""

    def spoil(stretch: Stretch, dice: np.random.Generator) -> Spoiled:
        return None, np.roll(stretch.sound, milliseconds * RATE // 1000)

    return spoil


FAULTS = (
    *(Fault("frame", f"camera turned away for {share:.0%}", _seen(lambda p, _, s=share: picture.turned_away(p, s)))
      for share in (0.25, 0.5, 1.0)),
    *(Fault("frame", f"hands gone for {share:.0%}", _seen(lambda p, _, s=share: picture.without_hands(p, s)))
      for share in (0.25, 0.5, 1.0)),
    *(Fault("dark", f"{stops} stops less light", _seen(lambda p, dice, s=stops: picture.darkened(p, s, dice)))
      for stops in (2, 4, 6)),
    *(Fault("shaky", f"wanders by {share:.1%} of the width",
            _seen(lambda p, dice, s=share: picture.shaken(p, s, FRAME_RATE, dice)))
      for share in (0.003, 0.01, 0.03)),
    *(Fault("cut", f"{seconds:g} s cut out", _cut_out(seconds)) for seconds in (0.5, 1.5, 3.0)),
    *(Fault("sync", f"{shift:+} ms", _late(shift)) for shift in (-500, -300, -160, -80, 80, 160, 300, 500)),
    Fault("piano", "speech instead", _heard(lambda x, dice: sound.spoken(len(x), dice)), is_packed=True),
    Fault("piano", "claps and knocks instead", _heard(lambda x, dice: sound.clapping(len(x), dice)), is_packed=True),
    Fault("piano", "a room's noise alone", _heard(lambda x, dice: 0.1 * sound.pink(len(x), dice)), is_packed=True),
    *(Fault("clipped", f"{share:.2%} of the samples cut off",
            _heard(lambda x, _, s=share: sound.overdriven(x, s)), is_packed=True)
      for share in (0.0003, 0.003, 0.03)),
    *(Fault("quiet", f"loud playing at {loud} dB", _heard(lambda x, _, g=loud: sound.attenuated(x, g)), is_packed=True)
      for loud in (-40, -50, -60)),
    *(Fault("noise", f"{below} dB below the loud playing",
            _heard(lambda x, dice, b=below: sound.noisy(x, b, dice)), is_packed=True)
      for below in (30, 20, 10)),
    *(Fault("pumping", f"gain up to {most} dB within {release} s",
            _heard(lambda x, dice, r=release, m=most: sound.corrected(x, r, m, dice)), is_packed=True)
      for release, most in ((1.0, 15), (0.3, 20), (0.1, 30))),
    *(Fault("silence", f"{seconds} s at the {'beginning' if first else 'end'}",
            _heard(lambda x, dice, s=seconds, f=first: sound.padded(x, s, first=f, dice=dice)), is_packed=True)
      for first in (True, False) for seconds in (4, 8, 15)),
)  # fmt: skip
