"""The log-mel against the formula written out in numpy: librosa's melspectrogram and power_to_db."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ml.features.mel import mel_bank
from ml.features.sound import FULL_SCALE, log_mel

RATE, N_FFT, HOP, BANDS = 44_100, 2048, 512, 128


def chord(seconds: float = 1.0, loudness: float = 0.3) -> np.ndarray:
    moments = np.arange(round(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * pitch * moments) / k for k, pitch in enumerate((220.0, 277.2, 329.6, 1760.0), 1))
    noise = np.random.default_rng(1).normal(size=moments.size) * 0.01
    return (loudness * (tones * np.exp(-3 * moments) + noise)).astype(np.float32)


def written_out(sound: np.ndarray) -> np.ndarray:
    """[bands, frames] mel power: Hann windows centred on every hop, zeros beyond the edges, Slaney's triangles."""
    padded = np.pad(sound.astype(np.float64), N_FFT // 2)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)
    starts = range(0, len(padded) - N_FFT + 1, HOP)
    power = np.stack([np.abs(np.fft.rfft(padded[start : start + N_FFT] * window)) ** 2 for start in starts], axis=1)
    return triangles() @ power


def triangles() -> np.ndarray:
    """[bands, lines], by loops: linear to 1 kHz, logarithmic above, each of area 1."""

    def mel(hz: float) -> float:
        return 3 * hz / 200 if hz < 1000 else 15 + 27 * np.log(hz / 1000) / np.log(6.4)

    def hz(mels: float) -> float:
        return 200 * mels / 3 if mels < 15 else 1000 * 6.4 ** ((mels - 15) / 27)

    corners = [hz(mels) for mels in np.linspace(mel(20.0), mel(8300.0), BANDS + 2)]
    bank = np.zeros((BANDS, N_FFT // 2 + 1))
    for band in range(BANDS):
        low, middle, high = corners[band : band + 3]
        for line in range(N_FFT // 2 + 1):
            pitch = line * RATE / N_FFT
            slope = min((pitch - low) / (middle - low), (high - pitch) / (high - middle))
            bank[band, line] = max(0.0, slope) * 2 / (high - low)
    return bank


def test_the_bank_is_slaneys() -> None:
    assert pytest.approx(triangles(), abs=1e-12) == mel_bank().T


def test_against_its_own_maximum_it_equals_power_to_db() -> None:
    sound = chord()
    power = written_out(sound)
    expected = 10 * np.log10(np.maximum(power, 1e-10) / power.max())
    made = log_mel(sound, reference=None).numpy()
    assert made.shape == (BANDS, 1 + len(sound) // HOP)
    assert made.max() == 0.0
    assert np.abs(made - np.maximum(expected, -80)).max() < 0.02


def test_against_a_fixed_reference_it_equals_the_formula() -> None:
    sound = chord()
    expected = 10 * np.log10(np.maximum(written_out(sound), 1e-10) / 1000.0)
    made = log_mel(sound, reference=1000.0).numpy()
    assert np.abs(made - np.clip(expected, -80, 0)).max() < 0.02


def test_a_fixed_reference_keeps_loudness_and_the_own_maximum_hides_it() -> None:
    loud, soft = chord(loudness=0.2), chord(loudness=0.02)
    assert torch.allclose(log_mel(loud, reference=None), log_mel(soft, reference=None), atol=0.02)
    audible = log_mel(soft, reference=FULL_SCALE) > -79
    quieter = (log_mel(loud, reference=FULL_SCALE) - log_mel(soft, reference=FULL_SCALE))[audible]
    assert quieter.numpy() == pytest.approx(20.0, abs=0.05)


def test_a_full_scale_tone_is_about_zero() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE).astype(np.float32)
    assert log_mel(tone, reference=FULL_SCALE).max().item() == pytest.approx(0.0, abs=1.5)


@pytest.mark.parametrize("reference", [None, FULL_SCALE])
def test_each_clip_of_a_batch_is_judged_by_itself(reference: float | None) -> None:
    clips = torch.from_numpy(np.stack([chord(loudness=0.5), chord(loudness=0.001)]))
    together = log_mel(clips, reference=reference)
    for clip, made in zip(clips, together, strict=True):
        assert torch.allclose(log_mel(clip, reference=reference), made, atol=1e-4)


@pytest.mark.parametrize("reference", [None, FULL_SCALE])
def test_silence_is_a_number(reference: float | None) -> None:
    made = log_mel(np.zeros(RATE, np.float32), reference=reference)
    assert torch.isfinite(made).all()
    assert made.max() <= 0
    assert made.min() >= -80
