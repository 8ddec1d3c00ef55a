"""MIDI to sound by fluidsynth with one piano and one gain for all, so that loudness stays comparable."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.benchmarks.percepiano import midi

RATE = 44_100  # Hz
GAIN = 1.5  # fluidsynth's, the same for every file: loudness is a label; 2 of 1,085 files touch full scale
TAIL = 1.5  # seconds kept after the last key comes up
TIMEOUT = 120  # seconds for one file
SOUNDFONTS = tuple(Path("/usr/share/sounds/sf2") / name for name in ("FluidR3_GM.sf2", "default-GM.sf2"))
ABSENT = (
    "fluidsynth or its soundfont is not installed, so nothing was rendered or measured. "
    "On Debian: apt-get install fluidsynth fluid-soundfont-gm"
)


class CannotRender(RuntimeError):
    """fluidsynth made no sound of a file, and what it said."""


def soundfont() -> Path | None:
    """The soundfont to play with; None where fluidsynth or every soundfont is absent."""
    if shutil.which("fluidsynth") is None:
        return None
    return next((path for path in SOUNDFONTS if path.exists()), None)


def rendered(playing: midi.Playing, font: Path, folder: Path) -> Path:
    """One channel, 16 bits, 44.1 kHz, until TAIL after the last key; made once, then found in `folder`.

    No reverb and no chorus: the room would be the same for all. Raises CannotRender.
    """
    score = midi.write(playing, tail=TAIL)
    told = score + f"{font.name} {GAIN} {RATE}".encode()
    path = folder / (hashlib.sha256(told).hexdigest()[:32] + ".wav")
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        samples = _played(score, font)[: round((playing.end + TAIL) * RATE)]
        half_done = path.with_suffix(f".{os.getpid()}.part")
        with wave.open(str(half_done), "wb") as out:
            out.setparams((1, 2, RATE, len(samples), "NONE", ""))
            out.writeframes(samples.astype("<i2").tobytes())
        os.replace(half_done, path)
    return path


def read_rendered(path: Path) -> NDArray[np.float32]:
    """[samples] in [-1, 1]."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def _played(score: bytes, font: Path) -> NDArray[np.float32]:
    """[samples] the mean of both channels, in whole 16-bit steps."""
    options = ["-o", "synth.dynamic-sample-loading=1", "-o", "synth.reverb.active=0", "-o", "synth.chorus.active=0"]
    with tempfile.TemporaryDirectory() as folder:
        source, raw = Path(folder) / "score.mid", Path(folder) / "sound.raw"
        source.write_bytes(score)
        words = ["fluidsynth", "-q", "-n", "-i", "-g", str(GAIN), "-r", str(RATE), "-T", "raw", "-O", "s16", "-E"]
        words += ["little", *options, "-F", str(raw), str(font), str(source)]
        try:
            done = subprocess.run(words, capture_output=True, timeout=TIMEOUT, check=False)
        except subprocess.TimeoutExpired:
            raise CannotRender(f"fluidsynth took longer than {TIMEOUT} seconds") from None
        if done.returncode or not raw.exists():
            raise CannotRender(done.stderr.decode(errors="replace").strip()[-300:] or "fluidsynth failed")
        stereo = np.frombuffer(raw.read_bytes(), "<i2").reshape(-1, 2)
    return np.rint(stereo.mean(axis=1, dtype=np.float32))
