"""A recording to the network's input: clips of frames and pictures of sound, one after the other, in flat memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ml.features.sound import log_mel
from ml.media import iter_frames, read_frames, read_sound
from ml.media.facts import Crop
from ml.preparation import Preparation


@dataclass(frozen=True)
class Clip:
    """`frames` `[3, frames, side, side]` and `picture` `[1, picture, picture]`, normalised; `start` in seconds."""

    start: float
    frames: Tensor
    picture: Tensor


def file_to_clips(proxy: Path, crop: Crop, preparation: Preparation) -> Iterator[Clip]:
    """Consecutive clips that cover the whole recording, the last one anchored to its end."""
    sound = read_sound(proxy, rate=preparation.sample_rate)
    for first, frames in frame_clips(
        iter_frames(proxy, preparation.rate, crop, size=preparation.resize, kernel=preparation.kernel), preparation
    ):
        start = first / preparation.rate
        yield Clip(
            start,
            normalise_frames(torch.from_numpy(frames), preparation),
            sound_picture(sound, start + preparation.clip_seconds / 2, preparation),
        )


def clip_at(proxy: Path, crop: Crop, preparation: Preparation, start: float) -> Clip:
    """The one clip that begins at `start`, as `file_to_clips` makes it; nothing else of the picture is decoded."""
    times = start + np.arange(preparation.frames) / preparation.rate
    frames = read_frames(proxy, times, crop=crop, size=preparation.resize, kernel=preparation.kernel)
    sound = read_sound(proxy, rate=preparation.sample_rate)
    return Clip(
        start,
        normalise_frames(torch.from_numpy(frames), preparation),
        sound_picture(sound, start + preparation.clip_seconds / 2, preparation),
    )


def frame_clips(
    frames: Iterator[NDArray[np.uint8]], preparation: Preparation
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Single frames to (position of the first, `[frames, height, width, 3]`), as `Preparation.first_frames` says."""
    length = preparation.frames
    latest: deque[NDArray[np.uint8]] = deque(maxlen=length)
    count = 0
    for frame in frames:
        latest.append(frame)
        count += 1
        if count % length == 0:
            yield count - length, np.stack(latest)
    if count % length and count:
        latest.extend([latest[-1]] * max(0, length - count))
        yield max(0, count - length), np.stack(latest)


def normalise_frames(frames: Tensor, preparation: Preparation, *, corner: tuple[int, int] | None = None) -> Tensor:
    """`[..., frames, height, width, 3]` uint8 to `[..., 3, frames, side, side]` float32.

    The crop is the centre's, or begins at `corner` (row, column).
    """
    side = preparation.side
    height, width = frames.shape[-3:-1]
    row, column = corner or ((height - side) // 2, (width - side) // 2)
    cut = frames[..., row : row + side, column : column + side, :].movedim(-1, -4).contiguous().float()
    mean, std = (torch.tensor(values).view(3, 1, 1, 1) for values in (preparation.frame_mean, preparation.frame_std))
    return cut.mul_(1 / (255 * std)).sub_(mean / std)


def sound_picture(
    sound: NDArray[np.float32],
    middle: float,
    preparation: Preparation,
    *,
    gain_db: float = 0.0,
    tempo: float = 1.0,
    transpose: int = 0,
) -> Tensor:
    """Sound `[samples]` around `middle` seconds to its mel picture `[1, picture, picture]`, -1 to 1.

    Beyond the recording's ends there is silence. For training, `gain_db` makes it louder or softer, `tempo` faster
    (more sound in the same picture) and `transpose` higher by so many mel bands.
    """
    count = round(preparation.heard_seconds * tempo * preparation.sample_rate)
    begin = round(middle * preparation.sample_rate) - count // 2
    samples = torch.from_numpy(stretch(sound, begin, count))
    return mel_picture(samples * 10 ** (gain_db / 20), preparation, transpose=transpose)


def stretch(sound: NDArray[np.float32], begin: int, count: int) -> NDArray[np.float32]:
    """`count` samples from `begin` on, with zeros outside the recording."""
    part = sound[max(0, begin) : max(0, begin + count)]
    before = min(count, max(0, -begin))
    return np.pad(part, (before, count - before - len(part))).astype(np.float32)


def mel_picture(samples: Tensor, preparation: Preparation, *, transpose: int = 0) -> Tensor:
    """`[samples]` in -1 to 1 to `[1, picture, picture]`: log-mel in decibels, `top_db` spread over -1 to 1, resized."""
    decibels = log_mel(
        samples,
        rate=preparation.sample_rate,
        n_fft=preparation.n_fft,
        hop=preparation.hop,
        bands=preparation.bands,
        f_min=preparation.low,
        f_max=preparation.high,
        top_db=preparation.top_db,
        reference=preparation.reference,
    )
    picture = (1 + 2 * _shifted(decibels, transpose, -preparation.top_db) / preparation.top_db)[None, None]
    side = (preparation.picture, preparation.picture)
    return functional.interpolate(picture, side, mode="bilinear", antialias=True, align_corners=False)[0]


def _shifted(decibels: Tensor, bands: int, silence: float) -> Tensor:
    """`[bands, columns]` moved up by so many bands, silence coming in at the edge."""
    if not bands:
        return decibels
    moved = torch.full_like(decibels, silence)
    if bands > 0:
        moved[bands:] = decibels[:-bands]
    else:
        moved[:bands] = decibels[-bands:]
    return moved
