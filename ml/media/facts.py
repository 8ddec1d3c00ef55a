"""What is known of a recording, what is allowed, and why one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GIB = 1024**3
MIB = 1024**2


@dataclass(frozen=True)
class Limits:
    """What a recording may be, and what looking at it may cost."""

    max_bytes: int = 2 * GIB
    max_seconds: float = 1800.0
    min_seconds: float = 2.0
    max_pixels: int = 4096 * 2304  # area of one picture
    max_side: int = 4096  # longest side of the picture, pixels
    min_side: int = 64  # shortest side of the picture, pixels
    min_frame_rate: float = 4.0  # pictures per second; below this it is a slide show
    probe_wall_seconds: float = 90.0
    probe_cpu_seconds: int = 60
    probe_memory_bytes: int = 1536 * MIB  # address space, libraries included


LIMITS = Limits()
DECODER_PIXELS = 2 * LIMITS.max_pixels  # a picture that grows beyond this in mid-stream is not decoded


@dataclass(frozen=True)
class MediaFacts:
    """What the probe measured; width and height are those of the upright picture with square dots."""

    duration: float  # seconds of picture, from the file's own zero
    width: int
    height: int
    frame_rate: float  # average, pictures per second
    rotation: int  # degrees the stored picture is turned by to stand upright: 0, 90, 180 or 270
    video_codec: str
    audio_codec: str
    sample_rate: int  # Hz
    channels: int
    bit_rate: int  # bits per second, the whole file
    size: int  # bytes
    container: str = "mov"  # the demuxer that the content asked for, never the name's ending
    video_stream: int = 0
    audio_stream: int = 1
    # The make and model that the file names, else what its kind is in words (ml/media/device.py); nothing personal.
    device: str = ""
    # Of the proxy (ml/media/gauge.py): LUFS, and mean luma from 0 to 1; None where it was not measured.
    loudness: float | None = None
    brightness: float | None = None


@dataclass(frozen=True)
class Crop:
    """The part of the upright picture that holds keyboard, hands and forearms.

    x, y, width, height are fractions of the upright picture (0 to 1, x to the right, y down). `upside_down` says that
    the camera stood opposite the player: whoever reads frames with this crop gets them turned by 180 degrees.
    `confidence` runs from 0 (no keyboard found: the whole picture) to 1.
    """

    x: float = 0.0
    y: float = 0.0
    width: float = 1.0
    height: float = 1.0
    upside_down: bool = False
    confidence: float = 0.0

    def __post_init__(self) -> None:
        inside = self.x >= 0 and self.y >= 0 and self.x + self.width <= 1 + 1e-6 and self.y + self.height <= 1 + 1e-6
        if not (inside and self.width > 0 and self.height > 0):
            raise ValueError(f"a crop lies inside the picture, this one does not: {self}")


WHOLE = Crop()

_SENTENCES = {
    "empty": "This file is empty: nothing arrived in it. Please send the recording again.",
    "web_page": "This file is a web page, not a recording. Save the video itself and send that.",
    "playlist": "This file is only a list that points to other files. Please send the video file itself.",
    "unreadable": "We could not read this file as a video. Please send it just as your phone or camera made it "
    "(mp4, mov or webm).",
    "codec": "This video is packed in a way we do not know ({codec}). Please export it as an mp4 and send that.",
    "damaged": "Parts of this file are damaged: its {part} cannot be played. Please copy it from your phone or camera "
    "again and send the copy.",
    "truncated": "The end of this file is missing, as if it was cut off on the way. Please send the recording again.",
    "no_video": "There is no moving picture in this file. We need to see your hands: please record a video.",
    "no_audio": "There is no sound in this video. Please record again with the microphone switched on.",
    "silent": "The sound of this video is silent from beginning to end. Please check the microphone and record again.",
    "too_long": "This recording lasts {minutes:.0f} minutes, and at most {limit:.0f} are possible. "
    "Please cut it, or send one piece at a time.",
    "too_short": "This recording lasts only {seconds:.1f} seconds, too short to judge. It needs at least {limit:.0f}.",
    "too_large": "This file is {size:.1f} GB large, and at most {limit:.1f} GB are possible. "
    "Please record in a lower quality (1080p is plenty) or cut the beginning and the end.",
    "dimensions": "The picture is {width} × {height} dots, which we cannot use. "
    "Please record in a usual size, such as 1280 × 720 or 1920 × 1080.",
    "frame_rate": "This video shows only {rate:.1f} pictures per second, so your hands cannot be followed. "
    "Please record with at least 24.",
    "timeout": "Reading this file took too long, so we stopped. Please export it as an mp4 and send that.",
    "memory": "Reading this file needed too much memory, so we stopped. Please export it as an mp4 in 1080p and send "
    "that.",
}
REFUSALS = frozenset(_SENTENCES)


class NotAPerformance(Exception):
    """The file cannot be graded. `code` is for programs, `sentence` tells a student what happened and what to do;
    `numbers` are those in the sentence, for whoever says it in another language.
    """

    def __init__(self, code: str, sentence: str, numbers: Mapping[str, float | str] | None = None) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence
        self.numbers = dict(numbers or {})

    def __str__(self) -> str:
        return self.sentence

    @classmethod
    def because(cls, code: str, **numbers: float | str) -> NotAPerformance:
        return cls(code, _SENTENCES[code].format(**numbers), numbers)
