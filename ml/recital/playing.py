"""From the score to what is played: the sounding notes of one performance, with the slips its skill brings."""

from dataclasses import dataclass, replace

import numpy as np

from ml.recital.keyboard import WHITE, key_x
from ml.recital.nuisance import Nuisances
from ml.recital.pieces import PIECES
from ml.recital.recital import Recital, stream
from ml.recital.score import Note, Piece
from ml.recital.skill import Skill

LOWEST_KEY, HIGHEST_KEY = 21, 108
SHORTEST = 0.07  # s, a key that was touched at all
SPAN = 62.0  # mm a hand can be away from its place and still hold a key
LEAVE = 0.25  # s it sets out before the next note
TAIL = 1.4  # s of ringing after the last note


@dataclass(frozen=True)
class Played:
    """One key that went down: seconds from the start, MIDI pitch, velocity (1..127), hand 'L' or 'R', finger 1..5."""

    onset: float
    offset: float
    pitch: int
    velocity: float
    hand: str
    finger: int
    slip: bool = False


@dataclass(frozen=True)
class Performance:
    """What was played: notes by onset, stretches of pedal (down, up), length in seconds, and counts of what went
    wrong.
    """

    notes: tuple[Played, ...]
    pedal: tuple[tuple[float, float], ...]
    seconds: float
    stops: int
    restarts: int


@dataclass(frozen=True)
class Step:
    """Notes written at one beat, and the second they are meant for."""

    time: float
    beat: float
    seconds_a_beat: float
    notes: tuple[Note, ...]


def steps_of(piece: Piece) -> list[tuple[float, tuple[Note, ...]]]:
    """Notes of the score gathered by beat."""
    beats = sorted({note.beat for note in piece.notes})
    return [(beat, tuple(note for note in piece.notes if note.beat == beat)) for beat in beats]


def walk(
    piece: Piece, skill: Skill, nuisances: Nuisances, random: np.random.Generator, until: float
) -> tuple[list[Step], int, int]:
    """Go through the score in time: tempo with its wander, stops, going back. ``until`` repeats the passage to that
    second.
    """
    score = steps_of(piece)
    period = 60.0 / (piece.tempo * nuisances.between("tempo", 0.82, 1.12))
    wander, time, index, stops, restarts, cycle = 0.0, nuisances.between("lead", 0.5, 1.2), 0, 0, 0, 0.0
    steps: list[Step] = []
    fresh = 0  # steps to be played before the next restart may come
    while True:
        beat, notes = score[index]
        wander = 0.93 * wander + np.sqrt(1 - 0.93**2) * skill["drift"] * random.standard_normal()
        pace = period * float(np.exp(np.clip(wander, -0.6, 0.6)))
        steps.append(Step(time, cycle + beat, pace, notes))
        following = score[index + 1][0] if index + 1 < len(score) else piece.beats
        time += (following - beat) * pace
        stop, back, length = random.random(3)
        if stop < skill["hesitation"]:
            time += skill["hesitation_length"] * (0.4 + 1.2 * length)
            stops += 1
        fresh = max(0, fresh - 1)
        if back < skill["restart"] and fresh == 0 and index >= 3:
            index, fresh, restarts = max(0, index - 3), 10, restarts + 1
            time += skill["hesitation_length"] * (0.5 + length)
            continue
        index += 1
        if index == len(score):
            if time >= until:
                return steps, stops, restarts
            index, cycle = 0, cycle + piece.beats
        if until and time >= until:
            return steps, stops, restarts


def loudness(note: Note, beat: float, top: bool, piece: Piece, skill: Skill, base: float) -> float:
    """The velocity that is meant: a phrase swells over four bars, the melody stands out, the bar's first beat leans."""
    phrase = 4 * piece.metre
    arc = skill["arc"] * (np.sin(np.pi * (beat % phrase) / phrase) - 0.6)
    accent = 0.25 * skill["arc"] if beat % piece.metre < 1e-6 else 0.0
    return float(base + arc + accent + (0.5 if top else -0.5) * skill["voicing"])


def neighbour(pitch: int, random: np.random.Generator) -> int:
    """The key beside, a semitone or a tone away."""
    return int(np.clip(pitch + random.choice([-2, -1, -1, 1, 1, 2]), LOWEST_KEY, HIGHEST_KEY))


