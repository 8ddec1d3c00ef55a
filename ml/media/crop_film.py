"""Proxy to what the model sees of it: the frame alone, small and silent. What a school keeps that keeps little."""

from __future__ import annotations

import os
from pathlib import Path

import imageio_ffmpeg

from ml.media import bounded
from ml.media.facts import GIB, MIB, Crop

RATE = 15  # pictures per second, as the model samples them
SIDES = 172, 128  # width and height in pixels: the model's own, made even
MEMORY_BYTES = 2 * GIB


def make_crop_film(proxy: Path, out: Path, crop: Crop, *, duration: float) -> None:
    """Write the part of `proxy` (`duration` seconds) inside `crop`, upright for the player, without sound.

    Only ever given our own proxies. Raises bounded.Failed or bounded.OutOfBounds, and then leaves nothing behind.
    """
    proxy, out = Path(proxy).resolve(), Path(out).resolve()
    half_done = out.with_name(f".{out.name}.{os.getpid()}.part")
    turned = ",hflip,vflip" if crop.upside_down else ""
    picture = (
        f"crop=iw*{crop.width:.4f}:ih*{crop.height:.4f}:iw*{crop.x:.4f}:ih*{crop.y:.4f}{turned},"
        f"fps={RATE},scale={SIDES[0]}:{SIDES[1]}:flags=area,setsar=1,format=yuv420p"
    )
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-nostdin", "-hide_banner", "-v", "error", "-y", "-protocol_whitelist", "file", "-threads", "1"),
        *("-i", f"file:{proxy}", "-map", "0:v:0", "-an", "-sn", "-dn", "-map_metadata", "-1", "-vf", picture),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-g", RATE, "-movflags", "+faststart", "-f", "mp4"),
        half_done,
    ]
    bounds = bounded.Bounds(
        wall_seconds=60 + 2 * duration,
        cpu_seconds=round(60 + 4 * duration),
        memory_bytes=MEMORY_BYTES,
        file_bytes=round(16 * MIB + MIB * duration),
    )
    try:
        bounded.run(command, bounds)
        os.replace(half_done, out)
    finally:
        half_done.unlink(missing_ok=True)
