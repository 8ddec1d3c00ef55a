"""What moved a stretch and where it was found: sums that add up, and light that lies where the network looks."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import ml
from ml import checkpoint
from ml.data.clips import clip_at, file_to_clips
from ml.explain import Explanation, Field, brightest, field, levels, maps, scaled, within
from ml.explain_pictures import edges
from ml.features_store import ClipFeatures
from ml.inference import Grader
from ml.media import picture_length
from ml.models.fusion import FusionNet, average
from ml.models.variants import build, variant
from ml.recital import Recital, render
from tests.ml.synthetic import PREPARATION, SHAPE

SECONDS = 6.0
# Sixteen pictures of 112 dots are what C3D takes; the middle of the crop is what is looked at.
WIDE = dataclasses.replace(PREPARATION, frames=16, resize=(128, 171), side=112)
CROP = ml.Crop(x=0.2, y=0.1, width=0.5, height=0.8)


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("film") / "film.mp4"
    render(Recital(seed=5, level=6, size=(256, 144), fps=30, seconds=SECONDS), out)
    return out


@pytest.fixture(scope="module")
def ask(film):
    """Asks a network why a stretch of the film got its level."""

    def ask(network, *, start=0.0, end=SECONDS / 2, crop=CROP, preparation=PREPARATION) -> Explanation:
        about = checkpoint.About(variant=SHAPE, preparation=preparation)
        grader = Grader(checkpoint.Checkpoint(about, network.eval(), "ab" * 32), device="cpu")
        return ml.explain(
            grader, film, crop, start=start, end=end, duration=picture_length(film), media_digest="cd" * 32
        )

    return ask


def fresh(name: str = SHAPE.name, seed: int = 4) -> FusionNet:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(variant(name, width=4))


@pytest.mark.parametrize("stretch", [(0.0, 2.0), (3.0, 6.0)])
def test_what_the_clips_did_adds_up_to_the_difference(ask, stretch):
    found = ask(fresh(), start=stretch[0], end=stretch[1])
    assert abs(found.level - found.whole) > 0.002
    assert sum(clip.both for clip in found.clips) == pytest.approx(found.level - found.whole, rel=0.02)


def test_the_levels_are_those_of_the_grade_in_every_window(ask, film):
    network = fresh()
    grader = Grader(checkpoint.Checkpoint(checkpoint.About(SHAPE, PREPARATION), network.eval(), "ab"), device="cpu")
    grade = grader.grade(film, CROP, duration=picture_length(film), media_digest="ef")
    for window in grade.windows:
        found = ask(network, start=round(window.start, 2), end=round(window.end, 2))
        assert found.whole == pytest.approx(grade.level, abs=1e-4)
        assert found.level == pytest.approx(window.fused, abs=1e-4)
        assert len(found.clips) == PREPARATION.clips
        assert (found.clips[0].start, found.clips[-1].end) == pytest.approx((window.start, window.end))


def test_the_strongest_clip_is_one_of_the_stretch_and_pulled_its_way(ask):
    found = ask(fresh())
    way = 1 if found.level > found.whole else -1
    assert way * found.strongest.both == max(way * clip.both for clip in found.clips)


@pytest.mark.parametrize("name", ["resnet18-3d+resnet18-2d", "resnet50-3d+resnet34-2d", "resnet18-3d", "resnet18-2d"])
def test_every_kind_of_network_can_be_asked(ask, name):
    found = ask(fresh(name))
    for part, sense in ((found.seen, "3d"), (found.heard, "2d")):
        assert (part is not None) == (sense in name)
        if part is not None:
            assert 0 <= part.light.min() <= part.light.max() <= 1


def test_c3d_can_be_asked(ask):
    found = ask(fresh("c3d+resnet18-2d"), preparation=WIDE)
    assert found.seen is not None
    assert found.seen.light.shape == (7, 7)


@pytest.mark.parametrize(
    ("start", "end", "clips"),
    [(1.0, 3.0, [1, 2]), (1.01, 2.99, [1, 2]), (0.9, 3.6, [1, 2]), (1.5, 2.4, [1]), (2.0, 3.7, [2, 3]), (90, 99, [3])],
)
def test_a_stretch_means_the_clips_that_lie_in_it_or_the_nearest_one(start, end, clips):
    features = ClipFeatures(torch.zeros(4, 2), torch.zeros(4, 0), torch.arange(4.0), 1.0, 3.7, "")
    assert within(features, start, end) == clips


@pytest.mark.parametrize("place", [0, 2, -1])
def test_one_clip_alone_is_read_as_it_is_in_the_whole_recording(film, place):
    clips = list(file_to_clips(film, CROP, PREPARATION))
    alone = clip_at(film, CROP, PREPARATION, clips[place].start)
    assert torch.equal(alone.frames, clips[place].frames)
    assert torch.equal(alone.picture, clips[place].picture)


def test_the_gradient_reaches_the_backbones_here_and_not_in_training():
    network = fresh()
    clips, pictures = torch.rand(1, 2, 3, 4, 32, 32), torch.rand(1, 2, 1, 32, 32)
    averages = (average(network.visual(clips[0])[None]), average(network.aural(pictures[0])[None]))
    assert not any(weight.grad is not None for weight in network.parameters())
    network.heads(*averages).fused.level.sum().backward(retain_graph=True)
    assert network.visual.stem[0].weight.grad is None
    levels(network.heads, averages).sum().backward()
    assert network.visual.stem[0].weight.grad.abs().sum() > 0
    assert network.aural.conv1.weight.grad.abs().sum() > 0


class LooksInOneCorner(nn.Module):
    """Brightness of the upper left quarter, and nothing else."""

    feature_size = 1

    def __init__(self) -> None:
        super().__init__()
        self.layer4 = nn.Conv3d(3, 1, 4, stride=4, bias=False)
        nn.init.constant_(self.layer4.weight, 1 / 192)

    def forward(self, clips):
        places = self.layer4(clips + 3)
        rows, columns = places.shape[-2:]
        return places[..., : rows // 2, : columns // 2].mean(dim=(1, 2, 3, 4))[:, None]


def light_on(ask, crop, preparation):
    """The proxy's picture as dots from 0 to 1, lit where a network that looks in one corner looked."""
    found = ask(FusionNet(LooksInOneCorner(), None), crop=crop, preparation=preparation).seen
    assert found is not None
    size = (360, 640)
    top, bottom, left, right = edges(found.field, size)
    picture = np.zeros(size)
    lit = Image.fromarray(found.light).resize((right - left, bottom - top), Image.Resampling.NEAREST)
    picture[top:bottom, left:right] = np.asarray(lit)
    return picture, (top, bottom, left, right)


