"""A desk to sit at: a recording with real media, and its page in a real browser."""

import json
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from django.urls import reverse

from grading.models import Performance
from ml.features.mel import mel_picture, mel_tiles
from ml.media import make_poster, make_proxy, peaks, probe
from ml.media.proxy import MUXING
from submissions.models import Submission

RATE = 44_100
BAR = 10  # seconds of film and sound that are repeated


def prepared(folder: Path, *, seconds: int, size: str = "1280x720") -> Path:
    """What the media worker would have made of `seconds` of a test picture with notes, by its own means."""
    source, bar = folder / "source.mp4", folder / "bar.mp4"
    picture, sound = f"testsrc2=size={size}:rate=30:duration={BAR}", f"sine=frequency=440:duration={BAR}"
    _ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-pix_fmt", "yuv420p", source)
    make_proxy(source, bar, facts=probe(source))
    again = ("-stream_loop", str(-(-seconds // BAR)), "-i", bar, "-c", "copy", "-t", str(seconds))
    _ffmpeg(*again, *map(str, MUXING), folder / "proxy.mp4")
    source.unlink()
    bar.unlink()
    make_poster(folder / "proxy.mp4", folder / "poster.jpg", at=seconds / 2)
    heard = notes(seconds)
    (folder / "peaks.json").write_text(json.dumps(peaks(heard)))
    mel_picture(heard, folder / "mel.png")
    mel_tiles(heard, folder)
    return folder


def notes(seconds: int) -> np.ndarray:
    """Three notes a second that fade, in a room that hums: as hard to draw as playing is."""
    chance, moments = np.random.default_rng(4), np.arange(RATE) / RATE
    sound = chance.normal(0, 0.001, seconds * RATE).astype(np.float32)
    for beat in range(0, 3 * seconds - 3):
        tone = sum(np.sin(2 * np.pi * 55 * 2 ** (chance.integers(60) / 12) * n * moments) / n for n in range(1, 6))
        begin = beat * RATE // 3
        sound[begin : begin + RATE] += (0.1 * chance.random() * tone * np.exp(-4 * moments)).astype(np.float32)
    return sound


def windows(seconds: float, count: int) -> list[dict[str, float]]:
    """Levels that wander, as a model gives them."""
    chance, length = np.random.default_rng(7), seconds / count
    visual, aural = (np.clip(5.5 + np.cumsum(chance.normal(0, 0.3, count)), 2, 9) for _ in range(2))
    return [
        {
            "start": round(index * length, 3),
            "end": round(min(seconds, (index + 3) * length), 3),
            "visual": float(visual[index]),
            "aural": float(aural[index]),
            "fused": float(visual[index] + aural[index]) / 2,
            "low": int(min(visual[index], aural[index])),
            "high": int(max(visual[index], aural[index])) + 1,
        }
        for index in range(count)
    ]


def _ffmpeg(*arguments: str | Path) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", *arguments]
    subprocess.run(command, check=True, timeout=120)


def lay(performance: Performance, made: Path) -> None:
    """Put the files where this performance has them."""
    performance.folder.parent.mkdir(parents=True, exist_ok=True)
    performance.folder.symlink_to(made)


class Tab:
    """The desk in a tab of somebody's browser."""

    def __init__(self, context: Any, submission: Submission) -> None:
        self.page = context.new_page()
        self.address = reverse("reviews:desk", args=[submission.pk])
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)

    def open(self) -> "Tab":
        self.page.goto(self.address)
        self.page.locator("html[data-desk=ready]").wait_for()
        self.page.wait_for_function("() => document.querySelector('video').readyState >= 2")
        return self

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def now(self) -> float:
        return float(self.page.evaluate("() => document.querySelector('video').currentTime"))

    @property
    def plays(self) -> bool:
        return bool(self.page.evaluate("() => !document.querySelector('video').paused"))

    @property
    def said(self) -> str:
        return str(self.page.locator("[data-said]").inner_text()).strip()


def sign_in(context: Any, client: Any, url: str) -> None:
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
