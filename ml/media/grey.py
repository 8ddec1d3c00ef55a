"""A proxy's pictures one after the other, in grey and small: what checks look through when colour says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from ml.media.decode import OPTIONS, THREADS


def iter_grey(proxy: Path, *, width: int) -> Iterator[np.ndarray]:
    """Every picture of `proxy`, [height, width] uint8, its height as its shape has it. Of our own proxies alone, which
    stand upright in yuv420p: their first plane is the grey picture, so that no colour is ever computed.
    """
    with av.open(f"file:{proxy}", options=OPTIONS, metadata_errors="replace") as container:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        video.codec_context.thread_count = THREADS
        video.codec_context.options = {"skip_loop_filter": "all"}  # unseen at this size
        for frame in container.decode(video):
            plane = frame.planes[0]
            grey = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
            size = (width, max(1, round(width * frame.height / frame.width)))
            yield cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
