"""The mel scale in numbers, and the picture of a whole recording's sound. numpy alone: media workers load no torch."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image

N_FFT = 2048  # samples in one window
BANDS = 128
F_MIN, F_MAX = 20.0, 8300.0  # Hz
TOP_DB = 80.0  # decibels from the loudest to the faintest shown
AMIN = 1e-10  # power below which the logarithm stops

PIXELS_PER_SECOND = 20
WIDEST_PICTURE = 16_000  # pixels: what every browser draws; half an hour then has nine to the second
CHUNK_COLUMNS = 2000  # columns computed at a time, for flat memory
INK = (38, 62, 96)  # the ramp's one hue; loudness is its opacity, so it sits on any paper, light or dark
FULL_SCALE_DB = 40.0  # decibels of the mel power that a full-scale sine wave below 1 kHz reaches in its band


def mel_bank(
    *, rate: int = 44_100, n_fft: int = N_FFT, bands: int = BANDS, f_min: float = F_MIN, f_max: float = F_MAX
) -> np.ndarray:
    """[n_fft // 2 + 1, bands] float64 triangles of equal area (Slaney's Auditory Toolbox, librosa's default)."""
    corners = _mel_to_hz(np.linspace(_hz_to_mel(f_min), _hz_to_mel(f_max), bands + 2))
    lines = np.linspace(0.0, rate / 2, n_fft // 2 + 1)[:, None]
    rising = (lines - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - lines) / (corners[2:] - corners[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (corners[2:] - corners[:-2])


# Slaney's scale: even steps of 200/3 Hz up to 1 kHz, then 27 steps to each factor of 6.4.
LINEAR_STEP, BREAK_HZ = 200.0 / 3, 1000.0
BREAK_MEL, LOG_STEP = BREAK_HZ / LINEAR_STEP, np.log(6.4) / 27.0


def _hz_to_mel(hz: float) -> float:
    return hz / LINEAR_STEP if hz < BREAK_HZ else BREAK_MEL + np.log(hz / BREAK_HZ) / LOG_STEP


def _mel_to_hz(mel: np.ndarray) -> np.ndarray:
    return np.where(mel < BREAK_MEL, mel * LINEAR_STEP, BREAK_HZ * np.exp(LOG_STEP * (mel - BREAK_MEL)))


def mel_picture(sound: np.ndarray, out: Path, *, rate: int = 44_100) -> None:
    """Write the log-mel of `sound` ([samples] float32) as a PNG for the time axis: 128 high, low notes at the bottom,
    20 pixels to the second (fewer above a quarter of an hour), one hue whose opacity is loudness against a fixed
    reference, so that a soft performance looks soft.
    """
    seconds = max(len(sound), 1) / rate
    width = int(min(WIDEST_PICTURE, max(1, np.ceil(seconds * PIXELS_PER_SECOND))))
    bank, window = mel_bank(rate=rate).astype(np.float32), np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    starts = ((np.arange(width) + 0.5) * len(sound) / width).astype(np.int64) - N_FFT // 2
    picture = np.empty((BANDS, width, 4), np.uint8)
    picture[..., :3] = INK
    for begin in range(0, width, CHUNK_COLUMNS):
        pieces = _windows(sound, starts[begin : begin + CHUNK_COLUMNS])
        power = np.abs(np.fft.rfft(pieces * window, axis=1)).astype(np.float32) ** 2
        decibels = 10 * np.log10(np.maximum(power @ bank, AMIN)) - FULL_SCALE_DB
        picture[:, begin : begin + CHUNK_COLUMNS, 3] = (np.clip(1 + decibels.T / TOP_DB, 0, 1) * 255)[::-1]
    half_done = out.with_name(f".{out.name}.{os.getpid()}.part")
    Image.fromarray(picture).save(half_done, "PNG", optimize=False, compress_level=6)
    os.replace(half_done, out)


def _windows(sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """[columns, N_FFT] float32 samples from each start on, zeros beyond the ends."""
    at = starts[:, None] + np.arange(N_FFT)
    inside = (at >= 0) & (at < len(sound))
    return np.where(inside, sound[at.clip(0, max(0, len(sound) - 1))] if len(sound) else 0.0, 0.0).astype(np.float32)
