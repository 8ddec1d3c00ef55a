import pytest
import torch
import torchvision

from ml.models.resnet2d import ResNet2D
from ml.models.resnet3d import ResNet3D


def test_the_3d_network_of_depth_18_is_torchvisions_weight_for_weight():
    torch.manual_seed(0)
    theirs = torchvision.models.video.r3d_18(weights=None).eval()
    ours = ResNet3D(18).eval()
    weights = {name: tensor for name, tensor in theirs.state_dict().items() if not name.startswith("fc.")}
    ours.load_state_dict(weights, strict=True)
    theirs.fc = torch.nn.Identity()
    clips = torch.randn(2, 3, 8, 56, 56)
    with torch.no_grad():
        assert torch.equal(ours(clips), theirs(clips))


@pytest.mark.parametrize("depth", [18, 34, 50])
def test_the_2d_network_is_torchvisions_but_for_the_one_channel(depth):
    torch.manual_seed(0)
    theirs = getattr(torchvision.models, f"resnet{depth}")(weights=None)
    theirs.conv1, theirs.fc = torch.nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False), torch.nn.Identity()
    ours = ResNet2D(depth).eval()
    ours.load_state_dict(theirs.eval().state_dict(), strict=True)
    pictures = torch.randn(2, 1, 64, 64)
    with torch.no_grad():
        assert torch.equal(ours(pictures), theirs(pictures))


@pytest.mark.parametrize(("depth", "size"), [(18, 64), (34, 64), (50, 256)])
def test_reduced_widths_tell_their_feature_size(depth, size):
    video, sound = ResNet3D(depth, 8).eval(), ResNet2D(depth, 8).eval()
    with torch.no_grad():
        assert video(torch.zeros(1, 3, 8, 32, 32)).shape == (1, size) == (1, video.feature_size)
        assert sound(torch.zeros(3, 1, 32, 32)).shape == (3, size)
    assert sound.feature_size == size
