"""The notation of the passages and what is read from it.

One hand is one string. A token is one of

- a duration letter that holds until the next one: ``w h q e s t`` (whole to thirty-second), dotted as ``q.``,
- a note ``C#4``, ``Bb3`` (middle C is C4) or a chord ``C4+E4+G4``, with optional fingers ``C4/1`` or ``C4+E4/1.3`` and
  an optional sounding length in beats ``C4=2`` when the finger stays down longer than the written step,
- a rest ``r``, and a bar line ``|``, which is checked against the metre.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from ml.recital.fingering import finger

BEATS = {
    "w": Fraction(4),
    "h": Fraction(2),
    "q": Fraction(1),
    "e": Fraction(1, 2),
    "s": Fraction(1, 4),
    "t": Fraction(1, 8),
}
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
NOTE = re.compile(
    r"(?P<pitches>[A-G][#b]?\d(?:\+[A-G][#b]?\d)*)(?:/(?P<fingers>[1-5](?:\.[1-5])*))?(?:=(?P<hold>[\d.]+))?$"
)


class NotationError(ValueError):
    """A passage is not written as the notation asks."""


@dataclass(frozen=True)
class Note:
    """One written note: beats from the start and sounding beats (quarters), MIDI pitch, hand 'L' or 'R', finger 1 to
    5.
    """

    beat: float
    beats: float
    pitch: int
    hand: str
    finger: int


@dataclass(frozen=True)
class Piece:
    """A passage: notes in order of time, normal tempo in quarters a minute, pedal changes every so many beats (0:
    none).
    """

    slug: str
    title: str
    composer: str
    tempo: float
    metre: float
    pedal: float
    difficulty: int
    notes: tuple[Note, ...]

    @property
    def beats(self) -> float:
        """Length in quarters."""
        return max(note.beat + note.beats for note in self.notes)


def pitch_of(name: str) -> int:
    """'C4' is 60."""
    accidental = {"#": 1, "b": -1}.get(name[1], 0)
    return 12 * (int(name[-1]) + 1) + STEPS[name[0]] + accidental


def hand_to_notes(text: str, hand: str, metre: float, pickup: float = 0.0) -> list[Note]:
    """Read one hand; raises NotationError naming the bar that is wrong."""
    step, beat, bar, bar_start = Fraction(1), Fraction(0), 1, Fraction(0)
    chords: list[tuple[Fraction, Fraction, tuple[int, ...], tuple[int, ...] | None]] = []
    for token in text.split():
        if token == "|":
            expected = Fraction(pickup) if bar == 1 and pickup else Fraction(metre)
            if beat - bar_start != expected:
                raise NotationError(
                    f"bar {bar} of hand {hand} holds {float(beat - bar_start)} beats, not {float(expected)}"
                )
            bar, bar_start = bar + 1, beat
        elif token.rstrip(".") in BEATS:
            step = BEATS[token.rstrip(".")] * (Fraction(3, 2) if token.endswith(".") else 1)
        elif token == "r":
            beat += step
        elif match := NOTE.match(token):
            pitches = tuple(pitch_of(name) for name in match["pitches"].split("+"))
            fingers = tuple(int(digit) for digit in match["fingers"].split(".")) if match["fingers"] else None
            if fingers and len(fingers) != len(pitches):
                raise NotationError(f"{token} names {len(fingers)} fingers for {len(pitches)} notes")
            hold = Fraction(match["hold"]) if match["hold"] else step
            chords.append((beat, hold, pitches, fingers))
            beat += step
        else:
            raise NotationError(f"{token!r} in bar {bar} of hand {hand} is neither note, rest, duration nor bar line")
    fingered = finger([(pitches, fingers) for _, _, pitches, fingers in chords], hand)
    return [
        Note(float(start), float(hold), pitch, hand, digit)
        for (start, hold, pitches, _), digits in zip(chords, fingered, strict=True)
        for pitch, digit in zip(pitches, digits, strict=True)
    ]