def play(recital: Recital, skill: Skill, nuisances: Nuisances) -> Performance:
    """The performance: everything random follows from the seed."""
    random = stream(recital, "playing")
    piece = PIECES[nuisances.piece]
    until = recital.seconds - TAIL if recital.seconds else 0.0
    steps, stops, restarts = walk(piece, skill, nuisances, random, until)
    base = nuisances.between("loudness", 58.0, 76.0)
    played: list[Played] = []
    for step in steps:
        apart = {"L": random.standard_normal() * skill["hands_apart"], "R": 0.0}
        for note in step.notes:
            scatter, uneven, ragged = random.standard_normal(3)
            wrong, missed, brushed = random.random(3)
            top = note.hand == "R" and note.pitch == max(other.pitch for other in step.notes)
            onset = max(0.15, step.time + apart[note.hand] + scatter * skill["scatter"])
            length = note.beats * step.seconds_a_beat * float(np.clip(0.96 + ragged * skill["ragged"], 0.25, 1.7))
            velocity = float(
                np.clip(loudness(note, step.beat, top, piece, skill, base) + uneven * skill["uneven"], 12, 125)
            )
            if missed < skill["missed"]:
                continue
            slip = wrong < skill["wrong"]
            pitch = neighbour(note.pitch, random) if slip else note.pitch
            played.append(Played(onset, onset + max(SHORTEST, length), pitch, velocity, note.hand, note.finger, slip))
            if brushed < skill["brushed"]:
                beside = neighbour(pitch, random)
                later = onset + 0.02 * random.random()
                played.append(
                    Played(
                        later,
                        later + SHORTEST + 0.1 * random.random(),
                        beside,
                        0.6 * velocity,
                        note.hand,
                        note.finger,
                        True,
                    )
                )
    end = recital.seconds or max(step.time for step in steps) + 2 * TAIL
    notes = one_key_at_a_time(let_go(played), end)
    return Performance(notes, pedal_of(piece, steps, skill, random, end), end, stops, restarts)


def hand_place(note: Played) -> float:
    """Where the hand's middle lies when a finger of it is on a key, mm."""
    return key_x(note.pitch) - (1 if note.hand == "R" else -1) * (note.finger - 3) * WHITE


def let_go(played: list[Played]) -> list[Played]:
    """A hand that has to be elsewhere leaves its keys; only the pedal can hold them then."""
    kept: list[Played] = []
    for hand in "LR":
        own = sorted((note for note in played if note.hand == hand), key=lambda note: note.onset)
        for index, note in enumerate(own):
            offset = note.offset
            for later in own[index + 1 :]:
                if later.onset - LEAVE >= offset:
                    break
                gap = later.onset - note.onset
                if gap > 0.1 and abs(hand_place(later) - hand_place(note)) > SPAN:
                    offset = max(note.onset + SHORTEST, min(offset, later.onset - min(LEAVE, 0.4 * gap)))
                    break
            kept.append(replace(note, offset=offset))
    return kept


def one_key_at_a_time(played: list[Played], end: float) -> tuple[Played, ...]:
    """A key is let go before it is struck again, and nothing sounds past the end."""
    following: dict[int, float] = {}
    notes: list[Played] = []
    for note in sorted(played, key=lambda note: note.onset, reverse=True):
        if note.onset > end - 0.3 or following.get(note.pitch, end) - note.onset < SHORTEST:
            continue
        offset = min(note.offset, following.get(note.pitch, end) - 0.03)
        following[note.pitch] = note.onset
        notes.append(replace(note, offset=offset))
    return tuple(reversed(notes))


def pedal_of(
    piece: Piece, steps: list[Step], skill: Skill, random: np.random.Generator, end: float
) -> tuple[tuple[float, float], ...]:
    """Stretches of pedal. The foot goes up as the harmony changes and down just after it: late or not at all if weak.

    Where the score asks for none, a weak player uses some all the same: changes come every bar, and the foot rests on
    it.
    """
    every = piece.pedal or piece.metre
    changes: list[float] = []
    last = None
    for step in steps:
        if last is None or int(step.beat / every) != int(last / every):
            changes.append(step.time)
        last = step.beat
    stretches: list[tuple[float, float]] = []
    down = None
    dry = piece.pedal == 0
    share = min(1.0, skill["pedal_forgotten"] * 1.6)
    for change, following in zip(changes, [*changes[1:], end], strict=True):
        forgotten, foot, late = random.random(3)
        if down is not None and forgotten < skill["pedal_forgotten"]:
            continue
        up = change + skill["pedal_late"] * (0.6 + 0.8 * late)
        if down is not None:
            stretches.append((down, min(up, end)))
            down = None
        if not dry:
            down = min(up + 0.06, end)
        elif foot < share:
            down, up = change + 0.1, min(following, change + 0.1 + 2.5 * skill["pedal_late"])
            stretches.append((down, up))
            down = None
    if down is not None and down < end:
        stretches.append((down, end))
    return tuple(stretch for stretch in stretches if stretch[1] > stretch[0])
