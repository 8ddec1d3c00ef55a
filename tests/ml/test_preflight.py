"""Each check finds its fault in a generated performance and stays quiet on the clean one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.media import make_proxy, picture_length, probe
from ml.media.sound import RATE
from ml.preflight import CHECKS, Measure, preflight
from ml.preflight.calibration import picture_faults as picture
from ml.preflight.calibration import sound_faults as sound
from ml.preflight.calibration.rates import recorded
from ml.preflight.length import length
from ml.recital import Recital, frames_of, render, sound_of
from tests.ml.media.files import recordings

FPS = 30
PLAYED = Recital(seed=6, level=7, piece="ode-to-joy", size=(640, 360), fps=FPS, seconds=8)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.stack([cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in frames_of(PLAYED)])


@pytest.fixture(scope="module")
def heard() -> np.ndarray:
    return sound_of(PLAYED)


@pytest.fixture
def dice() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture(scope="module")
def clean(pictures: np.ndarray, heard: np.ndarray) -> dict[str, Measure]:
    recording = recorded(pictures, heard)
    return {name: check.measure(recording) for name, check in CHECKS.items()}


def measured(name: str, pictures: np.ndarray, heard: np.ndarray) -> Measure:
    return CHECKS[name].measure(recorded(pictures, heard))


@pytest.mark.parametrize("name", CHECKS)
def test_it_stays_quiet_on_a_clean_performance(clean: dict[str, Measure], name: str) -> None:
    assert not CHECKS[name].finds(clean[name])


SPOILED_PICTURES: dict[str, list[Callable[[np.ndarray, np.random.Generator], np.ndarray]]] = {
    "frame": [lambda p, _: picture.turned_away(p, 0.6), lambda p, _: picture.without_hands(p, 0.6)],
    "dark": [lambda p, dice: picture.darkened(p, 5, dice)],
    "shaky": [lambda p, dice: picture.shaken(p, 0.02, FPS, dice)],
}
SPOILED_SOUNDS: dict[str, list[Callable[[np.ndarray, np.random.Generator], np.ndarray]]] = {
    "piano": [lambda x, dice: sound.spoken(len(x), dice), lambda x, dice: sound.clapping(len(x), dice)],
    "clipped": [lambda x, _: sound.overdriven(x, 0.01), lambda x, _: 0.5 * sound.overdriven(x, 0.01)],
    "quiet": [lambda x, _: sound.attenuated(x, -55)],
    "noise": [lambda x, dice: sound.noisy(x, 10, dice)],
    "silence": [
        lambda x, dice: sound.padded(x, 9, first=True, dice=dice),
        lambda x, dice: sound.padded(x, 9, first=False, dice=dice),
    ],
}


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, many in SPOILED_PICTURES.items() for number in range(len(many))]
)
def test_it_finds_what_is_wrong_in_the_picture(
    pictures: np.ndarray, heard: np.ndarray, dice: np.random.Generator, name: str, number: int
) -> None:
    found = measured(name, SPOILED_PICTURES[name][number](pictures, dice), heard)
    assert CHECKS[name].finds(found), found
    assert found.at is not None
    assert 0 <= found.at <= len(pictures) / FPS


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, many in SPOILED_SOUNDS.items() for number in range(len(many))]
)
def test_it_finds_what_is_wrong_in_the_sound(
    pictures: np.ndarray, heard: np.ndarray, dice: np.random.Generator, name: str, number: int
) -> None:
    spoiled = SPOILED_SOUNDS[name][number](heard, dice)
    found = measured(name, pictures[:60], spoiled)
    assert CHECKS[name].finds(found), found
    assert found.at is not None
    assert 0 <= found.at <= len(spoiled) / RATE


def test_it_says_what_is_missing_in_the_picture_and_when(pictures: np.ndarray, heard: np.ndarray) -> None:
    hands = measured("frame", picture.without_hands(pictures, 0.5), heard)
    keyboard = measured("frame", picture.turned_away(pictures, 0.9), heard)
    assert (hands.detail["missing"], keyboard.detail["missing"]) == ("hands", "keyboard")
    assert hands.at == pytest.approx(0.75 * len(pictures) / FPS, abs=1.0)


def test_a_cut_is_found_at_its_moment(pictures: np.ndarray, heard: np.ndarray) -> None:
    first, last = 3.0, 5.2
    joined = np.concatenate([pictures[: round(first * FPS)], np.roll(pictures[round(last * FPS) :], 40, axis=2)])
    sounds = np.concatenate([heard[: round(first * RATE)], heard[round(last * RATE) :]])
    found = measured("cut", joined, sounds)
    assert CHECKS["cut"].finds(found), found
    assert found.at == pytest.approx(first, abs=0.1)


def test_a_jump_of_the_picture_alone_is_no_cut(pictures: np.ndarray, heard: np.ndarray) -> None:
    jumped = pictures.copy()
    jumped[120:] = np.roll(jumped[120:], 40, axis=2)
    quiet = np.zeros_like(heard)
    assert not CHECKS["cut"].finds(measured("cut", jumped, quiet))


def test_the_moment_of_clipping_is_the_loud_one(pictures: np.ndarray, heard: np.ndarray) -> None:
    second = slice(5 * RATE, 6 * RATE)
    spoiled = 0.1 * heard
    spoiled[second] = np.clip(30 * heard[second], -1, 1)
    found = measured("clipped", pictures[:60], spoiled)
    assert CHECKS["clipped"].finds(found)
    assert found.at == pytest.approx(5.5, abs=0.6)


def test_a_gain_that_corrects_itself_is_heard_where_tones_have_time_to_fall(
    pictures: np.ndarray, dice: np.random.Generator
) -> None:
    slow = sound_of(Recital(seed=6, level=7, piece="lullaby", seconds=10))
    assert not CHECKS["pumping"].finds(measured("pumping", pictures[:60], slow))
    assert CHECKS["pumping"].finds(measured("pumping", pictures[:60], sound.corrected(slow, 0.1, 30, dice)))
    fast = sound_of(Recital(seed=6, level=7, piece="finger-study", seconds=10))
    assert measured("pumping", pictures[:60], fast).confidence == 0


def test_silence_says_how_long_and_where(pictures: np.ndarray, heard: np.ndarray, dice: np.random.Generator) -> None:
    late = measured("silence", pictures[:60], sound.padded(heard, 10, first=True, dice=dice))
    early = measured("silence", pictures[:60], sound.padded(heard, 10, first=False, dice=dice))
    assert (late.detail["end"], early.detail["end"]) == ("first", "last")
    assert late.value == pytest.approx(10.5, abs=1.0)


@pytest.mark.parametrize("shift", [-400, 300])
def test_the_shift_of_the_sound_is_told_by_its_sign(pictures: np.ndarray, heard: np.ndarray, shift: int) -> None:
    """Against the clean one: hands set out before their notes, so even that is not at 0."""
    before = measured("sync", pictures, heard).value
    after = measured("sync", pictures, np.roll(heard, shift * RATE // 1000)).value
    assert after - before == pytest.approx(shift, abs=70)


def test_without_a_keyboard_it_cannot_be_told_whether_they_are_in_step(heard: np.ndarray) -> None:
    plain = np.full((240, 360, 640), 90, np.uint8)
    assert measured("sync", plain, heard).confidence == 0


@pytest.mark.parametrize(("seconds", "excess"), [(40.0, 20.0), (60.0, 0.0), (89.0, 0.0), (100.0, 10.0)])
def test_the_length_is_held_against_the_teachers_bounds(seconds: float, excess: float) -> None:
    assert length(seconds, shortest=60, longest=90).value == excess
    assert length(seconds, shortest=None, longest=None).confidence == 0


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proxy")
    render(PLAYED, folder / "film.mp4")
    make_proxy(folder / "film.mp4", folder / "proxy.mp4", facts=probe(folder / "film.mp4"))
    return folder / "proxy.mp4"


def test_a_clean_proxy_has_no_findings(proxy: Path) -> None:
    assert preflight(proxy, seconds=picture_length(proxy), asked=set(CHECKS) | {"length"}) == []


def test_only_what_is_asked_is_looked_at(proxy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.preflight.look.watch", lambda *args, **kwargs: pytest.fail("nobody asked for the picture"))
    (found,) = preflight(proxy, seconds=8.0, asked={"quiet", "length"}, shortest=30)
    assert (found.check, found.detail) == ("length", {"seconds": 8.0, "limit": 30})


def test_a_finding_that_can_be_seen_has_its_picture(proxy: Path, tmp_path: Path) -> None:
    dim = tmp_path / "proxy.mp4"
    subprocess.run(
        [*_ffmpeg(), "-i", proxy, "-vf", "eq=brightness=-0.55", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30",
         "-c:a", "copy", dim],
        check=True,
    )  # fmt: skip
    (found,) = preflight(dim, seconds=picture_length(dim), asked=set(CHECKS), folder=tmp_path)
    assert found.check == "dark"  # and not all that follows from it
    assert found.picture == tmp_path / "found-dark.jpg"
    assert found.picture.read_bytes()[:2] == b"\xff\xd8"


def _ffmpeg() -> list[str]:
    import imageio_ffmpeg

    return [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"]


def test_it_needs_no_torch() -> None:
    code = "import ml.preflight, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


@pytest.mark.skipif(not recordings(), reason="no real recordings beside the checkout")
def test_it_costs_less_than_a_third_of_making_the_proxy(tmp_path: Path) -> None:
    whole = next(path for path in recordings() if "720p" in path.name)
    source, proxy = tmp_path / "source.mp4", tmp_path / "proxy.mp4"
    subprocess.run([*_ffmpeg(), "-i", whole, "-t", "12", "-c", "copy", source], check=True)
    begin = _cpu_seconds()
    make_proxy(source, proxy, facts=probe(source))
    making = _cpu_seconds() - begin
    begin = _cpu_seconds()
    preflight(proxy, asked=set(CHECKS) - {"sync"}, seconds=12.0)  # which is not usual, and compiles librosa's kernels
    assert _cpu_seconds() - begin < making / 3


def _cpu_seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
