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
SPARE_SECONDS = 0.1  # of sound read beyond what is needed


@dataclass(frozen=True)
class Jitter:
    """How one look at a performance differs from the next. Loudness is partly a label: it moves little."""

    crop: bool = True  # where the square is cut from the resized frame
    mirror: bool = False  # left and right hand change places, every other time
    brightness: float = 0.2  # factor and offset, either way
    gain_db: float = 2.0  # either way
    tempo: float = 0.0  # share by which the sound is faster or slower
    transpose: int = 0  # mel bands up or down


CALM = Jitter(crop=False, brightness=0.0, gain_db=0.0)


@dataclass(frozen=True)
class Prepared:
    """One prepared recording: `frames` `[count, height, width, 3]` uint8 and `sound` `[samples]` int16 in the file."""

    path: Path
    count: int
    preparation: Preparation

    def see(self, first: int, jitter: Jitter, dice: np.random.Generator) -> Tensor:
        """Frames `[3, frames, side, side]` of the clip that begins at frame `first`."""
        length = self.preparation.frames
        with safe_open(self.path, "pt") as file:
            frames = file.get_slice("frames")[first : first + length]
        if len(frames) < length:
            frames = torch.cat([frames, frames[-1:].expand(length - len(frames), -1, -1, -1)])
        normal = normalise_frames(frames, self.preparation, corner=self._corner(jitter, dice))
        if jitter.mirror and dice.random() < 0.5:
            normal = normal.flip(-1)
        return _relit(normal, jitter, dice)

    def hear(self, first: int, jitter: Jitter, dice: np.random.Generator) -> Tensor:
        """Picture `[1, picture, picture]` of the sound around the clip that begins at frame `first`."""
        middle = first / self.preparation.rate + self.preparation.clip_seconds / 2
        tempo = 1 + dice.uniform(-1, 1) * jitter.tempo
        half = self.preparation.heard_seconds * tempo / 2 + SPARE_SECONDS
        begin = max(0, int((middle - half) * self.preparation.sample_rate))
        with safe_open(self.path, "pt") as file:
            samples = file.get_slice("sound")[begin : int((middle + half) * self.preparation.sample_rate)]
        return sound_picture(
            samples.numpy().astype(np.float32) / FULL_SCALE,
            middle - begin / self.preparation.sample_rate,
            self.preparation,
            gain_db=dice.uniform(-1, 1) * jitter.gain_db,
            tempo=tempo,
            transpose=int(dice.integers(-jitter.transpose, jitter.transpose + 1)),
        )

    def firsts(self) -> tuple[int, ...]:
        """Where the clips begin that grading would look at."""
        return self.preparation.first_frames(self.count)

    def draw(self, clips: int, dice: np.random.Generator) -> list[int]:
        """Beginnings of `clips` clips anywhere in the recording."""
        last = max(0, self.count - self.preparation.frames)
        return [int(first) for first in dice.integers(0, last + 1, clips)]

    def _corner(self, jitter: Jitter, dice: np.random.Generator) -> tuple[int, int] | None:
        spare = [size - self.preparation.side for size in self.preparation.resize]
        return (int(dice.integers(0, spare[0] + 1)), int(dice.integers(0, spare[1] + 1))) if jitter.crop else None


def prepare_recording(
    proxy: Path, crop: Crop, preparation: Preparation, folder: Path, *, sees: bool = True
) -> Prepared:
    """Decode and keep the recording in `folder`, or find it there: another crop or preparation is another file.

    Where the network does not see, the sound alone is kept, and `proxy` may be a file without pictures.
    """
    frame = asdict(crop) if sees else None
    told = json.dumps([str(proxy.resolve()), proxy.stat().st_size, frame, asdict(preparation)], sort_keys=True)
    path = folder / (hashlib.sha256(told.encode()).hexdigest()[:32] + ".safetensors")
    if not path.exists():
        sound = np.round(read_sound(proxy, rate=preparation.sample_rate) * FULL_SCALE).astype(np.int16)
        tensors = {"sound": torch.from_numpy(sound)}
        if sees:
            tensors["frames"] = torch.from_numpy(
                np.stack(
                    list(iter_frames(proxy, preparation.rate, crop, size=preparation.resize, kernel=preparation.kernel))
                )
            )
        write_tensors(tensors, {}, path, lasting=False)
    with safe_open(path, "pt") as file:
        if sees:
            return Prepared(path, file.get_slice("frames").get_shape()[0], preparation)
        seconds = file.get_slice("sound").get_shape()[0] / preparation.sample_rate
        return Prepared(path, max(1, int(seconds * preparation.rate)), preparation)


def _relit(frames: Tensor, jitter: Jitter, dice: np.random.Generator) -> Tensor:
    factor, offset = 1 + dice.uniform(-1, 1) * jitter.brightness, dice.uniform(-1, 1) * jitter.brightness
    return frames * factor + offset
