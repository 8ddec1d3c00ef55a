"""Proxy to stills and excerpts, cut with moviepy. Only ever given our own proxies, never an upload."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

POSTER_WIDTH = 640  # pixels
POSTER_QUALITY = 85  # JPEG
EXCERPT_SECONDS = 10.0


def make_poster(proxy: Path, out: Path, *, at: float) -> None:
    """Write the picture shown `at` seconds as a JPEG, at most 640 wide."""
    from moviepy import VideoFileClip  # half a second of imports, for those alone who cut

    with VideoFileClip(str(proxy), audio=False) as clip:
        frame = clip.get_frame(min(max(0.0, at), max(0.0, clip.duration - 0.1)))
    picture = Image.fromarray(frame)
    if picture.width > POSTER_WIDTH:
        height = round(picture.height * POSTER_WIDTH / picture.width)
        picture = picture.resize((POSTER_WIDTH, height), Image.Resampling.BOX)
    half_done = out.with_name(f".{out.name}.{os.getpid()}.part")
    picture.save(half_done, "JPEG", quality=POSTER_QUALITY, optimize=True)
    os.replace(half_done, out)


def make_excerpt(proxy: Path, out: Path, *, start: float, seconds: float = EXCERPT_SECONDS) -> None:
    """Write `seconds` of the proxy from `start` on as an mp4 of its own, with sound: a moment to show to somebody."""
    from moviepy import VideoFileClip

    half_done = out.with_name(f".{out.name}.{os.getpid()}.part.mp4")
    try:
        with VideoFileClip(str(proxy)) as clip:
            begin = min(max(0.0, start), max(0.0, clip.duration - 0.5))
            part = clip.subclipped(begin, min(clip.duration, begin + seconds))
            part.write_videofile(
                str(half_done),
                codec="libx264",
                audio_codec="aac",
                preset="veryfast",
                pixel_format="yuv420p",
                threads=1,
                ffmpeg_params=["-movflags", "+faststart", "-map_metadata", "-1"],
                temp_audiofile_path=str(out.parent),
                logger=None,
            )
        os.replace(half_done, out)
    finally:
        half_done.unlink(missing_ok=True)
