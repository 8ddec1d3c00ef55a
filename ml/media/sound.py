"""File to sound: one channel, from the picture's first moment on."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from ml.media.decode import OPTIONS
from ml.media.facts import NotAPerformance

RATE = 44_100  # Hz
GAP_SECONDS = 0.02  # a larger hole in the sound is filled with silence, a smaller one is a rounded timestamp
SILENCE = 1e-4  # no sample above this (-80 dB): the microphone was off


def read_sound(path: Path, *, rate: int = RATE) -> np.ndarray:
    """The sound of `path`: [samples] float32 in [-1, 1] at `rate` Hz, channels averaged, sample 0 at the first picture.

    Raises NotAPerformance('no_audio') when there is none.
    """
    with av.open(f"file:{path}", options=OPTIONS, metadata_errors="replace") as container:
        if not container.streams.audio:
            raise NotAPerformance.because("no_audio")
        audio = container.streams.audio[0]
        zero = _first_picture(container)
        track = Track(rate, (container.duration or 0) / av.time_base)
        resampler = av.AudioResampler(format="fltp", rate=rate)
        for frame in container.decode(audio):
            begin = frame.time - zero if frame.time is not None else None
            for piece in resampler.resample(frame):
                track.add(piece, begin)
                begin = None
        for piece in resampler.resample(None):
            track.add(piece, None)
    return track.sound


class Track:
    """Sound put together from pieces, in one array that is as long as was announced and grows when that was wrong."""

    def __init__(self, rate: int, seconds: float) -> None:
        self._rate, self._filled = rate, 0
        self._samples = np.zeros(round((seconds + 1) * rate), np.float32)

    def add(self, piece: av.AudioFrame, begin: float | None) -> None:
        """Append one channel's mean of `piece`, which begins at `begin` seconds: earlier is cut, a hole left silent."""
        samples = piece.to_ndarray().mean(axis=0, dtype=np.float32)
        hole = round(begin * self._rate) - self._filled if begin is not None else 0
        if self._filled == 0 and hole < 0:
            samples = samples[-hole:]
        elif hole > GAP_SECONDS * self._rate or (self._filled == 0 and hole > 0):
            self._filled += hole
        end = self._filled + len(samples)
        if end > len(self._samples):
            self._samples = np.concatenate([self._samples, np.zeros(end, np.float32)])
        self._samples[self._filled : end] = samples
        self._filled = end

    @property
    def sound(self) -> np.ndarray:
        sound = self._samples[: self._filled]
        np.nan_to_num(sound, copy=False)
        return np.clip(sound, -1.0, 1.0, out=sound)


def _first_picture(container: av.container.InputContainer) -> float:
    """When the first picture is shown, in the file's own seconds; 0 for a file without pictures."""
    if not container.streams.video:
        return 0.0
    video = container.streams.video[0]
    return float(video.start_time * video.time_base) if video.start_time and video.time_base else 0.0


def is_silent(sound: np.ndarray) -> bool:
    return not sound.size or max(float(sound.max()), -float(sound.min())) < SILENCE


def peaks(sound: np.ndarray, *, rate: int = RATE, per_second: int = 50) -> list[float]:
    """The loudest sample of each 1/per_second seconds, 0 to 1, for drawing a waveform: ceil(seconds × per_second)."""
    count = int(np.ceil(len(sound) * per_second / rate))
    if not count:
        return []
    edges = (np.arange(count) * rate / per_second).astype(int)
    loudest = np.maximum(np.maximum.reduceat(sound, edges), -np.minimum.reduceat(sound, edges))
    return [round(float(value), 3) for value in loudest]
