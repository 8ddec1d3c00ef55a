"""The released media to the network's input, kept on disk: a sample is opened once, however many rows learn from it.

What is missing or broken is named and counted here, and the samples that need it are left out of every part.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import av
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ml.data.clips import mel_picture, normalise_frames, stretch
from ml.data.pisa import Pisa, Sample
from ml.media import NotAPerformance, read_sound
from ml.media.decode import OPTIONS
from ml.preparation import Preparation, paper

FRAMES, SOUND = "video", "audio"  # folders of the media; the release does not name them
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # what the loader gives C3D
MOST_PIXELS = 50_000_000  # of a frame
NAMED = 20  # files that are named one by one; the rest are counted


class Unusable(Exception):
    """A media file cannot be used; `file` says which, the message why."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(reason)
        self.file = file


@dataclass(frozen=True)
class Layout:
    """Where the media lie: frames as `root/frames/<id>/*.jpg`, sound as `root/sound/<id>.wav`."""

    root: Path
    frames: str = FRAMES
    sound: str = SOUND

    def pictures(self, performance: int) -> list[Path]:
        """The frames of a performance in the order of their numbers, padded with zeros or not. Raises Unusable."""
        return _listed(self.root / self.frames / str(performance))

    def wav(self, performance: int) -> Path:
        return self.root / self.sound / f"{performance}.wav"

    def named(self, path: Path) -> str:
        return str(path.relative_to(self.root))


@dataclass(frozen=True)
class Inputs:
    """A prepared sample: `frames` `[10, 16, side, side, 3]` uint8, `pictures` `[10, 1, picture, picture]` float32."""

    frames: NDArray[np.uint8] | None
    pictures: NDArray[np.float32] | None


@dataclass
class Survey:
    """Which samples can be used, and what became of the others."""

    lost: set[Sample] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)  # file → why it cannot be used
    counts: Counter[str] = field(default_factory=Counter)  # file → samples left out for it

    def add(self, sample: Sample, trouble: Unusable) -> None:
        self.lost.add(sample)
        self.reasons[trouble.file] = str(trouble)
        self.counts[trouble.file] += 1

    def lines(self) -> list[str]:
        """What was left out, in words; nothing where all is well."""
        if not self.lost:
            return []
        told = [f"{file}: {self.reasons[file]} ({_samples(count)} left out)" for file, count in self.counts.items()]
        more = [f"and {len(told) - NAMED} more files"] if len(told) > NAMED else []
        return [f"{_samples(len(self.lost))} left out, for {len(told)} unusable files:", *told[:NAMED], *more]


class Store:
    """Prepared samples in a folder; another layout, scheme or preparation has another one."""

    def __init__(self, folder: Path, layout: Layout, pisa: Pisa, preparation: Preparation | None = None) -> None:
        self.layout = layout
        self.preparation = preparation or paper()
        known = (str(layout.root.resolve()), layout.frames, layout.sound, pisa.scheme, _pictured(self.preparation))
        self.folder = Path(folder) / hashlib.sha256(repr(known).encode()).hexdigest()[:16]

    def survey(self, samples: Iterable[Sample], *, sees: bool, hears: bool, workers: int = 1) -> Survey:
        """Prepare whatever is not there yet, and tell what cannot be."""
        self.folder.mkdir(parents=True, exist_ok=True)
        in_order = sorted(set(samples), key=lambda sample: (sample.performance, sample.number))
        groups = [list(group) for _, group in groupby(in_order, key=lambda sample: sample.performance)]
        found = Survey()

        def prepare(group: Sequence[Sample]) -> list[tuple[Sample, Unusable | None]]:
            return [(sample, self._prepare(sample, sees=sees, hears=hears)) for sample in group]

        with ThreadPoolExecutor(max(1, workers)) as pool:
            for group in pool.map(prepare, groups):
                for sample, trouble in group:
                    if trouble is not None:
                        found.add(sample, trouble)
        return found

    def inputs(self, sample: Sample, *, sees: bool, hears: bool) -> Inputs:
        """What `survey` prepared, read as it is needed."""
        return Inputs(
            np.load(self._path(sample, "frames"), mmap_mode="r", allow_pickle=False) if sees else None,
            np.load(self._path(sample, "pictures"), mmap_mode="r", allow_pickle=False) if hears else None,
        )

    def tensors(
        self, samples: Sequence[Sample], preparation: Preparation, *, sees: bool, hears: bool
    ) -> tuple[Tensor | None, Tensor | None]:
        """A batch as the network takes it: `[n, 10, 3, 16, side, side]` and `[n, 10, 1, picture, picture]`."""
        rows = [self.inputs(sample, sees=sees, hears=hears) for sample in samples]
        clips = [torch.from_numpy(np.array(row.frames)) for row in rows if row.frames is not None]
        pictures = [torch.from_numpy(np.array(row.pictures)) for row in rows if row.pictures is not None]
        return (
            normalise_frames(torch.stack(clips), preparation) if sees else None,
            torch.stack(pictures) if hears else None,
        )

    def _prepare(self, sample: Sample, *, sees: bool, hears: bool) -> Unusable | None:
        try:
            if sees and not self._path(sample, "frames").exists():
                _write(self._path(sample, "frames"), read_frames(sample, self.layout, self.preparation))
            if hears and not self._path(sample, "pictures").exists():
                _write(self._path(sample, "pictures"), read_pictures(sample, self.layout, self.preparation))
        except Unusable as trouble:
            return trouble
        return None

    def _path(self, sample: Sample, kind: str) -> Path:
        return self.folder / f"{sample.performance}-{sample.number}.{kind}.npy"


