import dataclasses
import json

import pytest
import torch
from safetensors.torch import save_file

from ml import checkpoint
from ml.checkpoint import About, CheckpointError
from ml.models.variants import build, variant
from ml.preparation import Preparation


@pytest.fixture
def saved(tmp_path):
    network, about = checkpoint.new(
        variant("resnet18-3d+resnet18-2d", width=4, aural_width=6), Preparation(resize=(36, 36), side=32), seed=3
    )
    about = dataclasses.replace(about, quantile=1.25, parent="ab" * 32, metrics={"mae": 0.5}, recipe={"seed": 3})
    path = tmp_path / "model.safetensors"
    return network, about, path, checkpoint.save(network, about, path)


def test_it_brings_back_the_same_weights_and_all_that_belongs_to_them(saved):
    network, about, path, digest = saved
    found = checkpoint.load(path, digest=digest)
    assert found.about == about
    assert found.digest == digest
    assert all(torch.equal(found.network.state_dict()[name], tensor) for name, tensor in network.state_dict().items())
    assert checkpoint.describe(path) == about


def test_the_same_seed_gives_the_same_fresh_weights():
    shape = variant("resnet18-2d", width=4)
    first, second, other = (checkpoint.new(shape, Preparation(), seed=seed)[0].aural.conv1.weight for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


def test_another_file_than_the_registered_one_is_refused(saved):
    *_, path, _ = saved
    with pytest.raises(CheckpointError, match="not the one that was registered"):
        checkpoint.load(path, digest="0" * 64)


def test_a_missing_a_truncated_and_a_strange_file_are_refused(saved, tmp_path):
    *_, path, _ = saved
    with pytest.raises(CheckpointError, match="not there"):
        checkpoint.load(tmp_path / "none.safetensors")
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoint.load(cut)
    save_file({"weight": torch.zeros(1)}, tmp_path / "strange.safetensors")
    with pytest.raises(CheckpointError, match="not one of our model files"):
        checkpoint.load(tmp_path / "strange.safetensors")


def test_weights_that_do_not_fit_their_variant_are_refused(saved, tmp_path):
    _, about, _, _ = saved
    small = build(variant("resnet18-2d", width=4))
    checkpoint.save(small, about, tmp_path / "mixed.safetensors")
    with pytest.raises(CheckpointError, match="do not fit"):
        checkpoint.load(tmp_path / "mixed.safetensors")


def test_a_pickle_is_never_opened(tmp_path):
    torch.save({"weight": torch.zeros(1)}, tmp_path / "pickle.safetensors")
    with pytest.raises(CheckpointError):
        checkpoint.load(tmp_path / "pickle.safetensors")


def test_a_failed_write_leaves_the_old_file_and_no_rest(saved, monkeypatch):
    network, about, path, digest = saved

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("ml.checkpoint.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        checkpoint.save(network, dataclasses.replace(about, quantile=9.0), path)
    assert checkpoint.digest_of(path) == digest
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_backbone_digest_ignores_heads_and_minds_backbones_and_preparation(saved):
    *_, path, _ = saved
    found = checkpoint.load(path)
    before = checkpoint.backbone_digest(found)
    with torch.no_grad():
        found.network.heads.fused.levels.bias += 1
    assert checkpoint.backbone_digest(found) == before
    other = dataclasses.replace(found.about, preparation=dataclasses.replace(found.about.preparation, hop=441))
    assert checkpoint.backbone_digest(dataclasses.replace(found, about=other)) != before
    with torch.no_grad():
        found.network.visual.stem[0].weight += 1
    assert checkpoint.backbone_digest(found) != before


def test_what_a_checkpoint_says_is_plain_json(saved):
    _, about, _, _ = saved
    assert isinstance(about, About)
    assert json.loads(json.dumps(dataclasses.asdict(about)))["variant"]["name"] == "resnet18-3d+resnet18-2d"
