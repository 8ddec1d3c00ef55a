"""How a recording becomes the network's input. Stored with the weights: another preparation is another model."""

from __future__ import annotations

import math
from dataclasses import dataclass

PROXY_FRAME_RATE = 30.0  # pictures per second of every proxy: what 'native' means


@dataclass(frozen=True)
class Preparation:
    """Sizes are (height, width) in pixels, times in seconds, frequencies in Hz.

    The defaults are our recipe; `paper()` gives the one of the 2023 paper.
    """

    frames: int = 16  # per clip
    frame_rate: float | None = 15.0  # pictures per second the clips are sampled at; None: the proxy's own
    clips: int = 10  # per sample (a window)
    stride: int = 2  # clips from one window to the next
    resize: tuple[int, int] = (128, 171)
    kernel: str = "area"  # of making smaller; 'bilinear' is Pillow's
    side: int = 112  # of the centre crop
    frame_mean: tuple[float, float, float] = (0.43216, 0.394666, 0.37645)  # of Kinetics, as torchvision's r3d_18 wants
    frame_std: tuple[float, float, float] = (0.22803, 0.22145, 0.216989)
    sound_seconds: float | None = 3.5  # of sound around each clip's middle; None: the clip's own length
    sample_rate: int = 44_100
    n_fft: int = 2048
    hop: int = 512
    bands: int = 128
    low: float = 20.0
    high: float = 8300.0
    top_db: float = 80.0  # range kept below the reference
    reference: float | None = 10**3.6  # mel power of 0 dB, fixed so that loudness survives; None: each clip's maximum
    picture: int = 224  # side of the mel picture

    @property
    def rate(self) -> float:
        """Pictures per second at which clips are sampled."""
        return self.frame_rate or PROXY_FRAME_RATE

    @property
    def clip_seconds(self) -> float:
        return self.frames / self.rate

    @property
    def heard_seconds(self) -> float:
        """Seconds of sound that belong to one clip."""
        return self.sound_seconds or self.clip_seconds

    def first_frames(self, count: int) -> tuple[int, ...]:
        """Where the clips begin in a recording of `count` sampled frames: one after the other, the last at the end.

        Every frame lies in a clip. A recording shorter than a clip has one, to be filled up with its last frame.
        """
        last = max(0, count - self.frames)
        starts = tuple(range(0, last + 1, self.frames))
        return starts if starts[-1] == last else (*starts, last)

    def windows(self, clips: int) -> tuple[range, ...]:
        """Which clips make up each window: `self.clips` of them, moving by `self.stride`, the last at the end."""
        last = max(0, clips - self.clips)
        starts = list(range(0, last + 1, self.stride))
        if starts[-1] != last:
            starts.append(last)
        return tuple(range(start, min(clips, start + self.clips)) for start in starts)

    def count_clips(self, duration: float) -> int:
        """How many clips a recording of `duration` seconds has."""
        return len(self.first_frames(max(1, math.floor(duration * self.rate + 1e-4))))


def paper() -> Preparation:
    """As published: native frame rate, sound of the clip's own length against its own maximum."""
    return Preparation(frame_rate=None, kernel="bilinear", sound_seconds=None, reference=None)
