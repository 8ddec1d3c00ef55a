"""The two ways of `ml.benchmarks.grade`: recording to probabilities."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ml import checkpoint, features_store
from ml.benchmarks.grade import CROP, RATE
from ml.data.clips import Clip, file_to_clips, mel_picture, normalise_frames, sound_picture, stretch
from ml.inference import Grader, heads_on, rows_of
from ml.media import picture_length, read_frames, read_sound
from ml.media.facts import Crop
from ml.models.fusion import Predictions
from ml.preparation import Preparation, paper

JPEG_QUALITY = "2"  # ffmpeg's scale: the best but one


def samples(name: str, frames: int, preparation: Preparation) -> list[list[int]]:
    """The first frames of each sample's clips."""
    length, clips = preparation.frames, preparation.clips
    if name == "sample":
        return [np.linspace(0, frames - length, clips).astype(int).tolist()]
    firsts = range(0, frames - length + 1, length)
    return [list(firsts[begin : begin + clips]) for begin in range(0, len(firsts) - clips + 1, clips)]


class Usual:
    """JPEGs, Pillow, a spectrogram per clip, 32 bits, sample by sample."""

    def __init__(self, weights: Path) -> None:
        self.network, self.preparation = checkpoint.load(weights).network.eval(), paper()

    @torch.inference_mode()
    def __call__(self, name: str, recording: Path) -> list[list[float]]:
        rows = []
        with tempfile.TemporaryDirectory() as folder:
            files, sound = dumped(recording, Path(folder))
            for firsts in samples(name, len(files), self.preparation):
                ranges = [files[first : first + self.preparation.frames] for first in firsts]
                clips = torch.stack([opened(files, self.preparation) for files in ranges])
                pictures = torch.stack([heard(sound, first, self.preparation) for first in firsts])
                rows += said(self.network(clips[None], pictures[None]))
        return rows


class Ours:
    """What the site does: frames sought or read through once, clip features, heads on their averages."""

    def __init__(self, weights: Path) -> None:
        self.grader = Grader(checkpoint.load(weights))
        self.preparation = self.grader.about.preparation

    def __call__(self, name: str, recording: Path) -> list[list[float]]:
        clips, frames = self.preparation.clips, round(picture_length(recording) * RATE)
        looked = sought(recording, frames, self.preparation) if name == "sample" else self.in_a_row(recording)
        features = self.grader.compute(looked, frames / RATE, lambda share: None)
        rows = []
        for place in range(len(samples(name, frames, self.preparation))):
            averages = features_store.averages(features, range(place * clips, (place + 1) * clips))
            rows += said(heads_on(self.grader.network.heads, [averages]))
        return rows

    def in_a_row(self, recording: Path) -> Iterator[Clip]:
        return file_to_clips(recording, Crop(*CROP), self.preparation)


def said(predictions: Predictions) -> list[list[float]]:
    """Each branch's ten probabilities of one sample."""
    return [rows[0].tolist() for rows in rows_of(predictions).values()]


def dumped(recording: Path, folder: Path) -> tuple[list[Path], np.ndarray]:
    """Every frame as a JPEG, and the sound through a WAV file."""
    ffmpeg = (imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-threads", "1", "-i", str(recording))
    picture = ("-an", "-threads", "1", "-q:v", JPEG_QUALITY, str(folder / "%06d.jpg"))
    subprocess.run([*ffmpeg, *picture], check=True)
    subprocess.run([*ffmpeg, "-vn", "-ac", "1", "-ar", "44100", str(folder / "sound.wav")], check=True)
    return sorted(folder.glob("*.jpg")), read_sound(folder / "sound.wav")


def opened(files: Sequence[Path], preparation: Preparation) -> Tensor:
    """`[3, frames, side, side]`"""
    height, width = preparation.resize
    frames = []
    for file in files:
        with Image.open(file) as picture:
            x, y, wide, high = (round(share * picture.size[place % 2]) for place, share in enumerate(CROP))
            part = picture.crop((x, y, x + wide, y + high))
            frames.append(np.asarray(part.resize((width, height), Image.Resampling.BILINEAR)))
    return normalise_frames(torch.from_numpy(np.stack(frames)), preparation)


def heard(sound: np.ndarray, first: int, preparation: Preparation) -> Tensor:
    """`[1, picture, picture]` of the clip's own half second."""
    count = round(preparation.heard_seconds * preparation.sample_rate)
    middle = round((first / RATE + preparation.clip_seconds / 2) * preparation.sample_rate)
    return mel_picture(torch.from_numpy(stretch(sound, middle - count // 2, count)), preparation)


def sought(recording: Path, frames: int, preparation: Preparation) -> Iterator[Clip]:
    """One sample's clips."""
    firsts = samples("sample", frames, preparation)[0]
    numbers = np.concatenate([np.arange(first, first + preparation.frames) for first in firsts])
    pictures = read_frames(
        recording, numbers / RATE, crop=Crop(*CROP), size=preparation.resize, kernel=preparation.kernel
    )
    sound = read_sound(recording, rate=preparation.sample_rate)
    for first, part in zip(firsts, np.split(pictures, len(firsts)), strict=True):
        middle = first / RATE + preparation.clip_seconds / 2
        normal = normalise_frames(torch.from_numpy(part), preparation)
        yield Clip(first / RATE, normal, sound_picture(sound, middle, preparation))
