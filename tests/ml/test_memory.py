"""A GPU whose memory is too small: a step is divided once more, and then the reason is said."""

import dataclasses

import pytest
import torch

import ml
from ml import checkpoint
from ml.recital import Recital, render
from ml.train_whole import WholeRun
from tests.ml.synthetic import PREPARATION, SHAPE

CONFIG = ml.TrainingConfig(depth="whole", epochs=2, batch=2, clips=2, learning_rate=1e-3)


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    examples = []
    for level, split in ((2, "train"), (9, "train"), (5, "validation")):
        film = folder / f"{level}.mp4"
        render(Recital(seed=level, level=level, size=(128, 72), fps=15, seconds=2), film)
        examples.append(ml.LabelledExample(str(level), film, level, 1.0, str(level), "", split, proxy=film))
    return examples


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "start.safetensors"
    checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=4), path)
    return path


@pytest.fixture
def room(monkeypatch):
    """A memory in which only so many performances have room at once; None: all."""
    held = {"performances": None}
    learned = WholeRun._predict_drawn

    def crowded(run, looks, epoch):
        if held["performances"] is not None and len(looks) > held["performances"]:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return learned(run, looks, epoch)

    monkeypatch.setattr(WholeRun, "_predict_drawn", crowded)
    return held


def same(one, other):
    ours, theirs = (checkpoint.load(path).network.state_dict() for path in (one, other))
    return all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_a_step_too_large_for_the_memory_is_done_in_two_pieces_and_learns_the_same(films, start, tmp_path, room):
    asked = dataclasses.replace(CONFIG, accumulate=2)
    divided = ml.train(films, start=start, out=tmp_path / "divided", config=asked).checkpoint
    room["performances"] = 1
    heard = []
    found = ml.train(films, start=start, out=tmp_path / "halved", config=CONFIG, on_progress=heard.append).checkpoint
    assert same(found, divided)
    assert "from here on each step is done in 2 pieces" in heard[0].line
    assert "pieces" not in heard[1].line
    assert checkpoint.describe(found).recipe["pieces"] == 2


def test_what_was_divided_stays_divided_when_it_goes_on_after_a_break(films, start, tmp_path, room):
    room["performances"] = 1
    unbroken = ml.train(films, start=start, out=tmp_path / "unbroken", config=CONFIG).checkpoint

    def kill(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ml.train(films, start=start, out=tmp_path / "broken", config=CONFIG, on_progress=kill)
    room["performances"] = None  # elsewhere there is room
    again = ml.train(films, start=start, out=tmp_path / "broken", config=CONFIG, resume=True).checkpoint
    assert same(again, unbroken)


def test_a_memory_too_small_even_then_is_said_with_what_to_do(films, start, tmp_path, room):
    room["performances"] = 0
    with pytest.raises(ml.TrainingError, match=r"too small for 1 performances of 2 clips at once\. Learn in more"):
        ml.train(films, start=start, out=tmp_path / "out", config=CONFIG)
    assert not (tmp_path / "out").exists()


def test_a_memory_too_small_for_anything_else_is_said_too(films, start, tmp_path, monkeypatch):
    def crowded(run, recording, firsts):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(WholeRun, "_predict_calm", crowded)
    with pytest.raises(ml.TrainingError, match="too small for this network"):
        ml.train(films, start=start, out=tmp_path / "out", config=CONFIG)
