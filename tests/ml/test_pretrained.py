import pickle
import urllib.error

import pytest
import torch
import torchvision
from safetensors.torch import load_file, save_file
from torch import nn

from ml.checkpoint import digest_of
from ml.models.variants import build, variant
from ml.pretrained import C3D_NAMES, PretrainedError, one_channel, start_from


@pytest.fixture
def network():
    torch.manual_seed(1)
    return build(SHAPE)


SHAPE = variant("resnet18-3d+resnet18-2d")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What torchvision's addresses hold, but for the training: classifiers and all."""
    folder = tmp_path_factory.mktemp("published")
    torch.manual_seed(5)
    torch.save(torchvision.models.video.r3d_18(weights=None).state_dict(), folder / "r3d_18.pth")
    save_file(torchvision.models.resnet18(weights=None).state_dict(), folder / "resnet18.safetensors")
    return folder


def test_both_backbones_begin_at_the_weights_of_the_files_and_the_record_says_so(network, files):
    heads = [parameter.clone() for parameter in network.heads.parameters()]
    seen, heard = files / "r3d_18.pth", files / "resnet18.safetensors"
    told = start_from(network, SHAPE, visual=seen, aural=heard)
    published = torch.load(seen, weights_only=True)
    assert all(torch.equal(tensor, published[name]) for name, tensor in network.visual.state_dict().items())
    assert told["visual"] == "r3d_18.pth"
    assert told["visual_sha256"] == digest_of(seen)
    assert told["aural_sha256"] == digest_of(heard)
    assert "conv1 summed" in told["aural_tensors"]
    assert "fc.bias, fc.weight" in told["visual_tensors"]
    assert f"{len(network.visual.state_dict())} loaded, none left fresh" in told["visual_tensors"]
    assert all(torch.equal(a, b) for a, b in zip(heads, network.heads.parameters(), strict=True))


def test_the_summed_filter_hears_a_grey_picture_as_the_published_one_sees_it(files, network):
    start_from(network, SHAPE, aural=files / "resnet18.safetensors")
    theirs = torchvision.models.resnet18(weights=None).eval()
    theirs.load_state_dict(load_file(files / "resnet18.safetensors"))
    theirs.fc = nn.Identity()
    grey = torch.randn(2, 1, 64, 64)
    with torch.no_grad():
        assert torch.allclose(network.aural.eval()(grey), theirs(grey.expand(-1, 3, -1, -1)), atol=1e-4)


def test_without_a_wish_everything_is_fresh_and_called_so(network):
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    assert start_from(network, SHAPE) == {"visual": "fresh", "aural": "fresh"}
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())


def test_a_single_branch_tells_of_itself_alone(files):
    shape = variant("resnet18-2d")
    heard = build(shape)
    assert start_from(heard, shape, aural=files / "resnet18.safetensors").keys() == {
        "aural",
        "aural_sha256",
        "aural_tensors",
    }
    with pytest.raises(PretrainedError, match="has no visual backbone"):
        start_from(heard, shape, visual="kinetics")


def sports_1m(width):
    """C3D as the Sports-1M files name it, with the two layers that classify."""
    torch.manual_seed(3)
    channels = [3, 1, 2, 4, 4, 8, 8, 8, 8]
    named = {}
    for index, part in enumerate(list(C3D_NAMES)[:8]):
        before, after = (3 if index == 0 else channels[index] * width), channels[index + 1] * width
        named[f"{part}.weight"], named[f"{part}.bias"] = torch.randn(after, before, 3, 3, 3), torch.randn(after)
    named["fc6.weight"], named["fc6.bias"] = torch.randn(64 * width, 128 * width), torch.randn(64 * width)
    named["fc7.weight"], named["fc7.bias"] = torch.randn(5, 5), torch.randn(5)
    named["fc8.weight"], named["fc8.bias"] = torch.randn(5, 5), torch.randn(5)
    return named


@pytest.mark.parametrize("wrapped", [False, True])
def test_c3d_begins_at_a_file_in_the_sports_1m_naming(tmp_path, wrapped):
    named, path = sports_1m(4), tmp_path / "c3d.pth"
    inner = {f"module.{name}": tensor for name, tensor in named.items()} if wrapped else named
    torch.save({"state_dict": inner} if wrapped else inner, path)
    shape = variant("c3d", width=4)
    network = build(shape)
    told = start_from(network, shape, visual=path)
    assert torch.equal(network.visual.group1[0].weight, named["conv1.weight"])
    assert torch.equal(network.visual.group5[2].bias, named["conv5b.bias"])
    assert torch.equal(network.visual.fc6[0].weight, named["fc6.weight"])
    assert "fc7.bias, fc7.weight, fc8.bias, fc8.weight" in told["visual_tensors"]


