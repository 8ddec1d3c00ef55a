"""Small recordings made on the spot: every frame carries its number, every second a flash and a click."""

from __future__ import annotations

import os
import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
import numpy as np

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
RATE = 44_100  # Hz
WIDTH, HEIGHT = 192, 128  # pixels
BITS, SQUARE = 10, 16  # the frame's number, as a row of squares this many pixels wide
LAMP = slice(64, 112)  # rows and columns that light up on every whole second
CLICK = 0.1  # seconds of a 1 kHz tone on every whole second

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "96k")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M", "-c:a", "libopus")


def data_folder() -> Path:
    """Where real recordings are looked for: CLAVIER_DATA, else beside the checkout."""
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    return Path(os.environ.get("CLAVIER_DATA", beside))


def recordings() -> list[Path]:
    return sorted((data_folder() / "recordings").glob("*.mp4"))


def numbered(count: int, rate: float = 30) -> np.ndarray:
    """[count, HEIGHT, WIDTH, 3] uint8: squares say the frame's number in binary, the lamp shines in whole seconds."""
    frames = np.full((count, HEIGHT, WIDTH, 3), 60, np.uint8)
    for number in range(count):
        for bit in range(BITS):
            bright = number >> bit & 1
            frames[number, 8 : 8 + SQUARE, 8 + bit * SQUARE : 8 + (bit + 1) * SQUARE] = 235 if bright else 20
        if number / rate % 1 < CLICK:
            frames[number, LAMP, LAMP] = 235
    return frames


def number_in(frame: np.ndarray) -> int:
    """The number drawn in a frame of full size."""
    middle = 8 + SQUARE // 2
    return sum(int(frame[middle, middle + bit * SQUARE].mean() > 128) << bit for bit in range(BITS))


def clicks(seconds: float, *, begin: float = 0.0) -> np.ndarray:
    """[samples] float32: a tone at every whole second, cut to what is heard from `begin` on."""
    moments = np.arange(round(begin * RATE), round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * 1000 * moments) * (moments % 1 < CLICK)).astype(np.float32)


def write_wave(path: Path, sound: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


def ffmpeg(*words: object, stdin: bytes = b"") -> bytes:
    command = [FFMPEG, "-v", "error", "-y", *map(str, words)]
    return subprocess.run(command, input=stdin, check=True, capture_output=True).stdout


def film(
    path: Path,
    frames: np.ndarray | None = None,
    sound: np.ndarray | None = None,
    *,
    rate: float = 30,
    codecs: Sequence[str] = (*H264, *AAC),
    before_sound: Sequence[str] = (),
    options: Sequence[str] = (),
) -> Path:
    """Write a recording; three numbered seconds with clicks unless told otherwise. Empty `sound`: none at all."""
    frames = numbered(round(3 * rate), rate) if frames is None else frames
    sound = clicks(len(frames) / rate) if sound is None else sound
    height, width = frames.shape[1:3]
    picture = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", rate, "-i", "-")
    heard: tuple[object, ...] = ()
    if sound.size:
        heard = (*before_sound, "-i", write_wave(path.with_suffix(".wav"), sound))
    ffmpeg(*picture, *heard, *codecs, "-threads", "1", *options, path, stdin=frames.tobytes())
    return path
