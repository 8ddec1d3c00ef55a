"""Recording to proxy: the one file that everybody watches, hears and grades.

Constant 30 pictures a second, H.264 with a key frame every second, AAC; upright, at most 720 lines, nothing of the
original's metadata. Picture and sound both begin at 0 and the sound lasts as long as the picture, so that every moment
anyone speaks of is a number of seconds from the proxy's start.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg

from ml.media import bounded
from ml.media.facts import DECODER_PIXELS, GIB, MIB, MediaFacts, NotAPerformance

FRAME_RATE = 30  # pictures per second
SAMPLE_RATE = 44_100  # Hz
LONG_SIDE, SHORT_SIDE = 1280, 720  # pixels
QUALITY = 23  # x264's constant rate factor
MAX_RATE = "6M"  # bits per second
# Sound and picture take turns each second instead of each frame: the index that a player fetches before anything else
# is then half as long (ten minutes: 0.33 MB instead of 0.65).
CHUNK = 1_000_000  # microseconds
MUXING = ("-movflags", "+faststart", "-chunk_duration", CHUNK, "-max_muxing_queue_size", "4096", "-f", "mp4")
MEMORY_BYTES = 3 * GIB  # address space, thread stacks included; a 4K recording was seen to take 1.2
THREADS = max(1, min(4, os.cpu_count() or 1))

Progress = Callable[[float], None]


def make_proxy(source: Path, out: Path, *, facts: MediaFacts, progress: Progress | None = None) -> None:
    """Write the proxy of `source`, which `probe` described by `facts`, to `out`. `progress` gets fractions from 0 to 1.

    Raises NotAPerformance (damaged, timeout, memory) when the file looked sound to the probe and is not.
    """
    source, out = Path(source).resolve(), Path(out).resolve()
    seconds = picture_seconds(facts)
    half_done = out.with_name(f".{out.name}.{os.getpid()}.part")
    bounds = bounded.Bounds(
        wall_seconds=120 + 8 * seconds,
        cpu_seconds=round(300 + 20 * seconds),
        memory_bytes=MEMORY_BYTES,
        file_bytes=round(64 * MIB + MIB * seconds),
    )
    watch = _reader(seconds, progress) if progress else None
    try:
        bounded.run([*_command(source, facts, seconds), half_done], bounds, watch=watch)
        os.replace(half_done, out)
    except bounded.OutOfBounds as stopped:
        raise NotAPerformance.because("timeout" if stopped.what == "time" else "memory") from stopped
    except bounded.Failed as failure:
        raise NotAPerformance.because("damaged", part="picture or sound") from failure
    finally:
        half_done.unlink(missing_ok=True)
    if progress:
        progress(1.0)


def picture_seconds(facts: MediaFacts) -> float:
    """The proxy's length in seconds: the picture's, in whole frames."""
    return max(1, math.floor(facts.duration * FRAME_RATE + 0.5)) / FRAME_RATE


def proxy_size(facts: MediaFacts) -> tuple[int, int]:
    """Width and height of the proxy: the upright picture made to fit, never enlarged, even numbers."""
    wide = facts.width >= facts.height
    box = (LONG_SIDE, SHORT_SIDE) if wide else (SHORT_SIDE, LONG_SIDE)
    scale = min(1.0, box[0] / facts.width, box[1] / facts.height)
    width, height = (max(2, round(side * scale / 2) * 2) for side in (facts.width, facts.height))
    return width, height


def _command(source: Path, facts: MediaFacts, seconds: float) -> list[str | Path]:
    width, height = proxy_size(facts)
    picture = f"fps={FRAME_RATE}:start_time=0,scale={width}:{height}:flags=area+accurate_rnd,setsar=1,format=yuv420p"
    picture += f",tpad=stop_mode=clone:stop_duration={1 / FRAME_RATE:.4f}"
    sound = f"aresample={SAMPLE_RATE}:async=1:min_hard_comp=0.02:first_pts=0,apad=whole_dur={seconds:.6f}"
    return [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-nostdin", "-hide_banner", "-v", "error", "-y", "-nostats", "-progress", "pipe:1"),
        *("-protocol_whitelist", "file", "-format_whitelist", facts.container, "-f", facts.container),
        *("-threads", THREADS, "-max_pixels", DECODER_PIXELS, "-i", f"file:{source}"),
        *("-map", f"0:{facts.video_stream}", "-map", f"0:{facts.audio_stream}", "-sn", "-dn"),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"),
        *("-filter_threads", "1", "-vf", picture, "-af", sound, "-t", f"{seconds:.6f}"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", QUALITY, "-maxrate", MAX_RATE, "-bufsize", "12M"),
        *("-g", FRAME_RATE, "-keyint_min", FRAME_RATE, "-sc_threshold", "0", "-threads", THREADS, "-a53cc", "0"),
        *("-c:a", "aac", "-b:a", "160k", "-ar", SAMPLE_RATE, "-ac", min(2, facts.channels) or 1),
        *MUXING,
    ]


def _reader(seconds: float, progress: Progress) -> Callable[[str], None]:
    """Turn ffmpeg's progress report into fractions, each told once."""
    told = -1.0

    def read(said: str) -> None:
        nonlocal told
        done = [line for line in said[-2000:].splitlines() if line.startswith("out_time_us=")]
        number = done[-1].partition("=")[2] if done else ""
        fraction = min(0.99, int(number) / 1e6 / seconds) if number.isdigit() else 0.0
        if fraction > told:
            told = fraction
            progress(fraction)

    return read
