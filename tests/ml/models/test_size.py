"""Parameters, features and work of every row at full width, against what is published of the networks."""

import argparse
import itertools

import pytest
import torch
from torchvision.models import ResNet18_Weights, ResNet34_Weights, ResNet50_Weights
from torchvision.models.video import R3D_18_Weights

from ml.commands import variants
from ml.models.size import CLIP, CLIPS, PICTURE, Size, size_of
from ml.models.variants import AURAL, NAMES, PUBLISHED, VISUAL, build, feature_size, variant

GIGA = 1e9
SAMPLE = 2 * CLIPS  # a multiply-add counts as 2 here and as 1 in what torchvision and the papers publish


@pytest.fixture(scope="module")
def sizes() -> dict[str, Size]:
    return {name: size_of(variant(name)) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_row_builds_at_full_width_with_the_published_feature_sizes(name):
    shape = variant(name)
    with torch.device("meta"):
        network = build(shape).eval()
        clips, pictures = torch.zeros(2, *CLIP), torch.zeros(2, *PICTURE)
    published = {"c3d": 4096, "resnet18": 512, "resnet34": 512, "resnet50": 2048}
    if shape.visual is not None:
        size = published[shape.visual.split("-")[0]]
        assert network.visual(clips).shape == (2, size) == (2, feature_size(shape.visual))
        assert network.heads.visual.hidden.in_features == size
    if shape.aural is not None:
        size = published[shape.aural.split("-")[0]]
        assert network.aural(pictures).shape == (2, size) == (2, feature_size(shape.aural))
        assert network.heads.aural.hidden.in_features == size


def test_r3d_18_has_torchvisions_parameters_and_work_but_for_its_classifier(sizes):
    meta = R3D_18_Weights.KINETICS400_V1.meta
    classifier = 512 * 400
    assert sizes["resnet18-3d"].visual == meta["num_params"] - classifier - 400
    heads = 2 * (512 * 128 + 128 * 11)
    assert (sizes["resnet18-3d"].flops - heads) / SAMPLE / GIGA == pytest.approx(
        meta["_ops"] - classifier / GIGA, abs=6e-4
    )


@pytest.mark.parametrize(
    ("name", "weights", "features"),
    [
        ("resnet18-2d", ResNet18_Weights.IMAGENET1K_V1, 512),
        ("resnet34-2d", ResNet34_Weights.IMAGENET1K_V1, 512),
        ("resnet50-2d", ResNet50_Weights.IMAGENET1K_V1, 2048),
    ],
)
def test_the_2d_networks_have_torchvisions_but_for_classifier_and_two_colours(sizes, name, weights, features):
    classifier, colours = features * 1000, 2 * 64 * 7 * 7
    assert sizes[name].aural == weights.meta["num_params"] - classifier - 1000 - colours
    heads = 2 * (features * 128 + 128 * 11)
    theirs = weights.meta["_ops"] - (classifier + colours * 112 * 112) / GIGA
    assert (sizes[name].flops - heads) / SAMPLE / GIGA == pytest.approx(theirs, abs=6e-4)


def test_c3d_has_the_published_parameters_and_work(sizes):
    """Tran et al. 2015, figure 3. The often printed 78.4 million are those with 101 classes; Sports-1M has 487."""
    channels = [3, 64, 128, 256, 256, 512, 512, 512, 512]
    convolutions = sum(27 * a * b + b for a, b in itertools.pairwise(channels))
    fc6 = 512 * 1 * 4 * 4 * 4096 + 4096
    ours = sizes["c3d"].visual
    assert ours == convolutions + fc6
    fc7 = 4096 * 4096 + 4096
    assert (ours + fc7 + 4097 * 101) / 1e6 == pytest.approx(78.41, abs=0.005)
    assert (ours + fc7 + 4097 * 487) / 1e6 == pytest.approx(79.99, abs=0.005)
    assert sizes["c3d"].flops / SAMPLE / GIGA == pytest.approx(38.5, abs=0.05)


def by_hand(stages: list[list[tuple[int, int, int]]]) -> int:
    """Weights of convolutions (inputs, outputs, values of the kernel) and two of a batch norm after each."""
    return sum(kernel * before * after + 2 * after for stage in stages for before, after, kernel in stage)


def test_the_deeper_3d_networks_have_the_parameters_of_the_table():
    """He et al. 2016, table 1, every kernel with a third side; the stem is R3D's 3×7×7 (Tran et al. 2018)."""
    stem = [[(3, 64, 3 * 7 * 7)]]
    basic = [
        *[[(64, 64, 27)] * 6],
        *[[(64, 128, 27), *[(128, 128, 27)] * 7, (64, 128, 1)]],
        *[[(128, 256, 27), *[(256, 256, 27)] * 11, (128, 256, 1)]],
        *[[(256, 512, 27), *[(512, 512, 27)] * 5, (256, 512, 1)]],
    ]
    bottleneck = [
        [
            (entry, planes, 1), (planes, planes, 27), (planes, 4 * planes, 1), (entry, 4 * planes, 1),
            *[(4 * planes, planes, 1), (planes, planes, 27), (planes, 4 * planes, 1)] * (blocks - 1),
        ]
        for entry, planes, blocks in ((64, 64, 3), (256, 128, 4), (512, 256, 6), (1024, 512, 3))
    ]  # fmt: skip
    assert size_of(variant("resnet34-3d")).visual == by_hand(stem + basic)
    assert size_of(variant("resnet50-3d")).visual == by_hand(stem + bottleneck)


def test_a_pair_costs_what_its_backbones_and_three_heads_do(sizes):
    for name in PUBLISHED:
        visual, aural = name.split("+")
        wide = feature_size(visual) + feature_size(aural)
        fused_head = (wide + 1) * 128 + 129 * 11
        assert sizes[name].visual == sizes[visual].visual
        assert sizes[name].aural == sizes[aural].aural
        assert sizes[name].heads == sizes[visual].heads + sizes[aural].heads + fused_head
        fused_flops = 2 * (wide * 128 + 128 * 11)
        assert sizes[name].flops == sizes[visual].flops + sizes[aural].flops + fused_flops


def test_the_list_tells_of_every_row_what_it_weighs_costs_and_is_published_to_reach(capsys):
    variants.run(argparse.Namespace(width=64))
    said = capsys.readouterr().out
    rows = {line.split()[0]: line for line in said.splitlines()[1 : 1 + len(NAMES)]}
    assert set(rows) == {*PUBLISHED, *VISUAL, *AURAL}
    own = rows["resnet18-3d+resnet18-2d"].split()
    assert own[1:] == ["44.34", "+", "0.27", "848.6", "1:1", "512+512", "70.80"]
    assert rows["c3d+resnet18-2d"].split()[-4:] == ["68.70", "74.60", "/", "61.55"]
    assert rows["c3d"].split()[-4:] == ["4096", "73.95", "/", "65.55"]
    assert rows["resnet50-3d"].split()[-1] == "2048"
    assert "multiply-add counted as 2" in said
