"""Sound to log-mel spectrograms, equal to librosa's."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
import torchaudio

from ml.features.mel import AMIN, BANDS, F_MAX, F_MIN, FULL_SCALE_DB, N_FFT, TOP_DB, mel_picture

__all__ = ["FULL_SCALE", "log_mel", "mel_picture"]

HOP = 512  # samples between two windows
FULL_SCALE = 10 ** (FULL_SCALE_DB / 10)  # mel power: the fixed reference that keeps loudness


def log_mel(
    sound: torch.Tensor | np.ndarray,
    *,
    rate: int = 44_100,
    n_fft: int = N_FFT,
    hop: int = HOP,
    bands: int = BANDS,
    f_min: float = F_MIN,
    f_max: float = F_MAX,
    top_db: float = TOP_DB,
    reference: float | None,
) -> torch.Tensor:
    """[samples] or [clips, samples] in [-1, 1] to [bands, frames] or [clips, bands, frames] decibels in [-top_db, 0].

    frames = 1 + samples // hop. `reference` is the mel power that counts as 0 dB: None takes each clip's own maximum,
    as librosa's `power_to_db(ref=np.max)` and the papers do, which hides loudness; a number (FULL_SCALE) keeps it, and
    what is louder counts as 0. The spectrogram is librosa 0.10's: Slaney's mel scale and norm, zeros at the edges.
    """
    samples = torch.as_tensor(sound, dtype=torch.float32)
    power = _spectrogram(rate, n_fft, hop, bands, f_min, f_max)(samples)
    loudest = power.amax(dim=(-2, -1), keepdim=True) if reference is None else torch.tensor(float(reference))
    decibels = 10 * (power.clamp_min(AMIN).log10() - loudest.clamp_min(AMIN).log10())
    return decibels.clamp(-top_db, 0.0)


@lru_cache(maxsize=8)
def _spectrogram(
    rate: int, n_fft: int, hop: int, bands: int, f_min: float, f_max: float
) -> torchaudio.transforms.MelSpectrogram:
    return torchaudio.transforms.MelSpectrogram(
        sample_rate=rate,
        n_fft=n_fft,
        hop_length=hop,
        n_mels=bands,
        f_min=f_min,
        f_max=f_max,
        power=2.0,
        mel_scale="slaney",
        norm="slaney",
        pad_mode="constant",
    )
