"""The media worker's whole task."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.media import Limits, NotAPerformance, probe
from ml.prepare import prepare
from tests.ml.media.files import clicks, film, numbered, recordings

STAGES = ["probe", "proxy", "sound", "picture", "crop"]


def test_it_makes_everything_and_tells_its_progress(tmp_path: Path) -> None:
    source, told = film(tmp_path / "film.mov", numbered(120)), []
    prepared = prepare(source, tmp_path / "made", progress=lambda stage, fraction: told.append((stage, fraction)))
    assert list(dict.fromkeys(stage for stage, _ in told)) == STAGES
    assert told[-1] == ("crop", 1.0)
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        "mel-000.png", "mel.png", "peaks.json", "poster.jpg", "proxy.mp4",
    ]  # fmt: skip
    assert prepared.proxy_seconds == pytest.approx(4.0, abs=0.01)
    assert probe(prepared.proxy).duration == pytest.approx(prepared.proxy_seconds, abs=0.05)
    assert json.loads((tmp_path / "made" / "peaks.json").read_text()) == prepared.peaks
    assert len(prepared.peaks) == pytest.approx(200, abs=3)
    assert prepared.digest == hashlib.sha256(source.read_bytes()).hexdigest()
    assert prepared.crop.confidence == 0  # squares are no keyboard
    with Image.open(prepared.mel) as mel:
        assert mel.size == (pytest.approx(80, abs=1), 128)


def test_doing_it_again_gives_the_same(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4")
    first = prepare(source, tmp_path / "made")
    before = first.proxy.read_bytes()
    assert prepare(source, tmp_path / "made") == first
    assert first.proxy.read_bytes() == before


def test_silence_is_refused_and_nothing_left(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", sound=np.zeros(3 * 44_100, np.float32))
    with pytest.raises(NotAPerformance) as refusal:
        prepare(source, tmp_path / "made")
    assert refusal.value.code == "silent"
    assert not (tmp_path / "made").exists()


def test_a_refused_second_try_leaves_the_first_alone(tmp_path: Path) -> None:
    good, silent = film(tmp_path / "good.mp4"), film(tmp_path / "silent.mp4", sound=np.zeros(3 * 44_100, np.float32))
    before = prepare(good, tmp_path / "made").proxy.read_bytes()
    with pytest.raises(NotAPerformance):
        prepare(silent, tmp_path / "made")
    assert (tmp_path / "made" / "proxy.mp4").read_bytes() == before


def test_what_a_killed_worker_left_is_cleared_away(tmp_path: Path) -> None:
    source, folder = film(tmp_path / "film.mp4"), tmp_path / "made"
    code = (
        "import os, signal, sys; from pathlib import Path; from ml.prepare import prepare;"
        "die = lambda stage, _: stage == 'picture' and os.kill(os.getpid(), signal.SIGKILL);"
        "prepare(Path(sys.argv[1]), Path(sys.argv[2]), progress=die)"
    )
    subprocess.run([sys.executable, "-c", code, source, folder], cwd=Path(__file__).parents[3], check=False)
    assert [path.name.split("-")[0] for path in folder.iterdir()] == [".making"]
    prepare(source, folder)
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_what_the_probe_refuses_makes_no_folder(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", sound=clicks(3))
    with pytest.raises(NotAPerformance):
        prepare(source, tmp_path / "made", limits=Limits(max_seconds=1))
    assert not (tmp_path / "made").exists()


def test_a_media_worker_needs_no_torch() -> None:
    code = "import ml.prepare, ml.media, sys; ml.media.make_poster; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False).returncode == 0


@pytest.mark.skipif(not recordings(), reason="no real recordings beside the checkout")
def test_half_a_minute_of_720p_costs_less_than_half_a_minute_of_one_core(tmp_path: Path) -> None:
    source = next(path for path in recordings() if "720p" in path.name)
    begin = _cpu_seconds()
    prepared = prepare(source, tmp_path / "made")
    assert _cpu_seconds() - begin < 25 < prepared.proxy_seconds
    assert prepared.crop.upside_down
    assert prepared.crop.confidence > 0.8


def _cpu_seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
