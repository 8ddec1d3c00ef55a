"""`python -m ml train`, in one process and in two."""

import argparse
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
import torch

from ml import checkpoint
from ml.commands import train as command
from ml.recital import Recital, render
from tests.ml.synthetic import PREPARATION, SHAPE, new_world

ROOT = Path(__file__).parents[2]


def listed(path, lines):
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")
    return path


def train(*words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """Five performances to learn from and one to look at in between, listed in a file beside them."""
    folder = tmp_path_factory.mktemp("films")
    lines = []
    for row, level in enumerate((2, 9, 4, 7, 5, 6)):
        render(Recital(seed=row, level=level, size=(128, 72), fps=15, seconds=2), folder / f"{row}.mp4")
        split = "validation" if row == 5 else "train"
        weight = 1 + row / 2
        lines.append(
            {
                "id": str(row),
                "proxy": f"{row}.mp4",
                "level": level,
                "player": str(row),
                "split": split,
                "weight": weight,
            }
        )
    return listed(folder / "films.jsonl", lines)


@pytest.fixture
def start(tmp_path):
    path = tmp_path / "start.safetensors"
    checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=4), path)
    return path


def weights(path):
    return checkpoint.load(path).network.state_dict()


def test_the_whole_network_learns_from_a_list_of_recordings(films, start, tmp_path, capsys):
    out = tmp_path / "out.safetensors"
    words = ("--examples", films, "--start", start, "--out", out, "--depth", "whole", "--epochs", 2, "--batch", 2)
    assert train(*words, "--clips", 2) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in said[:2]] == ["Epoch 1 of 2", "Epoch 2 of 2"]
    assert said[2].startswith(f"Written to {out}: epoch 2 of 2")
    assert not torch.equal(weights(start)["visual.stem.0.weight"], weights(out)["visual.stem.0.weight"])
    recipe = checkpoint.describe(out).recipe
    assert recipe["started_from"] == {"checkpoint": checkpoint.digest_of(start)}
    assert (recipe["epochs"], recipe["batch"], recipe["processes"]) == (2, 2, 1)


def test_heads_learn_from_a_list_of_features(tmp_path):
    world = new_world(tmp_path)
    examples = world.many(6, split="train")
    lines = [
        {"id": e.id, "features": e.features.name, "level": e.level, "player": e.player, "split": e.split}
        for e in examples
    ]
    out = tmp_path / "out.safetensors"
    path = listed(tmp_path / "list.jsonl", lines)
    assert train("--examples", path, "--start", world.start, "--out", out, "--depth", "heads", "--epochs", 3) == 0
    assert torch.equal(weights(world.start)["visual.stem.0.weight"], weights(out)["visual.stem.0.weight"])
    assert not torch.equal(weights(world.start)["heads.fused.hidden.weight"], weights(out)["heads.fused.hidden.weight"])


def test_a_network_by_name_begins_at_the_file_and_the_model_tells_of_it(films, tmp_path):
    torch.manual_seed(8)
    width, channels = 2, (3, 2, 4, 8, 8, 16, 16, 16, 16)
    names = ("conv1", "conv2", "conv3a", "conv3b", "conv4a", "conv4b", "conv5a", "conv5b")
    published = {}
    for row, name in enumerate(names):
        published[f"{name}.weight"] = 0.1 * torch.randn(channels[row + 1], channels[row], 3, 3, 3)
        published[f"{name}.bias"] = torch.zeros(channels[row + 1])
    published |= {"fc6.weight": 0.1 * torch.randn(64 * width, 128 * width), "fc6.bias": torch.zeros(64 * width)}
    weights_file, out = tmp_path / "c3d.pth", tmp_path / "out.safetensors"
    torch.save(published, weights_file)
    words = ("--examples", films, "--variant", "c3d", "--width", width, "--out", out, "--epochs", 1, "--clips", 1)
    assert train(*words, "--pretrained-visual", weights_file, "--learning-rate", 1e-9, "--pull", 0) == 0
    told = checkpoint.describe(out).recipe["started_from"]
    assert told["visual"] == "c3d.pth"
    assert told["visual_sha256"] == checkpoint.digest_of(weights_file)
    assert torch.allclose(weights(out)["visual.group5.2.weight"], published["conv5b.weight"], atol=1e-6)
    assert train(*words) == 0
    assert checkpoint.describe(out).recipe["started_from"] == {"visual": "fresh"}


