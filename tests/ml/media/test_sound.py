"""Sound from the picture's first moment on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.media import NotAPerformance, is_silent, peaks, read_sound
from tests.ml.media.files import AAC, H264, RATE, clicks, film, numbered, write_wave

LEFT = "pan=stereo|c0=c0|c1=0*c0"  # all of it on the left


def first_loud(sound: np.ndarray, rate: int = RATE) -> float:
    return float(np.flatnonzero(np.abs(sound) > 0.1)[0] / rate)


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "aac"), (".mkv", "libopus"), (".mkv", "pcm_s16le")])
def test_a_click_is_heard_when_it_was_played(tmp_path: Path, suffix: str, codec: str) -> None:
    silence_first = clicks(3)
    silence_first[: RATE // 2] = 0
    source = film(tmp_path / f"film{suffix}", sound=silence_first, codecs=(*H264, "-c:a", codec))
    sound = read_sound(source)
    assert sound.dtype == np.float32
    assert len(sound) == pytest.approx(3 * RATE, abs=0.05 * RATE)
    assert first_loud(sound) == pytest.approx(1.0, abs=0.003)


def test_time_counts_from_the_first_picture(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mkv", numbered(120), clicks(4), options=("-vf", "trim=start=0.5", "-copyts"))
    sound = read_sound(source)
    after = sound[int(0.2 * RATE) :]
    assert first_loud(after) + 0.2 == pytest.approx(0.5, abs=0.04)


def test_late_sound_is_preceded_by_silence(tmp_path: Path) -> None:
    late = ("-itsoffset", "0.75")
    source = film(tmp_path / "film.mkv", sound=np.roll(clicks(2), 1000), before_sound=late, codecs=(*H264, *AAC))
    assert first_loud(read_sound(source)) == pytest.approx(0.75 + 1000 / RATE, abs=0.03)


def test_channels_are_averaged_and_the_rate_is_changed(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mkv", options=("-af", LEFT), codecs=(*H264, "-c:a", "pcm_s16le"))
    sound = read_sound(source, rate=16_000)
    assert len(sound) == pytest.approx(48_000, abs=100)
    assert np.abs(sound).max() == pytest.approx(0.25, abs=0.01)


def test_a_file_without_sound_is_told(tmp_path: Path) -> None:
    source = film(tmp_path / "mute.mp4", sound=np.zeros(0, np.float32), codecs=H264)
    with pytest.raises(NotAPerformance, match="no sound"):
        read_sound(source)


def test_sound_alone_is_read_as_well(tmp_path: Path) -> None:
    assert len(read_sound(write_wave(tmp_path / "s.wav", clicks(2)))) == 2 * RATE


def test_peaks_are_the_loudest_of_each_bin() -> None:
    sound = np.zeros(RATE, np.float32)
    sound[RATE // 4], sound[RATE // 2] = -0.75, 0.12345
    drawn = peaks(sound, rate=RATE, per_second=50)
    assert len(drawn) == 50
    assert {k: value for k, value in enumerate(drawn) if value} == {12: 0.75, 25: 0.123}


def test_peaks_cover_a_broken_bin_and_nothing_at_all() -> None:
    assert peaks(np.full(RATE // 50 + 1, 0.5, np.float32)) == [0.5, 0.5]
    assert peaks(np.zeros(0, np.float32)) == []


def test_it_knows_silence() -> None:
    assert is_silent(np.zeros(0, np.float32))
    assert is_silent(np.full(100, 5e-5, np.float32))
    assert not is_silent(np.full(100, 0.01, np.float32))
