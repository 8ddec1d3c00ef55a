"""What is kept of a picture when little is kept: the frame, small, silent, as the model would see it."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from ml.media import Crop, iter_frames, make_proxy, probe
from ml.media.crop_film import RATE, SIDES, make_crop_film
from tests.ml.media.files import film


def made(tmp_path: Path, crop: Crop) -> Path:
    source = film(tmp_path / "film.mp4")
    facts = probe(source)
    make_proxy(source, tmp_path / "proxy.mp4", facts=facts)
    make_crop_film(tmp_path / "proxy.mp4", tmp_path / "crop.mp4", crop, duration=facts.duration)
    return tmp_path / "crop.mp4"


def test_it_is_small_and_has_no_sound(tmp_path: Path) -> None:
    with av.open(str(made(tmp_path, Crop(0.1, 0.2, 0.5, 0.5)))) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        assert (container.streams.video[0].width, container.streams.video[0].height) == SIDES
        assert container.streams.video[0].average_rate == RATE


def test_it_shows_the_frame_and_nothing_beside_it(tmp_path: Path) -> None:
    """The same film twice: the second is the first, seen through a frame of its left half."""
    whole = made(tmp_path, Crop())
    left = next(iter(iter_frames(whole, 1, size=(SIDES[1], SIDES[0]))))[:, : SIDES[0] // 2]
    half = next(iter(iter_frames(made(tmp_path, Crop(0, 0, 0.5, 1)), 1, size=(SIDES[1], SIDES[0]))))
    shrunk = half.reshape(SIDES[1], SIDES[0] // 2, 2, 3).mean(axis=2)
    assert np.abs(shrunk - left).mean() < 6


def test_a_recording_from_the_far_side_is_turned(tmp_path: Path) -> None:
    upright = next(iter(iter_frames(made(tmp_path, Crop()), 1, size=(SIDES[1], SIDES[0])))).astype(float)
    turned = next(iter(iter_frames(made(tmp_path, Crop(upside_down=True)), 1, size=(SIDES[1], SIDES[0])))).astype(float)
    assert np.abs(turned[::-1, ::-1] - upright).mean() < np.abs(turned - upright).mean()
