"""The table of what people send: on every kind of file picture and sound are found at exactly their moment.

Each frame carries its number and each whole second a flash and a click, so being a frame or a fiftieth off shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from ml.media import iter_frames, make_proxy, probe, read_frames, read_sound
from tests.ml.media.files import AAC, H264, HEIGHT, RATE, VP8, WIDTH, clicks, ffmpeg, film, number_in, numbered

SECONDS = 4
NTSC = 30_000 / 1001
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "14", "-pix_fmt", "yuv420p", "-x265-params")
OPEN_GROUPS = (*H265, "log-level=none:open-gop=1:keyint=40:bframes=3")
CLOSED_GROUPS = (*H265, "log-level=none:open-gop=0:keyint=30")
PYRAMID = ("-c:v", "libx264", "-preset", "medium", "-crf", "14", "-bf", "3", "-pix_fmt", "yuv420p")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M", "-c:a", "libopus")
LIVE = ("-f", "webm", "-live", "1", "-g", "45")
DARK = r"select='not(between(n\,31\,58))+not(mod(n\,8))'"  # as a phone drops frames when light is short


@dataclass(frozen=True)
class Kind:
    """How one sort of file is made. `missing` frames were never filmed; `turn` is in the file's display matrix."""

    rate: float = 30.0
    suffix: str = ".mp4"
    codecs: tuple[str, ...] = (*H264, *AAC)
    options: tuple[str, ...] = ()
    before_sound: tuple[str, ...] = ()
    heard: tuple[float, float] = (0.0, float(SECONDS))  # when the sound begins and ends
    missing: frozenset[int] = field(default=frozenset())
    turn: int = 0


KINDS = {
    "24 a second": Kind(rate=24),
    "25 a second": Kind(rate=25),
    "29.97 a second": Kind(rate=NTSC, options=("-video_track_timescale", "30000")),
    "60 a second": Kind(rate=60),
    "frames that depend on later ones": Kind(codecs=(*PYRAMID, "-g", "250", *AAC)),
    "varying frame rate": Kind(
        options=("-vf", DARK, "-fps_mode", "vfr"), missing=frozenset(n for n in range(31, 59) if n % 8)
    ),
    "turned by a quarter": Kind(turn=90),
    "turned upside down": Kind(turn=180),
    "hevc": Kind(codecs=(*CLOSED_GROUPS, "-tag:v", "hvc1", *AAC)),
    "hevc with open groups": Kind(codecs=(*OPEN_GROUPS, "-tag:v", "hvc1", *AAC)),
    "vp8 from a browser, no duration": Kind(suffix=".webm", codecs=(*VP8, *LIVE)),
    "vp9 and opus from a browser, no duration": Kind(suffix=".webm", codecs=(*VP9, *LIVE)),
    "sound starts late": Kind(before_sound=("-itsoffset", "0.7"), heard=(0.7, SECONDS)),
    "sound ends early": Kind(heard=(0.0, 2.5)),
    "mono at 48 kHz": Kind(options=("-ar", "48000", "-ac", "1")),
    "stereo at 44.1 kHz": Kind(options=("-ar", "44100", "-ac", "2")),
}
IN_STEP = 0.03  # seconds, of a click


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.replace(" ", "-"))
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture(scope="module")
def source(kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Path:
    frames = numbered(round(SECONDS * kind.rate), kind.rate)
    begin, end = kind.heard
    path = tmp_path_factory.mktemp("kinds") / f"film{kind.suffix}"
    made = film(
        path,
        np.ascontiguousarray(np.rot90(frames, -kind.turn // 90, axes=(1, 2))),
        clicks(end, begin=begin),
        rate=kind.rate,
        codecs=kind.codecs,
        before_sound=kind.before_sound,
        options=kind.options,
    )
    if not kind.turn:
        return made
    turned = path.with_name(f"turned{kind.suffix}")
    ffmpeg("-display_rotation", kind.turn, "-i", made, "-c", "copy", turned)
    return turned


def shown(kind: Kind, number: int) -> int:
    """The frame that stands on the screen when `number` would be due."""
    while number in kind.missing:
        number -= 1
    return number


def first_clicks(sound: np.ndarray) -> list[float]:
    """Where a tone begins after at least half a second without one."""
    loud = np.flatnonzero(np.abs(sound) > 0.1) / RATE
    return [float(moment) for moment in loud[np.diff(loud, prepend=-1) > 0.5]]


def due(kind: Kind) -> list[float]:
    """Whole seconds with a click, but for a first one that a late sound may have cut."""
    begin, end = kind.heard
    return [float(second) for second in range(SECONDS) if begin <= second < end]


def test_sought_frames_are_exact(kind: Kind, source: Path) -> None:
    numbers = np.random.default_rng(5).integers(0, round(SECONDS * kind.rate), 24).tolist()
    frames = read_frames(source, [number / kind.rate for number in numbers], size=(HEIGHT, WIDTH))
    assert [number_in(frame) for frame in frames] == [shown(kind, number) for number in numbers]


def test_frames_in_a_row_are_exact(kind: Kind, source: Path) -> None:
    frames = [number_in(frame) for frame in iter_frames(source, kind.rate, size=(HEIGHT, WIDTH))]
    assert frames == [shown(kind, number) for number in range(round(SECONDS * kind.rate))]


def test_clicks_are_heard_on_the_second(kind: Kind, source: Path) -> None:
    assert first_clicks(read_sound(source)) == pytest.approx(due(kind), abs=IN_STEP)


def test_the_proxy_keeps_every_moment(kind: Kind, source: Path) -> None:
    proxy = source.with_name("proxy.mp4")
    make_proxy(source, proxy, facts=probe(source))
    moments = np.arange(0.25, SECONDS - 0.25, 0.1)
    seen = [number_in(frame) for frame in read_frames(proxy, moments, size=(HEIGHT, WIDTH))]
    meant = [shown(kind, int(moment * kind.rate)) for moment in moments]
    assert np.abs(np.subtract(seen, meant)).max() <= max(1, round(kind.rate / 30))
    sound = read_sound(proxy)
    assert first_clicks(sound) == pytest.approx(due(kind), abs=IN_STEP)
    assert len(sound) / RATE == pytest.approx(SECONDS, abs=0.1)
