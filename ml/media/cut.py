"""A stretch of a longer film as a film of its own."""

from __future__ import annotations

import os
from pathlib import Path

import imageio_ffmpeg

from ml.media import bounded
from ml.media.facts import DECODER_PIXELS, GIB, MIB, MediaFacts, NotAPerformance

QUALITY = 18  # x264's constant rate factor: nothing is to be seen of the second coding
MEMORY_BYTES = 3 * GIB


def cut(source: Path, out: Path, *, facts: MediaFacts, start: float, end: float) -> None:
    """Write the seconds from `start` to `end` of `source`, which `probe` described by `facts`, to `out`, coded anew so
    that it begins at that very frame. Raises NotAPerformance.
    """
    source, out, seconds = Path(source).resolve(), Path(out).resolve(), end - start
    half_done = out.with_name(f".{out.name}.{os.getpid()}.part")
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-nostdin", "-hide_banner", "-v", "error", "-y", "-protocol_whitelist", "file"),
        *("-format_whitelist", facts.container, "-f", facts.container, "-max_pixels", DECODER_PIXELS),
        *("-threads", "2", "-ss", f"{start:.3f}", "-i", f"file:{source}", "-t", f"{seconds:.3f}"),
        *("-map", f"0:{facts.video_stream}", "-map", f"0:{facts.audio_stream}", "-sn", "-dn", "-map_metadata", "-1"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", QUALITY, "-pix_fmt", "yuv420p"),
        *("-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart", "-f", "mp4"),
        half_done,
    ]
    bounds = bounded.Bounds(
        wall_seconds=120 + 8 * seconds,
        cpu_seconds=round(300 + 20 * seconds),
        memory_bytes=MEMORY_BYTES,
        file_bytes=round(64 * MIB + 2 * MIB * seconds),
    )
    try:
        bounded.run(command, bounds)
        os.replace(half_done, out)
    except bounded.OutOfBounds as stopped:
        raise NotAPerformance.because("timeout" if stopped.what == "time" else "memory") from stopped
    except bounded.Failed as failure:
        raise NotAPerformance.because("damaged", part="picture or sound") from failure
    finally:
        half_done.unlink(missing_ok=True)
