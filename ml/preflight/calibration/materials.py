"""Clean recordings: stretches of real ones, and generated ones, as the site would have prepared them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from ml.media import make_proxy, probe, read_sound
from ml.media.grey import iter_grey
from ml.media.proxy import FRAME_RATE
from ml.media.sound import RATE
from ml.preflight.seen import LOOK_WIDTH
from ml.recital import Recital, render

SECONDS = 10  # of a stretch
STEP = 5  # seconds from one to the next: they overlap by half, so fewer are independent than are counted
SIZE = (640, 360)  # of generated films
BIT_RATE = 128_000  # of a phone's sound


@dataclass(frozen=True)
class Stretch:
    """Ten seconds: pictures [N, height, LOOK_WIDTH] uint8 at FRAME_RATE, sound [samples] at RATE."""

    kind: str  # 'real' or 'generated'
    name: str
    pictures: np.ndarray
    sound: np.ndarray


def real(recordings: Path, folder: Path) -> Iterator[Stretch]:
    """Stretches of the recordings in a folder, from the first note on: before it there are no hands to be seen."""
    for source in sorted(recordings.glob("*.mp4")):
        pictures, sound = _prepared(source, folder)
        first = int(np.argmax(np.abs(sound) > 0.02) / RATE)
        for begin in range(first, len(pictures) // FRAME_RATE - SECONDS + 1, STEP):
            yield _stretch("real", f"{source.stem} {begin} s", pictures, sound, begin)


def generated(count: int, folder: Path) -> Iterator[Stretch]:
    """Films of ten seconds by players of every level, each with its own room, camera and piano."""
    for seed in range(count):
        film = folder / f"recital-{seed}.mp4"
        render(Recital(seed=seed, level=1 + seed % 10, size=SIZE, seconds=SECONDS), film)
        yield _stretch("generated", film.stem, *_prepared(film, folder), 0)


def _prepared(source: Path, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    proxy = folder / f"proxy-{source.stem}.mp4"
    make_proxy(source, proxy, facts=probe(source))
    made = np.stack(list(iter_grey(proxy, width=LOOK_WIDTH))), read_sound(proxy)
    proxy.unlink()
    return made


def _stretch(kind: str, name: str, pictures: np.ndarray, sound: np.ndarray, begin: int) -> Stretch:
    end = begin + SECONDS
    part = pictures[begin * FRAME_RATE : end * FRAME_RATE]
    return Stretch(kind, name, part, sound[begin * RATE : end * RATE])


def packed(sound: np.ndarray, folder: Path) -> np.ndarray:
    """The same after a phone has packed it (AAC): corners of a clipped wave come back rounded."""
    path = folder / "packed.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(sound[None].astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate = RATE
        for piece in (frame, None):
            container.mux(stream.encode(piece))
    return read_sound(path)[: len(sound)]
