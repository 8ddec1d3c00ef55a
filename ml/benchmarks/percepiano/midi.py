"""Standard MIDI files: which notes and which pedal, in seconds. Small, and safe on broken files.

Source: the Standard MIDI Files 1.0 specification (MIDI Manufacturers Association, RP-001).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

TEMPO = 500_000  # microseconds per quarter note until a file says otherwise
SUSTAIN, SOFT = 64, 67  # controller numbers
LARGEST = 4_000_000  # bytes; a segment's file has some thousand
DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
END, SET_TEMPO = 0x2F, 0x51  # meta events
WRITE_DIVISION = 1000  # ticks per quarter note of what we write: at TEMPO half a millisecond each


class BadMidi(ValueError):
    """These bytes are no MIDI file that can be read, and why."""


@dataclass(frozen=True, order=True)
class Note:
    """Key down from `onset` to `offset` seconds; MIDI pitch and velocity (1 to 127)."""

    onset: float
    offset: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Playing:
    """Notes by onset; pedals as (seconds, value 0 to 127)."""

    notes: tuple[Note, ...]
    sustain: tuple[tuple[float, int], ...] = ()
    soft: tuple[tuple[float, int], ...] = ()

    @property
    def end(self) -> float:
        """When the last key comes up, in seconds."""
        return max((note.offset for note in self.notes), default=0.0)


Event = tuple[int, int, int, int]  # tick, status without channel (or a meta's 0x100 + type), two values


def read(data: bytes) -> Playing:
    """Format 0 or 1. All channels are one piano; a note struck again while it sounds ends there.

    Raises BadMidi for what is no such file, is cut short, or has no note.
    """
    if len(data) > LARGEST:
        raise BadMidi("the file is too large for a short performance")
    try:
        return _playing(*_events(data))
    except (IndexError, struct.error):
        raise BadMidi("the file ends in the middle of something") from None


def _events(data: bytes) -> tuple[int, list[Event]]:
    """Ticks per quarter note, and every track's events by tick."""
    if data[:4] != b"MThd":
        raise BadMidi("it does not begin as a MIDI file")
    length, form, tracks, division = struct.unpack(">IHHH", data[4:14])
    if form > 1:
        raise BadMidi(f"format {form} is not read, only 0 and 1")
    if division & 0x8000 or division == 0:
        raise BadMidi("its time is not counted in quarter notes")
    events: list[Event] = []
    at = 8 + length
    while tracks and at < len(data):
        kind, size = struct.unpack(">4sI", data[at : at + 8])
        at += 8
        if at + size > len(data):
            raise BadMidi("the file ends in the middle of a track")
        if kind == b"MTrk":
            events += _track(data[at : at + size])
            tracks -= 1
        at += size
    if tracks:
        raise BadMidi("a track that was announced is missing")
    return division, sorted(events, key=lambda event: event[0])


def _track(data: bytes) -> list[Event]:
    events: list[Event] = []
    at, tick, status = 0, 0, 0
    while at < len(data):
        wait, at = _variable(data, at)
        tick += wait
        first = data[at]
        if first == 0xFF:
            kind = data[at + 1]
            size, at = _variable(data, at + 2)
            if kind == SET_TEMPO:
                events.append((tick, 0x100 + SET_TEMPO, int.from_bytes(data[at : at + 3], "big"), 0))
            at += size
            status = 0  # a meta event ends running status
            if kind == END:
                break
        elif first in (0xF0, 0xF7):
            size, at = _variable(data, at + 1)
            at += size
            status = 0
        else:
            if first & 0x80:
                status, at = first, at + 1
            if not 0x80 <= status < 0xF0:
                raise BadMidi("a value stands where an event should begin")
            count = DATA_BYTES[status & 0xF0]
            values = data[at], data[at + 1] if count == 2 else 0
            if max(values) > 127:
                raise BadMidi("an event stands where a value should be")
            events.append((tick, status & 0xF0, *values))
            at += count
    return events


def _variable(data: bytes, at: int) -> tuple[int, int]:
    """A variable-length quantity (seven bits a byte, four bytes at most), and where it ends."""
    value = 0
    for count in range(4):
        byte = data[at + count]
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at + count + 1
    raise BadMidi("a length is longer than four bytes")


def _playing(division: int, events: list[Event]) -> Playing:
    notes: list[Note] = []
    down: dict[int, tuple[float, int]] = {}
    pedals: dict[int, list[tuple[float, int]]] = {SUSTAIN: [], SOFT: []}
    now, tick, tempo = 0.0, 0, TEMPO

    def lift(pitch: int) -> None:
        if pitch in down:
            onset, velocity = down.pop(pitch)
            notes.append(Note(onset, now, pitch, velocity))

    for at, status, first, second in events:
        now += (at - tick) * tempo / 1e6 / division
        tick = at
        if status == 0x100 + SET_TEMPO:
            tempo = first or TEMPO
        elif status == 0x90 and second:
            lift(first)
            down[first] = now, second
        elif status in (0x80, 0x90):
            lift(first)
        elif status == 0xB0 and first in pedals:
            pedals[first].append((now, second))
    for pitch in list(down):
        lift(pitch)
    if not notes:
        raise BadMidi("it holds no note")
    return Playing(tuple(sorted(notes)), tuple(pedals[SUSTAIN]), tuple(pedals[SOFT]))


def write(playing: Playing, *, tail: float = 0.0) -> bytes:
    """A format-0 file of the notes and pedals up to `tail` seconds after the last key comes up, and nothing later."""
    end = playing.end + tail
    events: list[tuple[float, int, bytes]] = []
    for note in playing.notes:
        events.append((note.onset, 2, bytes((0x90, note.pitch, note.velocity))))
        events.append((note.offset, 0, bytes((0x80, note.pitch, 64))))
    for number, changes in ((SUSTAIN, playing.sustain), (SOFT, playing.soft)):
        events += [(at, 1, bytes((0xB0, number, value))) for at, value in changes if at <= end]
    body, before = bytearray(), 0
    for at, _, message in [*sorted(events), (end, 3, bytes((0xFF, END, 0)))]:
        tick = round(at * 1e6 / TEMPO * WRITE_DIVISION)
        body += _as_variable(max(0, tick - before)) + message
        before = max(before, tick)
    header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, WRITE_DIVISION)
    return header + struct.pack(">4sI", b"MTrk", len(body)) + bytes(body)


def _as_variable(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))
