"""How loud and how bright a proxy is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.media import bounded, gauge
from ml.media.gauge import Gauged
from ml.prepare import prepare
from tests.ml.media.files import film

SECONDS, RATE = 4, 44_100


def sine(peak: float) -> np.ndarray:
    return (peak * np.sin(2 * np.pi * 997 * np.arange(SECONDS * RATE) / RATE)).astype(np.float32)


def painted(luma: int) -> np.ndarray:
    return np.full((SECONDS * 30, 128, 192, 3), luma, np.uint8)


def gauged(folder: Path, *, peak: float = 0.5, grey: int = 128) -> Gauged:
    facts = prepare(film(folder / "film.mp4", painted(grey), sine(peak)), folder / "made").facts
    return Gauged(facts.loudness, facts.brightness)


def test_loudness_is_that_of_the_standard(tmp_path: Path) -> None:
    """A sine of 997 Hz at full scale in one channel is -3.01 LUFS (ITU-R BS.1770-4); ours peaks at a tenth of it."""
    assert gauged(tmp_path, peak=0.1).loudness == pytest.approx(-23.0, abs=0.3)


def test_half_the_amplitude_is_six_decibels_less(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir(), (tmp_path / "other").mkdir()
    loud, quiet = gauged(tmp_path / "one", peak=0.8).loudness, gauged(tmp_path / "other", peak=0.4).loudness
    assert loud is not None
    assert quiet is not None
    assert loud - quiet == pytest.approx(6.0, abs=0.2)


@pytest.mark.parametrize("grey", [0, 60, 128, 200, 255])
def test_brightness_runs_from_black_to_white(tmp_path: Path, grey: int) -> None:
    assert gauged(tmp_path, grey=grey).brightness == pytest.approx(grey / 255, abs=0.02)


def test_what_cannot_be_gauged_holds_no_recording_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> str:
        raise bounded.Failed("ended with 1")

    made = prepare(film(tmp_path / "film.mp4"), tmp_path / "made")
    monkeypatch.setattr(bounded, "run", break_down)
    assert gauge(made.proxy, seconds=made.proxy_seconds) == Gauged(None, None)
