"""Prepared recordings on disk, for training backbones: every sampled frame and the sound, read a clip at a time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor

from ml.checkpoint import write_tensors
from ml.data.clips import normalise_frames, sound_picture
from ml.media import iter_frames, read_sound
from ml.media.facts import Crop
from ml.preparation import Preparation

FULL_SCALE = 32767  # of a 16-bit sample


@dataclass(frozen=True)
class Jitter:
    """How one look at a performance differs from the next. Loudness is partly a label: it moves little."""

    crop: bool = True  # where the square is cut from the resized frame
    gain_db: float = 2.0  # either way
    brightness: float = 0.2  # factor and offset, either way


CALM = Jitter(crop=False, gain_db=0.0, brightness=0.0)


@dataclass(frozen=True)
class Prepared:
    """One prepared recording: `frames` `[count, height, width, 3]` uint8 and `sound` `[samples]` int16 in the file."""

    path: Path
    count: int
    preparation: Preparation

    def clip(self, first: int, jitter: Jitter, dice: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Frames `[3, frames, side, side]` and picture `[1, picture, picture]` of the clip that begins at `first`."""
        length = self.preparation.frames
        with safe_open(self.path, "pt") as file:
            frames = file.get_slice("frames")[first : first + length]
            sound = file.get_slice("sound")
            middle = first / self.preparation.rate + self.preparation.clip_seconds / 2
            begin, samples = self._heard(sound, middle)
        if len(frames) < length:
            frames = torch.cat([frames, frames[-1:].expand(length - len(frames), -1, -1, -1)])
        picture = sound_picture(samples, middle - begin, self.preparation, gain_db=dice.uniform(-1, 1) * jitter.gain_db)
        return _relit(
            normalise_frames(frames, self.preparation, corner=self._corner(jitter, dice)), jitter, dice
        ), picture

    def firsts(self) -> tuple[int, ...]:
        """Where the clips begin that grading would look at."""
        return self.preparation.first_frames(self.count)

    def draw(self, clips: int, dice: np.random.Generator) -> list[int]:
        """Beginnings of `clips` clips anywhere in the recording."""
        last = max(0, self.count - self.preparation.frames)
        return [int(first) for first in dice.integers(0, last + 1, clips)]

    def _heard(self, sound, middle: float) -> tuple[float, np.ndarray]:  # type: ignore[no-untyped-def, type-arg]
        """The beginning in seconds and the samples of a stretch of sound that holds what this clip hears."""
        rate = self.preparation.sample_rate
        half = self.preparation.heard_seconds / 2 + 0.1
        begin = max(0, int((middle - half) * rate))
        samples = sound[begin : int((middle + half) * rate)]
        return begin / rate, samples.numpy().astype(np.float32) / FULL_SCALE

    def _corner(self, jitter: Jitter, dice: np.random.Generator) -> tuple[int, int] | None:
        spare = [size - self.preparation.side for size in self.preparation.resize]
        return (int(dice.integers(0, spare[0] + 1)), int(dice.integers(0, spare[1] + 1))) if jitter.crop else None


def prepare_recording(proxy: Path, crop: Crop, preparation: Preparation, folder: Path) -> Prepared:
    """Decode and keep the recording in `folder`, or find it there: another crop or preparation is another file."""
    told = json.dumps([str(proxy.resolve()), proxy.stat().st_size, asdict(crop), asdict(preparation)], sort_keys=True)
    path = folder / (hashlib.sha256(told.encode()).hexdigest()[:32] + ".safetensors")
    if not path.exists():
        frames = np.stack(list(iter_frames(proxy, preparation.rate, crop, size=preparation.resize)))
        sound = np.round(read_sound(proxy, rate=preparation.sample_rate) * FULL_SCALE).astype(np.int16)
        write_tensors({"frames": torch.from_numpy(frames), "sound": torch.from_numpy(sound)}, {}, path, lasting=False)
    with safe_open(path, "pt") as file:
        count = file.get_slice("frames").get_shape()[0]
    return Prepared(path, count, preparation)


def _relit(frames: Tensor, jitter: Jitter, dice: np.random.Generator) -> Tensor:
    factor, offset = 1 + dice.uniform(-1, 1) * jitter.brightness, dice.uniform(-1, 1) * jitter.brightness
    return frames * factor + offset