def test_missing_strange_and_misshapen_tensors_are_errors_and_change_nothing(tmp_path, network, files):
    whole = torch.load(files / "r3d_18.pth", weights_only=True)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    path = tmp_path / "wrong.pth"
    torch.save({name: tensor for name, tensor in whole.items() if name != "layer3.0.conv1.0.weight"}, path)
    with pytest.raises(PretrainedError, match=r"missing layer3\.0\.conv1\.0\.weight\."):
        start_from(network, SHAPE, visual=path)
    torch.save({**whole, "layer5.weight": torch.zeros(1)}, path)
    with pytest.raises(PretrainedError, match=r"unknown layer5\.weight"):
        start_from(network, SHAPE, visual=path)
    with pytest.raises(PretrainedError, match="not those of resnet18-2d"):
        start_from(network, SHAPE, visual=files / "r3d_18.pth", aural=files / "r3d_18.pth")
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())
    narrow = variant("resnet18-3d", width=8)
    with pytest.raises(PretrainedError, match="need the full width"):
        start_from(build(narrow), narrow, visual=files / "r3d_18.pth")


class Hostile:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return (open, (str(self.mark), "w"))


@pytest.mark.parametrize("write", [torch.save, lambda value, path: path.write_bytes(pickle.dumps(value))])
def test_a_hostile_pickle_is_refused_and_nothing_of_it_runs(tmp_path, network, write):
    path, mark = tmp_path / "weights.pth", tmp_path / "it ran"
    write({"conv1.weight": Hostile(mark)}, path)
    with pytest.raises(PretrainedError, match="plain tensors, and nothing else is opened"):
        start_from(network, SHAPE, visual=path)
    assert not mark.exists()
    torch.load(path, weights_only=False) if write is torch.save else pickle.loads(path.read_bytes())
    assert mark.exists()  # it would have


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"PK\x03\x04 cut off"])
def test_a_file_that_is_none_of_weights_is_refused_in_words(tmp_path, network, content):
    for name in ("weights.pth", "weights.safetensors"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(PretrainedError, match="weights"):
            start_from(network, SHAPE, visual=tmp_path / name)
    with pytest.raises(PretrainedError, match="no file of weights"):
        start_from(network, SHAPE, visual=tmp_path / "none.pth")


@pytest.mark.parametrize(("name", "wish"), [("resnet50-3d", {"visual": "kinetics"}), ("c3d", {"visual": "kinetics"})])
def test_a_network_without_published_weights_says_so_instead_of_beginning_fresh(name, wish):
    shape = variant(name, width=4)
    with pytest.raises(PretrainedError, match=f"torchvision has no kinetics weights for {name}"):
        start_from(build(shape), shape, **wish)


def test_without_a_network_it_says_how_to_give_a_file(network, tmp_path, monkeypatch):
    def unreachable(*_, **__):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr("torch.hub.get_dir", lambda: str(tmp_path))
    monkeypatch.setattr("torch.hub.urlopen", unreachable)
    with pytest.raises(PretrainedError, match="--pretrained-visual FILE"):
        start_from(network, SHAPE, visual="kinetics")
    with pytest.raises(PretrainedError, match="--pretrained-aural FILE"):
        start_from(network, SHAPE, aural="imagenet")


def test_a_file_in_the_cache_that_is_not_the_published_one_is_not_used(network, tmp_path, monkeypatch):
    def unreachable(*_, **__):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr("torch.hub.get_dir", lambda: str(tmp_path))
    monkeypatch.setattr("torch.hub.urlopen", unreachable)
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints/resnet18-f37072fd.pth").write_bytes(b"something else")
    with pytest.raises(PretrainedError, match="could not be fetched"):
        start_from(network, SHAPE, aural="imagenet")


def test_what_is_fetched_is_verified_kept_and_named(network, files, tmp_path, monkeypatch):
    """The published address stands in for by a file of ours; torch's own reading and hashing run."""
    from ml import pretrained

    published = files / "r3d_18.pth"
    address = tmp_path / f"r3d_18-{digest_of(published)[:8]}.pth"
    address.write_bytes(published.read_bytes())

    class Published:
        url = address.as_uri()

        def __str__(self):
            return "R3D_18_Weights.KINETICS400_V1"

    monkeypatch.setattr("torch.hub.get_dir", lambda: str(tmp_path / "cache"))
    monkeypatch.setattr(pretrained, "_published", lambda name, origin: Published())
    told = start_from(network, SHAPE, visual="kinetics")
    assert told["visual"] == "kinetics: torchvision R3D_18_Weights.KINETICS400_V1"
    assert told["visual_sha256"] == digest_of(published)
    address.unlink()
    assert start_from(network, SHAPE, visual="kinetics") == told


def test_a_sum_keeps_the_size_of_the_response():
    weight = torch.randn(4, 3, 7, 7)
    grey = torch.randn(1, 1, 7, 7)
    ours = nn.functional.conv2d(grey, one_channel(weight))
    assert torch.allclose(ours, nn.functional.conv2d(grey.expand(-1, 3, -1, -1), weight), atol=1e-4)
