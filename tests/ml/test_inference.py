import dataclasses
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch

import ml
from ml import checkpoint, features_store
from ml.media import picture_length
from ml.models.variants import variant
from ml.recital import Recital, render
from tests.ml.synthetic import PREPARATION, SHAPE

SECONDS = 4.0


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("film") / "film.mp4"
    render(Recital(seed=5, level=6, size=(256, 144), fps=30, seconds=SECONDS), out)
    return out


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.safetensors"
    checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=4), path)
    return path


@pytest.fixture(scope="module")
def grader(model):
    return ml.load_grader(model, device="cpu")


@pytest.fixture
def grade(grader, film):
    def ask(**changes):
        asked = {"duration": picture_length(film), "cache": None, "media_digest": "ab" * 32, **changes}
        return grader.grade(film, asked.pop("crop", ml.Crop()), **asked)

    return ask


def test_a_grade_is_a_distribution_per_branch_with_an_interval_and_windows(grade):
    given = grade()
    for branch in (given.visual, given.aural, given.fused):
        assert len(branch) == 10
        assert sum(branch) == pytest.approx(1.0, abs=1e-5)
    assert 1 <= given.low <= given.level <= given.high <= 10
    assert given.device == "cpu"
    assert given.clips == PREPARATION.count_clips(SECONDS)


def test_the_windows_cover_the_whole_performance(grade, film):
    windows = grade().windows
    assert windows[0].start == 0
    assert windows[-1].end == pytest.approx(picture_length(film), abs=1 / PREPARATION.rate)
    assert all(after.start <= before.end for before, after in pairwise(windows))
    assert all(1 <= window.low <= window.fused <= window.high <= 10 for window in windows)


def test_another_quantile_changes_how_wide_the_intervals_are_and_nothing_else(grade):
    narrow, own, wide = grade(quantile=0.0), grade(), grade(quantile=100.0)
    assert narrow.low == narrow.high == round(narrow.level)
    assert (wide.low, wide.high) == (1, 10)
    assert all((window.low, window.high) == (1.0, 10.0) for window in wide.windows)
    assert all(window.low == window.high == pytest.approx(window.fused) for window in narrow.windows)
    assert narrow.fused == own.fused == wide.fused
    assert own == dataclasses.replace(grade(quantile=None), seconds=own.seconds)


def test_the_same_recording_gets_the_same_grade(grade):
    first, second = grade(), grade()
    assert (first.fused, first.windows) == (second.fused, second.windows)


def test_clip_features_are_computed_once(grade, tmp_path, monkeypatch):
    first = grade(cache=tmp_path)
    monkeypatch.setattr("ml.inference.file_to_clips", lambda *_: pytest.fail("the film was looked at again"))
    second = grade(cache=tmp_path)
    assert second.fused == first.fused
    assert len(list(tmp_path.iterdir())) == 1


def test_another_crop_another_recording_and_another_model_have_their_own_features(grader, film, tmp_path):
    paths = {
        grader.features(film, crop, duration=SECONDS, cache=tmp_path, media_digest=digest)
        for crop, digest in ((ml.Crop(), "aa" * 32), (ml.Crop(), "bb" * 32), (ml.Crop(0.1, 0.1, 0.5, 0.5), "aa" * 32))
    }
    assert len(paths) == 3
    assert features_store.read(paths.pop()).backbone == grader.backbone


def test_a_damaged_file_of_features_is_computed_again(grade, tmp_path):
    first = grade(cache=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    assert grade(cache=tmp_path).fused == first.fused
    assert features_store.read(file)


def test_progress_rises_to_one(grade):
    heard = []
    grade(progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) > 2


def test_turning_the_crop_round_changes_what_is_seen_and_not_what_is_heard(grade):
    upright, turned = grade(), grade(crop=ml.Crop(upside_down=True))
    assert upright.visual != turned.visual
    assert upright.aural == turned.aural


@pytest.mark.parametrize("name", ["resnet18-3d", "resnet18-2d"])
def test_a_network_with_one_modality_grades_too(name, film, tmp_path):
    checkpoint.save(*checkpoint.new(variant(name, width=4), PREPARATION, seed=1), tmp_path / "model.safetensors")
    given = ml.load_grader(tmp_path / "model.safetensors", device="cpu").grade(
        film, ml.Crop(), duration=SECONDS, media_digest="cc"
    )
    assert given.fused == given.visual == given.aural


def test_a_recording_shorter_than_a_clip_has_one(grader, tmp_path):
    out = tmp_path / "short.mp4"
    render(Recital(seed=5, level=6, size=(128, 72), fps=5, seconds=2), out)
    long = ml.Preparation(frames=64, resize=(36, 36), side=32, picture=32)
    checkpoint.save(*checkpoint.new(SHAPE, long, seed=1), tmp_path / "model.safetensors")
    given = ml.load_grader(tmp_path / "model.safetensors").grade(out, ml.Crop(), duration=2.0, media_digest="dd")
    assert given.clips == 1
    assert len(given.windows) == 1


def test_a_model_that_is_not_the_registered_one_is_not_used(model):
    with pytest.raises(ml.CheckpointError, match="not the one"):
        ml.load_grader(model, digest="0" * 64)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card")
def test_a_graphics_card_says_nearly_the_same(model, film, grade):
    given = ml.load_grader(model).grade(film, ml.Crop(), duration=SECONDS, media_digest="ee")
    assert given.device.startswith("cuda:0 ")
    assert given.level == pytest.approx(grade().level, abs=0.05)


def test_importing_the_face_loads_no_torch():
    code = "import sys, ml; ml.Crop; ml.NotAPerformance; ml.LabelledExample; ml.Grade; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_function_of_the_face_stays_one_when_its_module_is_imported():
    code = "import ml, ml.train, ml.evaluate, sys; sys.exit(not all(map(callable, (ml.train, ml.evaluate))))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_name_of_the_face_is_there():
    assert all(getattr(ml, name) is not None for name in ml.__all__)
    with pytest.raises(AttributeError, match="nobody"):
        ml.nobody  # noqa: B018
