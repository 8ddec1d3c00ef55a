"""What can be counted in the notes themselves, and in the sound: cheap descriptions of how a segment was played.

The notes stand in for a perfect transcription of the sound; a real one would hear less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml.benchmarks.percepiano.midi import Note, Playing
from ml.benchmarks.percepiano.ratings import Floats
from ml.features.mel import AMIN, mel_bank

TOGETHER = 0.05  # seconds: notes that begin within it are one chord
DOWN = 64  # pedal value from which the dampers are off
WINDOW, HOP = 2048, 1024  # samples, of the sound's statistics
FULL_SCALE = 10**3.6  # mel power of 0 dB: fixed, so that loudness survives
POOL = 4  # neighbouring mel bands taken together
KINDS = ("timing", "dynamics", "articulation", "pedal", "pitch")


def note_features(playing: Playing) -> dict[str, Floats]:
    """One vector for each of KINDS."""
    chords = _chords(playing.notes)
    return {
        "timing": _timing(chords),
        "dynamics": _dynamics(playing.notes, chords),
        "articulation": _articulation(playing.notes, chords),
        "pedal": _pedal(playing),
        "pitch": _spread([note.pitch for note in playing.notes]),
    }


def score_features(playing: Playing, score: Playing) -> Floats:
    """How the playing departs from the rendering of its score: tempo curve, rubato, voices, velocities, lengths.

    Notes are matched as the k-th of their pitch, where both hold that pitch equally often.
    """
    pairs = matched(playing, score)
    if len(pairs) < 4:
        return np.zeros(22)
    by_onset: dict[float, list[tuple[Note, Note]]] = defaultdict(list)
    for played, written in pairs:
        by_onset[round(written.onset, 3)].append((played, written))
    beats = np.array(sorted(by_onset))
    struck = np.array([np.median([played.onset for played, _ in by_onset[beat]]) for beat in beats])
    steps, times = np.diff(beats), np.maximum(np.diff(struck), 0.01)
    tempo = np.log(times / steps)
    overall = np.log(max(struck[-1] - struck[0], 0.1) / max(beats[-1] - beats[0], 0.1))
    place = np.linspace(-1, 1, len(tempo))
    curve = np.polyfit(place, tempo, 2) if len(tempo) > 3 else np.zeros(3)
    smooth = np.convolve(np.pad(tempo, 2, "edge"), np.ones(5) / 5, "valid") if len(tempo) else tempo
    chords = [group for group in by_onset.values() if len(group) > 1]
    uneven = [np.std([played.onset for played, _ in group]) for group in chords]
    lead = [
        np.mean([p.onset for p, _ in group]) - max(group, key=lambda pair: pair[0].pitch)[0].onset for group in chords
    ]
    voiced = [
        max(group, key=lambda pair: pair[0].pitch)[0].velocity - np.mean([p.velocity for p, _ in group])
        for group in chords
    ]
    held = np.log([max(p.offset - p.onset, 0.02) / max(s.offset - s.onset, 0.02) for p, s in pairs]) - overall
    tail = max(1, len(tempo) // 7)
    values = [overall, *curve[:2], tempo.std(), smooth.std(), (tempo - smooth).std(), _lag(tempo), np.ptp(smooth)]
    values += [tempo[-tail:].mean() - tempo.mean(), np.abs(np.diff(smooth)).mean() if len(smooth) > 1 else 0.0]
    values += [*_mean_std(uneven), *_mean_std(lead), *_mean_std(voiced), *_mean_std(held)]
    values += [
        *np.percentile(held, [10, 90]),
        len(playing.notes) / max(1, len(score.notes)),
        len(pairs) / len(score.notes),
    ]
    return np.nan_to_num(np.array(values, float))


def matched(playing: Playing, score: Playing) -> list[tuple[Note, Note]]:
    """(played, written) pairs in the score's order."""
    played, written = _by_pitch(playing.notes), _by_pitch(score.notes)
    pairs = [
        pair
        for pitch, notes in written.items()
        if len(played.get(pitch, ())) == len(notes)
        for pair in zip(played[pitch], notes, strict=True)
    ]
    return sorted(pairs, key=lambda pair: (pair[1].onset, pair[1].pitch))


def sound_features(sound: NDArray[np.float32]) -> Floats:
    """Statistics of the log-mel against a fixed reference: each pooled band's level, spread and movement; loudness."""
    mel = np.log10(np.maximum(_power(sound) @ _bank(), AMIN) / FULL_SCALE) * 10
    bands = np.clip(mel, -80, 0).reshape(len(mel), -1, POOL).mean(axis=2)
    moved = np.diff(bands, axis=0) if len(bands) > 1 else np.zeros_like(bands)
    loud = bands.max(axis=1)
    rising = np.maximum(moved, 0).mean(axis=1)
    parts = [bands.mean(axis=0), bands.std(axis=0), *np.percentile(bands, [10, 90], axis=0), np.abs(moved).mean(axis=0)]
    parts += [_spread(loud), _spread(rising), np.array([len(sound) / 44_100, _slope(loud), _lag(rising)])]
    return np.concatenate(parts)


