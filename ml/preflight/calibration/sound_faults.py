"""Faults of the sound, put into samples [n] float32 at 44.1 kHz."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d
from scipy.signal import lfilter

from ml.media.sound import RATE
from ml.preflight.heard import listen

Sound = np.ndarray


def overdriven(sound: Sound, share: float) -> Sound:
    """So loud that `share` of all samples are cut off at full scale."""
    top = float(np.quantile(np.abs(sound), 1 - share)) or 1.0
    return np.clip(sound / top, -1, 1).astype(np.float32)


def attenuated(sound: Sound, loud: float) -> Sound:
    """Its loud playing brought to `loud` dB below full scale, in the 16 bits of a phone."""
    quiet = sound * 10 ** ((loud - listen(sound).loud) / 20)
    return (np.round(quiet * 32767) / 32767).astype(np.float32)


def noisy(sound: Sound, below: float, dice: np.random.Generator) -> Sound:
    """Pink noise `below` dB below the loud playing."""
    noise = pink(len(sound), dice)
    return np.clip(sound + noise * 10 ** ((listen(sound).loud - below - listen(noise).loud) / 20), -1, 1)


def pink(count: int, dice: np.random.Generator) -> Sound:
    """Noise that falls by 3 dB an octave, as a room's does."""
    spectrum = np.fft.rfft(dice.standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    noise = np.fft.irfft(spectrum, count)
    return (noise / np.abs(noise).max()).astype(np.float32)


def corrected(sound: Sound, release: float, most: float, dice: np.random.Generator) -> Sound:
    """A phone's automatic gain: up to `most` dB towards one loudness, down within 10 ms, up again in `release` s."""
    sound = noisy(sound, 55.0, dice)
    step = RATE // 1000
    peaks = np.abs(sound[: len(sound) // step * step]).reshape(-1, step).max(axis=1)
    held = maximum_filter1d(peaks, 20)
    target = float(np.quantile(held, 0.95))
    wanted = np.minimum(20 * np.log10(target / np.maximum(held, 1e-6)), most)
    gain, now = np.empty_like(wanted), 0.0
    for index, want in enumerate(wanted):
        now += (want - now) * (1 - np.exp(-0.001 / (release if want > now else 0.01)))
        gain[index] = now
    smooth = np.interp(np.arange(len(sound)), np.arange(len(gain)) * step, gain)
    return np.clip(0.7 * sound * 10 ** (smooth / 20) / max(target, 1e-6), -1, 1).astype(np.float32)


def padded(sound: Sound, seconds: float, *, first: bool, dice: np.random.Generator) -> Sound:
    """Room noise of 60 dB below the loud playing before or after it."""
    room = pink(round(seconds * RATE), dice) * 10 ** ((listen(sound).loud - 60) / 20)
    return np.concatenate([room, sound] if first else [sound, room]).astype(np.float32)


def spoken(count: int, dice: np.random.Generator) -> Sound:
    """Like speech: syllables of a gliding voice through three formants, hisses between them, and pauses."""
    out, at = np.zeros(count, np.float32), 0
    while at < count:
        length = round(dice.uniform(0.12, 0.35) * RATE)
        pitch = np.cumsum(np.linspace(*dice.uniform(90, 240, 2), length)) / RATE
        voice = (pitch % 1.0 < 0.1) - 0.1 + 0.05 * dice.standard_normal(length)
        for formant, width in zip((dice.uniform(300, 800), dice.uniform(900, 2200), 2800), (80, 120, 200), strict=True):
            pole = np.exp((-np.pi * width + 2j * np.pi * formant) / RATE)
            voice = lfilter([1.0], [1.0, -2 * pole.real, abs(pole) ** 2], voice)
        voice *= np.hanning(length) / max(np.abs(voice).max(), 1e-9)
        piece = out[at : at + length]
        piece += (0.4 * voice[: len(piece)]).astype(np.float32)
        at += length + round(dice.choice([0.02, 0.05, 0.4]) * RATE)
    return out


def clapping(count: int, dice: np.random.Generator) -> Sound:
    """Claps and knocks in a quiet room."""
    out = 0.002 * pink(count, dice)
    for at in dice.integers(0, max(1, count - RATE), count // RATE * 3):
        fade = np.exp(-np.arange(RATE // 10) / (0.012 * RATE))
        out[at : at + RATE // 10] += (dice.uniform(0.2, 0.8) * fade * dice.standard_normal(len(fade))).astype(
            np.float32
        )
    return np.clip(out, -1, 1)
