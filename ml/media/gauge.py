"""Proxy to how loud and how bright it is: what tells one room, phone or microphone from another."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import imageio_ffmpeg

from ml.media import bounded
from ml.media.facts import GIB, MIB

BLACK, WHITE = 16, 235  # the luma of both in a proxy
LOOK = "64:36"  # pixels that a picture is made to before its mean is taken

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gauged:
    """`loudness`: integrated, in LUFS (ITU-R BS.1770-4, by ffmpeg's ebur128), -70 where all lies below its gate.
    `brightness`: mean luma of a picture a second, 0 (black) to 1 (white). None where it could not be measured.
    """

    loudness: float | None = None
    brightness: float | None = None


def gauge(proxy: Path, *, seconds: float) -> Gauged:
    """Only ever given our own proxies. What cannot be measured is no fault of the recording, so it is logged and left
    unknown, and holds nothing up.
    """
    bounds = bounded.Bounds(
        wall_seconds=60 + seconds, cpu_seconds=round(60 + seconds), memory_bytes=2 * GIB, file_bytes=8 * MIB
    )
    try:
        said = bounded.run(_command(proxy.resolve()), bounds)
    except (bounded.OutOfBounds, bounded.Failed) as failure:
        logger.warning("Could not gauge %s: %s", proxy, failure)
        return Gauged()
    loud, bright = _values(said, "r128.I"), _values(said, "signalstats.YAVG")
    return Gauged(
        loudness=round(max(-70.0, loud[-1]), 1) if loud else None,
        brightness=round(min(1.0, max(0.0, (fmean(bright) - BLACK) / (WHITE - BLACK))), 3) if bright else None,
    )


def _command(proxy: Path) -> list[str | Path]:
    """Each picture's luma and the loudness so far, one a line. Of a proxy's pictures each thirtieth is a key frame."""
    look = f"scale={LOOK}:flags=area,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-"
    listen = "ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=-"
    return [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file"),
        *("-skip_frame", "nokey", "-threads", "1", "-f", "mov", "-i", f"file:{proxy}"),
        *("-map", "0:v", "-vf", look, "-f", "null", "-", "-map", "0:a", "-af", listen, "-f", "null", "-"),
    ]


def _values(said: str, key: str) -> list[float]:
    return [float(number) for number in re.findall(rf"^lavfi\.{re.escape(key)}=(-?[\d.]+)$", said, re.MULTILINE)]