def _power(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """[columns, WINDOW // 2 + 1]; silence before a sound shorter than a window."""
    padded = np.pad(sound, (0, max(0, WINDOW - len(sound))))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    return np.abs(np.fft.rfft(pieces * window, axis=1)).astype(np.float32) ** 2


def _bank() -> NDArray[np.float32]:
    return mel_bank(n_fft=WINDOW).astype(np.float32)


def _chords(notes: Sequence[Note]) -> list[list[Note]]:
    chords: list[list[Note]] = []
    for note in sorted(notes):
        if chords and note.onset - chords[-1][0].onset < TOGETHER:
            chords[-1].append(note)
        else:
            chords.append([note])
    return chords


def _timing(chords: list[list[Note]]) -> Floats:
    onsets = np.array([chord[0].onset for chord in chords])
    gaps = np.log(np.maximum(np.diff(onsets), 0.01)) if len(onsets) > 1 else np.zeros(1)
    uneven = [np.std([note.onset for note in chord]) for chord in chords if len(chord) > 1]
    third = max(1, len(gaps) // 3)
    long = onsets[-1] - onsets[0] if len(onsets) > 1 else 0.0
    values = [
        np.log1p(long),
        len(chords) / max(long, 0.1),
        sum(map(len, chords)) / max(long, 0.1),
        _lag(gaps),
        _slope(gaps),
    ]
    values += [gaps[-third:].mean() - gaps[:third].mean(), np.abs(np.diff(gaps)).mean() if len(gaps) > 1 else 0.0]
    return np.concatenate([np.array([*values, *_mean_std(uneven)]), _spread(gaps)])


def _dynamics(notes: Sequence[Note], chords: list[list[Note]]) -> Floats:
    force = np.array([note.velocity for note in notes], float)
    pitch = np.array([note.pitch for note in notes], float)
    tops = np.array([max(chord, key=lambda note: note.pitch).velocity for chord in chords], float)
    lows = np.array([min(chord, key=lambda note: note.pitch).velocity for chord in chords], float)
    peaks = np.array([max(note.velocity for note in chord) for chord in chords], float)
    tilt = np.polyfit(pitch, force, 1)[0] if np.ptp(pitch) > 0 else 0.0
    jumps = np.abs(np.diff(peaks)).mean() if len(peaks) > 1 else 0.0
    values = [tilt, jumps, (tops - lows).mean(), tops.mean(), lows.mean(), _lag(peaks), _slope(peaks), force.max()]
    return np.concatenate([np.array(values), _spread(force)])


def _articulation(notes: Sequence[Note], chords: list[list[Note]]) -> Floats:
    held = np.log([max(note.offset - note.onset, 0.02) for note in notes])
    following = [(chord, after[0].onset - chord[0].onset) for chord, after in pairwise(chords)]
    joined = [np.log(max(n.offset - n.onset, 0.02) / max(gap, 0.02)) for chord, gap in following for n in chord]
    overlapping = float(np.mean(np.array(joined) > 0)) if joined else 0.0
    return np.concatenate([_spread(held), _spread(joined or [0.0]), np.array([overlapping])])


def _pedal(playing: Playing) -> Floats:
    """Of each pedal: share of time down, mean depth, presses a second, share half down, longest; then the
    share of notes that begin under the sustaining one."""
    end = max(playing.end, 0.1)
    values: list[float] = []
    for changes in (playing.sustain, playing.soft):
        at = np.clip([0.0, *(when for when, _ in changes), end], 0.0, end)
        depth = np.array([0, *(value for _, value in changes)], float)
        span = np.diff(at)
        presses = int(((depth[1:] >= DOWN) & (depth[:-1] < DOWN)).sum())
        half = (depth > 10) & (depth < 100)
        values += [(span @ (depth >= DOWN)) / end, (span @ depth) / end / 127, presses / end, (span @ half) / end]
        values.append(float(np.log1p(span[depth >= DOWN].max())) if (depth >= DOWN).any() else 0.0)
    depth = np.array([0, *(value for _, value in playing.sustain)])
    before = np.searchsorted([when for when, _ in playing.sustain], [note.onset for note in playing.notes])
    return np.array([*values, float(np.mean(depth[before] >= DOWN))])


def _by_pitch(notes: Sequence[Note]) -> dict[int, list[Note]]:
    found: dict[int, list[Note]] = defaultdict(list)
    for note in sorted(notes):
        found[note.pitch].append(note)
    return found


def _spread(values: Sequence[float] | Floats) -> Floats:
    array = np.asarray(values, float)
    return np.array([array.mean(), array.std(), *np.percentile(array, [5, 25, 50, 75, 95])])


def _mean_std(values: Sequence[float] | Floats) -> tuple[float, float]:
    return (float(np.mean(values)), float(np.std(values))) if len(values) else (0.0, 0.0)


def _lag(values: Floats) -> float:
    """Correlation of each value with the next."""
    if len(values) < 3 or np.std(values[1:]) < 1e-9 or np.std(values[:-1]) < 1e-9:
        return 0.0
    return float(np.corrcoef(values[1:], values[:-1])[0, 1])


def _slope(values: Floats) -> float:
    return float(np.polyfit(np.linspace(0, 1, len(values)), values, 1)[0]) if len(values) > 1 else 0.0
