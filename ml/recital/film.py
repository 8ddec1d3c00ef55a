"""A performance as a file: H.264 and AAC in mp4, sound and picture on one clock."""

import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterable
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from ml.recital.recital import RecitalError
from ml.recital.scenery import Image
from ml.recital.sound import RATE, Samples

Progress = Callable[[float], None]

LOWEST_QUALITY, HIGHEST_QUALITY = 31, 20  # x264's constant rate factor, the span of the nuisance 'compression'
SOUND_BITRATE = "128k"


def write_wave(samples: Samples, path: Path) -> None:
    """16-bit mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.clip(np.round(samples * 32767), -32768, 32767).astype("<i2").tobytes())


def write(
    frames: Iterable[Image],
    count: int,
    samples: Samples,
    out: Path,
    *,
    size: tuple[int, int],
    fps: float,
    quality: int,
    phone: tuple[str, str] | None = None,
    progress: Progress | None = None,
) -> None:
    """Encode frames as they come; ``progress`` hears the share done (0..1). The file appears whole or not at all."""
    width, height = size
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".recital-") as folder:
        sound, made = Path(folder) / "sound.wav", Path(folder) / "made.mp4"
        write_wave(samples, sound)
        rate = "30000/1001" if abs(fps - 30000 / 1001) < 1e-6 else f"{fps:g}"
        signed = ("com.apple.quicktime.make", "com.apple.quicktime.model") if phone else ()
        tags = [word for tag in zip(signed, phone or (), strict=True) for word in ("-metadata", "=".join(tag))]
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y",
            "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", rate, "-i", "-", "-i", str(sound),
            "-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(quality),
            "-threads", "1", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", SOUND_BITRATE, "-ar", str(RATE), "-ac", "1",
            "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
            *tags, "-movflags", "+faststart+use_metadata_tags" if phone else "+faststart", str(made),
        ]  # fmt: skip
        complaints = Path(folder) / "complaints"
        with (
            complaints.open("wb") as errors,
            subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors) as encoder,
        ):
            assert encoder.stdin is not None
            try:
                for index, frame in enumerate(frames):
                    encoder.stdin.write(frame.data)
                    if progress is not None and index % 15 == 0:
                        progress(index / max(count, 1))
                encoder.stdin.close()
            except BrokenPipeError:
                encoder.wait()
            except BaseException:
                encoder.kill()
                raise
        if encoder.returncode != 0 or not made.exists():
            reason = complaints.read_text(errors="replace").strip().splitlines()
            raise RecitalError(f"the film could not be written: {reason[-1] if reason else 'the encoder stopped'}")
        made.replace(out)
    if progress is not None:
        progress(1.0)
