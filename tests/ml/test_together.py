"""Several processes of one machine, started, heard and ended by the one that waits for them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ml
from ml import checkpoint, together
from ml.data.examples import read_examples, write_examples
from ml.recital import Recital, render
from tests.ml.synthetic import PREPARATION, SHAPE, new_world

CONFIG = ml.TrainingConfig(depth="whole", epochs=2, batch=4, clips=2)


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    examples = []
    for row, level in enumerate((2, 9, 4, 7)):
        film = folder / f"{row}.mp4"
        render(Recital(seed=row, level=level, size=(128, 72), fps=15, seconds=2), film)
        told = {"metadata": {"duration": 2.0}, "groups": {"course": "First year"}, "target": (0.1,) * 10}
        examples.append(ml.LabelledExample(str(row), film, level, 1.5, str(row), "", "train", proxy=film, **told))
    return examples


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "start.safetensors"
    checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=4), path)
    return path


@pytest.fixture
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_examples_are_read_as_they_were_written(films, tmp_path):
    write_examples(films, tmp_path / "list.jsonl")
    assert read_examples(tmp_path / "list.jsonl", needs="proxy") == films


@pytest.mark.slow
def test_two_processes_tell_of_each_epoch_and_of_what_came_out(films, start, tmp_path, one_thread):
    heard = []
    out = tmp_path / "out.safetensors"
    done = together.train_together(films, start=start, out=out, config=CONFIG, processes=2, on_progress=heard.append)
    assert [(each.epoch, each.epochs) for each in heard] == [(1, 2), (2, 2)]
    assert (done.checkpoint, done.digest) == (out, checkpoint.digest_of(out))
    told = checkpoint.describe(out)
    assert (told.recipe["processes"], told.recipe["batch"], told.parent) == (2, 4, checkpoint.digest_of(start))


@pytest.mark.slow
def test_why_one_of_them_refuses_is_said_as_it_said_it(films, start, tmp_path, one_thread):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all")
    seventh = ml.LabelledExample("the seventh", broken, 3, 1.0, "ann", "", "train", proxy=broken)
    with pytest.raises(ml.TrainingError, match="The recording of 'the seventh' cannot be learned from"):
        together.train_together([seventh], start=start, out=tmp_path / "out", config=CONFIG, processes=2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts processes in /proc")
def test_they_end_when_the_one_that_waits_has_lost_the_job(films, start, tmp_path, one_thread):
    class Lost(Exception):
        pass

    def lose(progress):
        assert len(left_over(tmp_path)) == 3  # torchrun and its two
        raise Lost

    long = ml.TrainingConfig(depth="whole", epochs=500, batch=4, clips=2)
    with pytest.raises(Lost):
        together.train_together(films, start=start, out=tmp_path / "out", config=long, processes=2, on_progress=lose)
    assert not left_over(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody is told that its parent has died")
def test_they_end_when_the_one_that_waits_is_killed(films, start, tmp_path, one_thread):
    write_examples(films, tmp_path / "list.jsonl")
    waits = (
        "import sys\n"
        "from pathlib import Path\n"
        "import ml\n"
        "from ml.data.examples import read_examples\n"
        "from ml.together import train_together\n"
        "folder, start = map(Path, sys.argv[1:])\n"
        "config = ml.TrainingConfig(depth='whole', epochs=500, batch=4, clips=2)\n"
        "train_together(read_examples(folder / 'list.jsonl', needs='proxy'), start=start, out=folder / 'out',\n"
        "               config=config, processes=2, on_progress=lambda progress: print(progress.epoch, flush=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", waits, tmp_path, start], stdout=subprocess.PIPE, text=True, cwd=together.ROOT
    )
    assert process.stdout.readline() == "1\n"
    assert len(left_over(tmp_path)) == 3  # torchrun and its two
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    end = time.monotonic() + 20
    while left_over(tmp_path) and time.monotonic() < end:
        time.sleep(0.1)
    assert not left_over(tmp_path)


def left_over(folder: Path) -> list[str]:
    """The command lines of processes that train in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            words = (process / "cmdline").read_text().split("\0")
            found += [" ".join(words)] if f"{folder}/examples.jsonl" in words else []
    return found


def test_settings_come_as_json_and_an_unknown_one_is_refused(tmp_path, capsys):
    from ml.commands import train as command

    world = new_world(tmp_path)
    write_examples(world.many(6, split="train"), tmp_path / "list.jsonl")
    words = ["--examples", tmp_path / "list.jsonl", "--start", world.start, "--out", tmp_path / "out", "--json"]
    assert _train(command, *words, "--depth", "heads", "--config", '{"epochs": 2, "balance": 0.0}') == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("epoch") for line in told] == [1, 2, None]
    assert told[-1]["digest"] == checkpoint.digest_of(tmp_path / "out")
    assert checkpoint.describe(tmp_path / "out").recipe["balance"] == 0.0
    assert _train(command, *words, "--depth", "heads", "--config", '{"speed": 2}') == 2
    assert json.loads(capsys.readouterr().out) == {"refused": "There is no setting 'speed'."}


def _train(command, *words):
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))