@pytest.mark.parametrize("preparation", [PREPARATION, WIDE])
@pytest.mark.parametrize("upside_down", [False, True])
def test_light_lies_where_the_network_looks_in_the_proxy_s_own_picture(ask, preparation, upside_down):
    crop = dataclasses.replace(CROP, upside_down=upside_down)
    picture, (top, bottom, left, right) = light_on(ask, crop, preparation)
    middle = (top + bottom) // 2, (left + right) // 2
    looked_at = (
        (slice(middle[0], bottom), slice(middle[1], right))
        if upside_down
        else (slice(top, middle[0]), slice(left, middle[1]))
    )
    inside = picture[looked_at].sum()
    assert inside > 0
    assert inside / picture.sum() > 0.95


def test_what_is_seen_of_the_crop_is_its_middle():
    whole = field(ml.Crop(), WIDE)
    assert whole.x == pytest.approx(29 / 171)
    assert whole.x + whole.width == pytest.approx(141 / 171)
    assert (whole.y, whole.height) == (pytest.approx(8 / 128), pytest.approx(112 / 128))
    turned = field(ml.Crop(upside_down=True), WIDE)
    assert turned.x == pytest.approx(30 / 171)
    part = field(ml.Crop(0.5, 0.25, 0.5, 0.5), WIDE)
    assert part.x == pytest.approx(0.5 + 0.5 * 29 / 171)
    assert part.height == pytest.approx(0.5 * 112 / 128)


@pytest.mark.parametrize("corner", [0.99, 0.999])
def test_a_field_at_the_very_edge_still_has_a_dot(corner):
    assert edges(Field(corner, corner, 0.001, 0.001), (100, 100)) == (99, 100, 99, 100)


def test_a_network_with_other_weights_looks_elsewhere(film):
    """The test of Adebayo et al., 'Sanity Checks for Saliency Maps' (NeurIPS 2018): maps must hang on the weights."""
    starter, stranger = ml.load_grader(ml.STARTER, device="cpu"), ml.load_grader(ml.STARTER, device="cpu")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        stranger.network.load_state_dict(build(stranger.about.variant).state_dict())
    clip = clip_at(film, CROP, starter.about.preparation, 1.0)
    trained, random = (
        np.concatenate([each.ravel() for each in maps(grader.network, features_of(grader), [0], 0, clip)])
        for grader in (starter, stranger)
    )
    again = np.concatenate([each.ravel() for each in maps(starter.network, features_of(starter), [0], 0, clip)])
    assert np.array_equal(trained, again)
    assert np.corrcoef(trained, random)[0, 1] < 0.5


def features_of(grader) -> ClipFeatures:
    """One clip's row: a stretch of one clip hangs on no other."""
    sizes = (grader.network.visual.feature_size, grader.network.aural.feature_size)
    return ClipFeatures(torch.zeros(1, sizes[0]), torch.zeros(1, sizes[1]), torch.zeros(1), 1.0, 1.0, "")


def test_where_nothing_counts_it_stays_dark():
    assert scaled(np.zeros((2, 2), np.float32)).max() == 0
    assert scaled(np.array([[0, 4.0]], np.float32)).tolist() == [[0, 1]]


def test_both_pictures_are_written_whole(ask, film, tmp_path):
    found = ask(fresh())
    ml.draw(found, film, tmp_path / "study")
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == ["sight.jpg", "sound.jpg"]
    frame, sound = (Image.open(tmp_path / "study" / name) for name in ("sight.jpg", "sound.jpg"))
    assert frame.size == (256, 144)
    assert sound.size == (640, 360)


def test_the_frame_is_bright_only_inside_what_was_lit(ask, film, tmp_path):
    ml.draw(ask(FusionNet(LooksInOneCorner(), None), crop=ml.Crop()), film, tmp_path)
    assert not (tmp_path / "sound.jpg").exists()
    lit = np.asarray(Image.open(tmp_path / "sight.jpg"), float)
    colour = lit.max(axis=2) - lit.min(axis=2)  # what is not lit is grey
    assert colour[:64, :112].mean() > 3 * colour[80:, 144:].mean()


def test_the_brightest_place_is_told_from_the_upper_left_corner():
    assert brightest(np.array([[0, 0, 0.2, 0], [0, 1, 0, 0]], np.float32)) == (0.375, 0.75)
