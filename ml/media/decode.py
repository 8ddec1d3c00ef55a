"""Moments to pictures: exact frames of a proxy, cropped and resized on the way, sparse ones by seeking.

The frame 'shown at' a time is the last one that begins at or before it, as a player would show it. Times are in seconds
from the first picture.
"""

from __future__ import annotations

import bisect
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ml.media.facts import WHOLE, Crop

FORMATS = "mov,matroska,webm,avi,mpegts,wav"  # never a playlist
OPTIONS = {"protocol_whitelist": "file", "format_whitelist": FORMATS, "enable_drefs": "0"}
SEEK_FRAMES = 12  # fewer frames than this are decoded rather than jumped over
ROUNDING_SECONDS = 1e-3  # a time this close before a frame's beginning means that frame: webm rounds to this
THREADS = max(1, min(4, (os.cpu_count() or 1) // 2))  # the network has the other cores; each thread costs a little
KERNEL = "area"  # of making smaller, by its name in ffmpeg's scaler; 'bilinear' is Pillow's of that name

Size = tuple[int, int]  # (height, width), as arrays have it
Frame = np.ndarray  # [height, width, 3] uint8 RGB


def read_frames(
    path: Path,
    times: Sequence[float] | np.ndarray,
    *,
    crop: Crop | None = None,
    size: Size,
    kernel: str = KERNEL,
) -> np.ndarray:
    """The frames shown at `times` (seconds, in any order), cropped, then resized to `size` = (height, width).

    Returns [T, height, width, 3] uint8 RGB. Times before the first frame give the first, times past the end the last.
    Raises ValueError when there is no picture to be had.
    """
    if not len(times):
        return np.zeros((0, *size, 3), np.uint8)
    with _open(path) as container:
        index = FrameIndex.of(container)
        wanted = [index.shown_at(float(moment)) for moment in times]
        frames = dict(_decode(container, index, sorted(set(wanted)), Lens(crop or WHOLE, size, kernel)))
    return np.stack([frames[position] for position in wanted])


def iter_frames(
    path: Path, rate: float, crop: Crop | None = None, *, size: Size, kernel: str = KERNEL
) -> Iterator[Frame]:
    """The frames shown at 0, 1/rate, 2/rate ... seconds to the end, one by one, in flat memory, in one pass."""
    with _open(path) as container:
        index = FrameIndex.of(container)
        count = int(np.floor(index.seconds * rate + ROUNDING_SECONDS))
        wanted = [index.shown_at(step / rate) for step in range(max(1, count))]
        pictures = _decode(container, index, sorted(set(wanted)), Lens(crop or WHOLE, size, kernel))
        position, picture = next(pictures)
        for want in wanted:
            while position < want:
                position, picture = next(pictures)
            yield picture


def picture_length(path: Path) -> float:
    """Seconds from the first picture's beginning to the last one's end."""
    with _open(path) as container:
        return FrameIndex.of(container).seconds


def picture_size(path: Path) -> tuple[int, int]:
    """Height and width in pixels of the upright picture."""
    with _open(path) as container:
        frame = next(container.decode(video=0))
        return (frame.width, frame.height) if round(frame.rotation / 90) % 2 else (frame.height, frame.width)


def _open(path: Path) -> InputContainer:
    container = av.open(f"file:{path}", options=OPTIONS, metadata_errors="replace")
    video = container.streams.video[0]
    video.thread_type = "AUTO"
    video.codec_context.thread_count = THREADS
    video.codec_context.options = {"skip_loop_filter": "noref"}  # smoothed blocks that no other frame is made from
    return container


@dataclass(frozen=True)
class FrameIndex:
    """When each frame begins and which are key frames, read from the packets without decoding (0.1 s for 3 minutes)."""

    starts: list[int]  # pts in order of showing
    keys: list[int]  # positions in `starts`
    time_base: float
    end: int

    @classmethod
    def of(cls, container: InputContainer) -> FrameIndex:
        video = container.streams.video[0]
        found: dict[int, bool] = {}
        end = 0
        for packet in container.demux(video):
            start = packet.pts if packet.pts is not None else packet.dts
            if start is None or packet.size == 0 or packet.is_discard:
                continue
            found[start] = found.get(start, False) or packet.is_keyframe
            end = max(end, start + (packet.duration or 0))
        if not found:
            raise ValueError("there is no picture in this file")
        starts = sorted(found)
        keys = [position for position, start in enumerate(starts) if found[start]] or [0]
        return cls(starts, keys, float(video.time_base or 1), end)

    @property
    def seconds(self) -> float:
        return (self.end - self.starts[0]) * self.time_base

    def shown_at(self, moment: float) -> int:
        pts = self.starts[0] + (moment + ROUNDING_SECONDS) / self.time_base
        return max(0, bisect.bisect_right(self.starts, pts) - 1)

    def key_before(self, position: int) -> int:
        return self.keys[max(0, bisect.bisect_right(self.keys, position) - 1)]


def _decode(container: InputContainer, index: FrameIndex, wanted: list[int], lens: Lens) -> Iterator[tuple[int, Frame]]:
    """(position, picture) for each wanted position, in rising order, whatever is missing replaced by what was shown."""
    video = container.streams.video[0]
    needed = {index.starts[want] for want in wanted}
    at, shown = -1, None
    pictures: Iterator[VideoFrame] = iter(())
    for want in wanted:
        key = index.key_before(want)
        if at < 0 or key - at > SEEK_FRAMES:
            container.seek(index.starts[key], stream=video, backward=True)
            pictures = _pictures(container, video, needed)
        while at < want:
            frame = next(pictures, None)
            if frame is None:
                break
            at = index.shown_at((frame.pts - index.starts[0]) * index.time_base)
            shown = frame
        if shown is None:
            raise ValueError("no picture of this file can be decoded")
        yield want, lens.look(shown)


def _pictures(container: InputContainer, video: VideoStream, needed: set[int]) -> Iterator[VideoFrame]:
    """Frames from here on; those that are neither `needed` (by pts) nor predicted from may be left out."""
    for packet in container.demux(video):
        video.codec_context.skip_frame = "DEFAULT" if packet.pts is None or packet.pts in needed else "NONREF"
        try:
            yield from (frame for frame in packet.decode() if frame.pts is not None)
        except av.error.InvalidDataError:
            continue  # a broken picture: the one before it stays on the screen


class Lens:
    """Turn upright, crop, resize, turn round if the camera stood opposite the player: one filter graph per geometry."""

    def __init__(self, crop: Crop, size: Size, kernel: str = KERNEL) -> None:
        self.crop, self.size, self.kernel = crop, size, kernel
        self._graph: Graph | None = None
        self._geometry: tuple[object, ...] = ()

    def look(self, frame: VideoFrame) -> Frame:
        geometry = (frame.width, frame.height, frame.format.name, frame.rotation % 360)
        if self._graph is None or geometry != self._geometry:
            self._graph, self._geometry = self._build(frame), geometry
        self._graph.push(frame)
        return self._graph.pull().to_ndarray()

    def _build(self, frame: VideoFrame) -> Graph:
        turned = round(frame.rotation / 90) * 90 % 360
        width, height = (frame.height, frame.width) if turned % 180 else (frame.width, frame.height)
        left, top = round(self.crop.x * width), round(self.crop.y * height)
        wide = min(max(1, round(self.crop.width * width)), width - left)
        high = min(max(1, round(self.crop.height * height)), height - top)
        rows, columns = self.size
        kernel = self.kernel if rows <= high and columns <= wide else "bicubic"
        steps = TURNS[turned] + [
            ("crop", f"{wide}:{high}:{left}:{top}:exact=1"),
            ("scale", f"{columns}:{rows}:flags={kernel}+full_chroma_int+full_chroma_inp"),
            ("format", "rgb24"),
        ]
        if self.crop.upside_down:
            steps += [("hflip", ""), ("vflip", "")]
        graph = Graph()
        last = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
        for name, arguments in steps:
            step = graph.add(name, arguments) if arguments else graph.add(name)
            last.link_to(step)
            last = step
        last.link_to(graph.add("buffersink"))
        graph.configure()
        return graph


# What makes a picture with this rotation (PyAV: degrees counter-clockwise) stand upright.
TURNS: dict[int, list[tuple[str, str]]] = {
    0: [],
    90: [("transpose", "cclock")],
    180: [("hflip", ""), ("vflip", "")],
    270: [("transpose", "clock")],
}
