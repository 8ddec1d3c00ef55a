"""What the tests' camera sees and its microphone hears: a real recording, or a generated one where there is none."""

import subprocess
from pathlib import Path

import imageio_ffmpeg

from ml.recital import Recital, render
from tests.ml.media.files import recordings

SECONDS = 24
BEGIN = 6  # seconds; before it nobody sits at the piano


def filmed(folder: Path) -> tuple[Path, Path]:
    """Motion JPEG and WAV, as Chromium's fake devices read them."""
    source, picture, sound = _source(folder), folder / "camera.mjpeg", folder / "microphone.wav"
    take = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-ss", str(BEGIN), "-t", str(SECONDS), "-i", source]
    for made in (
        [*take, "-an", "-vf", "scale=640:360", "-r", "30", "-q:v", "5", picture],
        [*take, "-vn", "-ac", "1", "-ar", "48000", sound],
    ):
        subprocess.run(made, check=True, timeout=120)
    return picture, sound


def _source(folder: Path) -> Path:
    real = [path for path in recordings() if "upsidedown" not in path.name]
    if real:
        return real[0]
    made = folder / "recital.mp4"
    render(Recital(seed=74, level=5, piece="lullaby", player=71, size=(640, 360), seconds=BEGIN + SECONDS), made)
    return made
