"""The picture of the sound under the time axis."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.features.mel import INK, SHADES, TILE_PIXELS_PER_SECOND, TILE_SECONDS, WIDEST_PICTURE, mel_picture, mel_tiles

RATE = 44_100


def tone(pitch: float, seconds: float, loudness: float = 0.5) -> np.ndarray:
    return (loudness * np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def opacity(sound: np.ndarray, folder: Path) -> np.ndarray:
    """[height, width] 0 to 255, of the picture written to `folder`."""
    mel_picture(sound, folder / "mel.png")
    assert [path.name for path in folder.iterdir()] == ["mel.png"]
    return drawn(folder / "mel.png")


def drawn(path: Path) -> np.ndarray:
    """[height, width] 0 to 255: the opacity of a picture in one hue."""
    with Image.open(path) as picture:
        assert picture.mode == "P"
        pixels = np.asarray(picture.convert("RGBA"))
    assert (pixels[..., :3] == INK).all()
    return pixels[..., 3]


def test_twenty_pixels_are_a_second(tmp_path: Path) -> None:
    assert opacity(tone(440, 7.5), tmp_path).shape == (128, 150)


def test_time_runs_to_the_right(tmp_path: Path) -> None:
    seen = opacity(np.concatenate([np.zeros(2 * RATE, np.float32), tone(440, 1)]), tmp_path)
    assert seen[:, :38].max() == 0
    assert seen[:, 42:58].max(axis=0).min() > 200


def test_high_notes_stand_above_low_ones(tmp_path: Path) -> None:
    seen = opacity(np.concatenate([tone(110, 1), tone(3520, 1)]), tmp_path)
    rows = seen.argmax(axis=0)
    assert rows[5] > 110
    assert rows[35] < 50


def test_soft_looks_soft(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    loud, soft = opacity(tone(440, 1, 0.5), tmp_path / "a"), opacity(tone(440, 1, 0.05), tmp_path / "b")
    assert int(loud.max()) - int(soft.max()) == pytest.approx(255 * 20 / 80, abs=255 / (SHADES - 1))


def test_the_longest_recording_still_is_one_picture(tmp_path: Path) -> None:
    low_rate = 100  # half an hour in few samples
    mel_picture(np.zeros(1800 * low_rate, np.float32), tmp_path / "mel.png", rate=low_rate)
    with Image.open(tmp_path / "mel.png") as picture:
        assert picture.size == (WIDEST_PICTURE, 128)


def test_nothing_is_a_narrow_picture(tmp_path: Path) -> None:
    assert opacity(np.zeros(0, np.float32), tmp_path).shape == (128, 1)


def test_tiles_are_the_same_sound_seen_closer(tmp_path: Path) -> None:
    sound = np.concatenate([tone(110, TILE_SECONDS), np.zeros(RATE, np.float32), tone(3520, 4)])
    tiles = mel_tiles(sound, tmp_path)
    assert [tile.name for tile in tiles] == ["mel-000.png", "mel-001.png"]
    assert sorted(tmp_path.iterdir()) == tiles
    low, high = map(drawn, tiles)
    assert low.shape == (128, TILE_SECONDS * TILE_PIXELS_PER_SECOND)
    assert high.shape == (128, 5 * TILE_PIXELS_PER_SECOND)
    assert low[:, 20:-20].argmax(axis=0).min() > 110
    assert high[:, 5:40].max() == 0
    assert high[:, 60:-20].argmax(axis=0).max() < 50


def test_a_tile_begins_where_the_one_before_it_ends(tmp_path: Path) -> None:
    glide = np.sin(np.cumsum(np.linspace(200, 3000, 40 * RATE)) * 2 * np.pi / RATE).astype(np.float32)
    first, second = (drawn(tile).argmax(axis=0).astype(int) for tile in mel_tiles(glide, tmp_path))
    assert abs(first[-1] - second[0]) <= 1


def test_nothing_is_one_narrow_tile(tmp_path: Path) -> None:
    (tile,) = mel_tiles(np.zeros(0, np.float32), tmp_path)
    assert drawn(tile).shape == (128, 1)
