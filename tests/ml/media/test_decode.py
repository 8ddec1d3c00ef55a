"""The frame shown at a time is exactly that frame, sought or read through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.media import Crop, iter_frames, picture_length, picture_size, read_frames
from tests.ml.media.files import AAC, H264, HEIGHT, VP8, WIDTH, ffmpeg, film, number_in, numbered

SIZE = (HEIGHT, WIDTH)
COUNT = 300
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "14", "-x265-params", "log-level=none:open-gop=1:keyint=40")
KINDS = {
    "a key frame every second": ((*H264, "-g", "30", "-bf", "2"), ".mp4"),
    "one key frame": ((*H264, "-preset", "veryfast", "-g", "9999"), ".mp4"),
    "hevc with open groups": ((*HEVC, "-pix_fmt", "yuv420p"), ".mp4"),
    "webm": ((*VP8, "-g", "50"), ".webm"),
    "live webm": ((*VP8, "-g", "50", "-f", "webm", "-live", "1"), ".webm"),
}


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.replace(" ", "-"))
def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    codecs, suffix = KINDS[request.param]
    sound = () if suffix == ".webm" else AAC
    return film(tmp_path_factory.mktemp("films") / f"counted{suffix}", numbered(COUNT), codecs=(*codecs, *sound))


def test_sparse_frames_are_exact(counted: Path) -> None:
    numbers = np.random.default_rng(3).integers(0, COUNT, 40)
    frames = read_frames(counted, numbers / 30, size=SIZE)
    assert [number_in(frame) for frame in frames] == list(numbers)


def test_dense_frames_are_exact(counted: Path) -> None:
    assert [number_in(frame) for frame in iter_frames(counted, 30, size=SIZE)] == list(range(COUNT))


def test_sparse_and_dense_give_the_same_picture(counted: Path) -> None:
    crop = Crop(0.1, 0.05, 0.7, 0.9, upside_down=True)
    numbers = [7, 130, 131, 260]
    sparse = read_frames(counted, [number / 30 for number in numbers], crop=crop, size=(32, 48))
    dense = np.stack(list(iter_frames(counted, 30, crop, size=(32, 48))))
    assert (sparse == dense[numbers]).all()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "plain.mp4")


def numbers_at(path: Path, times: list[float]) -> list[int]:
    return [number_in(frame) for frame in read_frames(path, times, size=SIZE)]


def test_a_frame_is_shown_until_the_next_begins(plain: Path) -> None:
    assert numbers_at(plain, [0.9 / 30, 1 / 30, 1.5 / 30, 1.9 / 30, 2 / 30]) == [0, 1, 1, 1, 2]


def test_times_come_in_any_order_and_more_than_once(plain: Path) -> None:
    assert numbers_at(plain, [2.0, 0.5, 2.0, 1.0]) == [60, 15, 60, 30]


def test_times_outside_give_the_first_and_the_last(plain: Path) -> None:
    assert numbers_at(plain, [-1.0, 99.0]) == [0, 89]


def test_no_times_give_no_frames(plain: Path) -> None:
    assert read_frames(plain, [], size=(8, 9)).shape == (0, 8, 9, 3)


def test_other_rates_pick_what_is_shown_then(plain: Path) -> None:
    assert [number_in(frame) for frame in iter_frames(plain, 10, size=SIZE)] == list(range(0, 90, 3))
    twice = [number_in(frame) for frame in iter_frames(plain, 60, size=SIZE)]
    assert twice == [number // 2 for number in range(180)]


def test_it_knows_length_and_size(plain: Path) -> None:
    assert picture_length(plain) == pytest.approx(3.0, abs=1e-3)
    assert picture_size(plain) == (HEIGHT, WIDTH)


def test_a_picture_that_starts_late_starts_at_zero(plain: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.mkv"
    ffmpeg("-itsoffset", "1.5", "-i", plain, "-i", plain, "-map", "0:v", "-map", "1:a", "-c", "copy", late)
    assert numbers_at(late, [0.0, 1.0]) == [0, 30]


@pytest.fixture(scope="module")
def quarters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Red, green / blue, white."""
    frames = np.zeros((70, 128, 192, 3), np.uint8)
    frames[:, :64, :96, 0] = frames[:, :64, 96:, 1] = frames[:, 64:, :96, 2] = 255
    frames[:, 64:, 96:] = 255
    return film(tmp_path_factory.mktemp("films") / "quarters.mp4", frames)


COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def colour(patch: np.ndarray) -> str:
    mean = patch.reshape(-1, 3).mean(axis=0)
    return min(COLOURS, key=lambda name: np.abs(mean - COLOURS[name]).sum())


def seen(frame: np.ndarray) -> list[str]:
    """The colours of the four quarters, row by row."""
    height, width = frame.shape[0] // 2, frame.shape[1] // 2
    rows, columns = (slice(0, height), slice(height, None)), (slice(0, width), slice(width, None))
    return [colour(frame[row, column]) for row in rows for column in columns]


@pytest.mark.parametrize(("crop", "colours"), [
    (Crop(), ["red", "green", "blue", "white"]),
    (Crop(upside_down=True), ["white", "blue", "green", "red"]),
    (Crop(0.5, 0.5, 0.5, 0.5), ["white"] * 4),
    (Crop(0.5, 0.0, 0.5, 1.0), ["green", "green", "white", "white"]),
    (Crop(0.5, 0.0, 0.5, 1.0, upside_down=True), ["white", "white", "green", "green"]),
])  # fmt: skip
def test_it_crops_then_turns(quarters: Path, crop: Crop, colours: list[str]) -> None:
    frame = read_frames(quarters, [1.0], crop=crop, size=(40, 60))[0]
    assert seen(frame) == colours


@pytest.mark.parametrize(("turn", "colours"), [
    (90, ["green", "white", "red", "blue"]),
    (180, ["white", "blue", "green", "red"]),
    (270, ["blue", "red", "white", "green"]),
])  # fmt: skip
def test_it_stands_upright(quarters: Path, tmp_path: Path, turn: int, colours: list[str]) -> None:
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", turn, "-i", quarters, "-c", "copy", turned)
    assert seen(read_frames(turned, [1.0], size=(40, 60))[0]) == colours
    assert picture_size(turned) == ((128, 192) if turn == 180 else (192, 128))


def test_shrinking_averages_instead_of_picking(tmp_path: Path) -> None:
    stripes = np.zeros((60, 128, 192, 3), np.uint8)
    stripes[:, :, ::2] = 255
    source = film(tmp_path / "stripes.mp4", stripes)
    small = read_frames(source, [0.5], size=(16, 24))[0]
    assert 90 < small.mean() < 165
    assert small.std() < 12


@pytest.mark.parametrize("box", [(-0.1, 0, 1, 1), (0, 0, 1.2, 1), (0.5, 0.5, 0.6, 0.4), (0, 0, 0, 1)])
def test_a_crop_lies_inside_the_picture(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="inside the picture"):
        Crop(*box)