def preparation_for(visual: str | None, base: Preparation | None = None) -> Preparation:
    """The paper's preparation, with the frames normalised as the loader does for this backbone."""
    base = base or paper()
    return replace(base, frame_mean=IMAGENET_MEAN, frame_std=IMAGENET_STD) if visual == "c3d" else base


def read_frames(sample: Sample, layout: Layout, preparation: Preparation) -> NDArray[np.uint8]:
    """`[10, 16, side, side, 3]`: each frame opened and resized by PIL, then cut to its centre. Raises Unusable."""
    pictures = layout.pictures(sample.performance)
    last = int(sample.frames.max())
    if not pictures or last >= len(pictures):
        folder = layout.named(layout.root / layout.frames / str(sample.performance))
        reason = "is missing" if not pictures else f"has {len(pictures)} frames, too few for its samples"
        raise Unusable(folder, reason)
    frames = [_frame(pictures[number], layout, preparation) for number in sample.frames.ravel()]
    return np.stack(frames).reshape(*sample.frames.shape, *frames[0].shape)


def read_pictures(sample: Sample, layout: Layout, preparation: Preparation) -> NDArray[np.float32]:
    """`[10, 1, picture, picture]`: the sound from each clip's first frame to its last at its own rate. Raises Unusable.

    A clip that the sound ends in is filled up with silence, as far as it has begun.
    """
    path = layout.wav(sample.performance)
    sound, rate = _sound(path, layout.named(path))
    heard = replace(preparation, sample_rate=rate)
    pictures = []
    for clip in sample.frames:
        begin, end = (int(frame / sample.framerate * rate) for frame in (clip[0], clip[-1]))
        if begin >= len(sound) or end <= begin:
            raise Unusable(layout.named(path), f"lasts {len(sound) / rate:.1f} s, too short for its samples")
        pictures.append(mel_picture(torch.from_numpy(stretch(sound, begin, end - begin)), heard).numpy())
    return np.stack(pictures)


def _frame(path: Path, layout: Layout, preparation: Preparation) -> NDArray[np.uint8]:
    height, width = preparation.resize
    try:
        with Image.open(path, formats=["JPEG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unusable(layout.named(path), "is larger than any frame of a video")
            small = np.asarray(picture.convert("RGB").resize((width, height), Image.Resampling.BILINEAR))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unusable(layout.named(path), "is broken, or no JPEG") from error
    side = preparation.side
    row, column = (height - side) // 2, (width - side) // 2
    return small[row : row + side, column : column + side]


@lru_cache(maxsize=4)
def _listed(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jpg"), key=lambda path: (len(path.name), path.name))


@lru_cache(maxsize=4)
def _sound(path: Path, name: str) -> tuple[NDArray[np.float32], int]:
    """`[samples]` at the file's own rate, and that rate in Hz. Raises Unusable."""
    if not path.is_file():
        raise Unusable(name, "is missing")
    try:
        with av.open(f"file:{path}", options=OPTIONS, metadata_errors="replace") as container:
            rate = int(container.streams.audio[0].rate) if container.streams.audio else 0
        if rate <= 0:
            raise Unusable(name, "holds no sound")
        return read_sound(path, rate=rate), rate
    except (av.error.FFmpegError, NotAPerformance, OSError, ValueError) as error:
        raise Unusable(name, "is broken, or no sound at all") from error


def _write(path: Path, array: NDArray[np.generic]) -> None:
    half_done = path.with_name(f".{path.name}.{os.getpid()}.part")
    with half_done.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    os.replace(half_done, path)


def _pictured(preparation: Preparation) -> Preparation:
    """The preparation as far as it decides what is kept: frames are normalised later."""
    plain = paper()
    return replace(preparation, frame_mean=plain.frame_mean, frame_std=plain.frame_std)


def _samples(count: int) -> str:
    return "1 sample" if count == 1 else f"{count} samples"


def batches(
    groups: Sequence[Sequence[Sample]], store: Store, preparation: Preparation, *, sees: bool, hears: bool
) -> Iterator[tuple[Sequence[Sample], Tensor | None, Tensor | None]]:
    """Groups of samples with their tensors, the next being read while one is learned from."""
    with ThreadPoolExecutor(1) as reader:

        def read(group: Sequence[Sample]) -> Future[tuple[Tensor | None, Tensor | None]]:
            return reader.submit(store.tensors, group, preparation, sees=sees, hears=hears)

        coming = deque(read(group) for group in groups[:1])
        for place, group in enumerate(groups):
            coming.extend(read(later) for later in groups[place + 1 : place + 2])
            clips, pictures = coming.popleft().result()
            yield group, clips, pictures
