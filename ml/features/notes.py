"""Sound to notes: how strongly each semitone sounds and begins. What two performances are aligned by."""

from __future__ import annotations

import librosa
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from ml.media.sound import is_silent

Floats = NDArray[np.float32]

RATE = 22_050  # Hz
HOP = 441  # samples, so that
FRAMES = RATE // HOP  # there are 50 frames a second
WINDOW = 4096  # samples, 186 ms: semitones are told apart from 110 Hz on
KEYS = np.arange(24, 100)  # MIDI pitches; below C1 and above D#7 little is played
CHUNK = 1500  # frames taken at once, so that memory does not grow with the recording
CONTRAST = 100.0  # of the logarithm: how far soft notes are lifted beside loud ones
TUNED_BY = 60  # seconds from which the tuning is told
DECAY = 10  # frames until a beginning has faded


def sounding(sound: Floats) -> Floats:
    """[samples] at RATE to [frames, keys]: the logarithm of each semitone's power, the loudest moments near 4.6.

    Frame i lies at i / FRAMES seconds. The piano's own tuning is told first and the semitones put there.
    """
    bank = _semitones(_tuning(sound))
    frames = len(sound) // HOP + 1
    padded = np.pad(sound, WINDOW // 2)
    pieces = []
    for begin in range(0, frames, CHUNK):
        end = min(begin + CHUNK, frames)
        stretch = padded[begin * HOP : (end - 1) * HOP + WINDOW]
        spectrum = librosa.stft(stretch, n_fft=WINDOW, hop_length=HOP, center=False)
        pieces.append((bank @ np.abs(spectrum) ** 2).T.astype(np.float32))
    power = np.concatenate(pieces)
    loud = float(np.percentile(power.max(axis=1), 99)) or 1.0
    return np.log1p(CONTRAST * power / loud)


def beginning(sounding: Floats) -> Floats:
    """[frames, keys] to the same: how each semitone rises, against the strongest rise within a second; it fades out
    over DECAY frames (Ewert, Müller and Grosche, High resolution audio synchronization using chroma onset features,
    ICASSP 2009).
    """
    rise = np.maximum(np.diff(sounding, axis=0, prepend=sounding[:1]), 0)
    strongest = maximum_filter1d(np.linalg.norm(rise, axis=1), 2 * FRAMES + 1)
    rise /= np.maximum(strongest, 0.05)[:, None]
    faded = rise.copy()
    for age in range(1, min(DECAY, len(rise))):
        np.maximum(faded[age:], np.sqrt(1 - age / DECAY) * rise[:-age], out=faded[age:])
    return faded


def _tuning(sound: Floats) -> float:
    """How far the piano stands from 440 Hz, in semitones."""
    if is_silent(sound):
        return 0.0
    spectrum = np.abs(librosa.stft(sound[: TUNED_BY * RATE], n_fft=WINDOW, hop_length=WINDOW // 2))
    return float(librosa.estimate_tuning(S=spectrum, sr=RATE, n_fft=WINDOW))


def _semitones(tuning: float) -> Floats:
    """[keys, lines]: a bell over each semitone, never narrower than the spectrum's lines stand apart."""
    lines = librosa.fft_frequencies(sr=RATE, n_fft=WINDOW)
    lines[0] = 1e-3
    apart = 12 * np.log2(1 + RATE / WINDOW / librosa.midi_to_hz(KEYS))
    away = librosa.hz_to_midi(lines) - tuning - KEYS[:, None]
    return np.exp(-0.5 * (away / np.maximum(0.5, 0.7 * apart)[:, None]) ** 2).astype(np.float32)
