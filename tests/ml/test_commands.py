import json

import pytest

from ml import checkpoint
from ml.__main__ import main
from ml.models.variants import NAMES
from ml.recital import Recital, render
from tests.ml.synthetic import PREPARATION, SHAPE


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.safetensors"
    checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=4), path)
    return path


def test_the_variants_are_listed_by_name(capsys):
    assert main(["variants"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in NAMES)


def test_a_model_file_tells_what_it_is(model, capsys):
    assert main(["describe", str(model)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["variant"]["name"] == SHAPE.name
    assert told["sha256"] == checkpoint.digest_of(model)


def test_a_recording_is_graded_from_the_command_line(model, tmp_path, capsys):
    film = tmp_path / "film.mp4"
    render(Recital(seed=2, level=5, size=(256, 144), fps=24, seconds=3), film)
    assert main(["grade", str(film), "--model", str(model), "--device", "cpu"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["fused"]) == 10


def test_what_is_no_recording_and_what_is_no_model_are_refused_with_a_sentence(model, tmp_path, capsys):
    page = tmp_path / "page.mp4"
    page.write_text("<html></html>")
    assert main(["grade", str(page), "--model", str(model)]) == 2
    assert "web page" in capsys.readouterr().err
    assert main(["describe", str(page)]) == 2
    assert "cannot be read" in capsys.readouterr().err