def test_what_cannot_be_done_is_said_in_a_sentence(films, start, tmp_path, capsys):
    def refused(*words):
        assert train("--examples", films, "--out", tmp_path / "out", *words) == 2
        return capsys.readouterr().err

    assert "torchvision has no kinetics weights for resnet50-3d" in refused(
        "--variant", "resnet50-3d", "--width", 4, "--pretrained-visual", "kinetics"
    )
    assert "There is no network called 'vgg'" in refused("--variant", "vgg")
    assert "--start has weights already" in refused("--start", start, "--pretrained-aural", "imagenet")
    assert "--epochs is a number of at least 1" in refused("--start", start, "--epochs", 0)
    assert "line 1: 'features' is missing" in refused("--start", start, "--depth", "heads")
    assert "not there or cannot be read" in refused("--start", tmp_path / "none.safetensors")
    assert not (tmp_path / "out").exists()


def test_a_recording_that_cannot_be_read_is_named(start, tmp_path, capsys):
    (tmp_path / "broken.mp4").write_bytes(b"no film at all")
    line = {"id": "the seventh", "proxy": "broken.mp4", "level": 3, "player": "ann", "split": "train"}
    path = listed(tmp_path / "list.jsonl", [line])
    assert train("--examples", path, "--start", start, "--out", tmp_path / "out") == 2
    assert "The recording of 'the seventh' cannot be learned from" in capsys.readouterr().err


HERE = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m")


@pytest.mark.slow
@pytest.mark.parametrize("broken_off", [False, True])
def test_two_processes_learn_what_one_does(films, tmp_path, monkeypatch, broken_off):
    """C3D has no batch norm, so that dividing a step changes nothing but the order in which numbers are added.

    Five performances in steps of three and two do not divide evenly by two, and their weights differ. Two processes
    go on, too, where one was broken off.
    """
    words = ("--examples", films, "--variant", "c3d", "--width", 2, "--epochs", 2, "--batch", 4, "--clips", 1)
    alone, together, other = (tmp_path / f"{name}.safetensors" for name in ("alone", "together", "other"))
    assert train(*words, "--out", alone) == 0
    if broken_off:
        monkeypatch.setattr(sys.modules["ml.train"], "tell", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            train(*words, "--out", together)
        monkeypatch.undo()
    run = subprocess.run(
        [*TORCHRUN, "ml", "train", *map(str, words), "--out", together, "--resume"],
        env=HERE,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    said = run.stdout
    wanted = ["Epoch 1 of 2", "Epoch 2 of 2", f"Written to {together}"]
    assert [line.split(":")[0] for line in said.splitlines()] == wanted[broken_off:]
    one, two = checkpoint.load(alone), checkpoint.load(together)
    assert train(*words, "--out", other, "--batch", 5) == 0
    three = weights(other)
    began = weights(command.start_path(alone))
    for name, tensor in one.network.state_dict().items():
        assert torch.allclose(tensor, two.network.state_dict()[name], rtol=0, atol=2e-5), name
    assert max(float((tensor - three[name]).abs().max()) for name, tensor in one.network.state_dict().items()) > 2e-4
    assert not torch.equal(began["visual.group1.0.weight"], weights(together)["visual.group1.0.weight"])
    assert two.about.metrics == pytest.approx(one.about.metrics, abs=1e-3)
    assert (one.about.recipe["processes"], two.about.recipe["processes"]) == (1, 2)


@pytest.mark.slow
def test_a_crew_of_two_adds_gradients_and_merges_what_its_batch_norms_remember():
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(spare.getsockname()[1]), "WORLD_SIZE": "2"}
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.ml.crew_of_two"],
            env={**HERE, **address, "RANK": rank},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in "01"
    ]
    told = [process.communicate(timeout=200) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert told[0][0] == "sound\n"
