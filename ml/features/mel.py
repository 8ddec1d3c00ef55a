"""The mel scale in numbers, and pictures of a recording's sound. numpy alone: media workers load no torch."""

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
WIDEST_PICTURE = 2400  # pixels: more than a screen has; of ten minutes they are about 0.1 MB
TILE_SECONDS = 20
TILE_PIXELS_PER_SECOND = 50  # a column every 20 ms; one window is 46 ms long, so more would show nothing new
CHUNK_COLUMNS = 2000  # columns computed at a time, for flat memory
SHADES = 32  # of opacity, 2.5 dB each: no eye tells them from 256, and the file is half as large
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
    """Write the log-mel of `sound` ([samples] float32) as one PNG for the time axis: 128 high, low notes at the bottom,
    20 pixels to the second (fewer above two minutes), one hue whose opacity is loudness against a fixed reference, so
    that a soft performance looks soft.
    """
    seconds = max(len(sound), 1) / rate
    width = int(min(WIDEST_PICTURE, max(1, np.ceil(seconds * PIXELS_PER_SECOND))))
    _save(_opacity(sound, (np.arange(width) + 0.5) * len(sound) / width, rate), out)


def mel_tiles(sound: np.ndarray, folder: Path, *, rate: int = 44_100) -> list[Path]:
    """Write the same picture in tiles of 20 s and 50 pixels to the second, for looking closely: mel-000.png and on.
    The last one ends with the sound and is narrower.
    """
    columns = max(1, round(len(sound) / rate * TILE_PIXELS_PER_SECOND))
    each = TILE_SECONDS * TILE_PIXELS_PER_SECOND
    middles = (np.arange(columns) + 0.5) * rate / TILE_PIXELS_PER_SECOND
    tiles = [folder / f"mel-{number:03}.png" for number in range(-(-columns // each))]
    for number, tile in enumerate(tiles):
        _save(_opacity(sound, middles[number * each : (number + 1) * each], rate), tile)
    return tiles


def _opacity(sound: np.ndarray, middles: np.ndarray, rate: int) -> np.ndarray:
    """[BANDS, columns] float32 from 0 (silent) to 1 (full scale), of a window around each of `middles` (samples)."""
    bank, window = mel_bank(rate=rate).astype(np.float32), np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    starts = middles.astype(np.int64) - N_FFT // 2
    opacity = np.empty((BANDS, len(starts)), np.float32)
    for begin in range(0, len(starts), CHUNK_COLUMNS):
        pieces = _windows(sound, starts[begin : begin + CHUNK_COLUMNS])
        power = np.abs(np.fft.rfft(pieces * window, axis=1)).astype(np.float32) ** 2
        decibels = 10 * np.log10(np.maximum(power @ bank, AMIN)) - FULL_SCALE_DB
        opacity[:, begin : begin + CHUNK_COLUMNS] = np.clip(1 + decibels.T / TOP_DB, 0, 1)[::-1]
    return opacity


def _save(opacity: np.ndarray, out: Path) -> None:
    """A palette of one hue in 32 opacities: a quarter of the memory of RGBA."""
    picture = Image.fromarray(np.round(opacity * (SHADES - 1)).astype(np.uint8))
    picture.putpalette(bytes(INK) * SHADES)
    half_done = out.with_name(f".{out.name}.{os.getpid()}.part")
    picture.save(half_done, "PNG", transparency=bytes(np.linspace(0, 255, SHADES).round().astype(np.uint8)), bits=8)
    os.replace(half_done, out)


def _windows(sound: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """[columns, N_FFT] float32 samples from each start on, zeros beyond the ends."""
    at = starts[:, None] + np.arange(N_FFT)
    inside = (at >= 0) & (at < len(sound))
    return np.where(inside, sound[at.clip(0, max(0, len(sound) - 1))] if len(sound) else 0.0, 0.0).astype(np.float32)
