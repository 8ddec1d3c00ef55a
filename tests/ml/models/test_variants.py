import pytest
import torch

from ml.models.variants import AURAL, NAMES, PUBLISHED, VISUAL, UnknownVariant, build, feature_size, variant

RATIOS = {
    "c3d+resnet18-2d": "8:1",
    "resnet18-3d+resnet18-2d": "1:1",
    "resnet18-3d+resnet34-2d": "1:1",
    "resnet34-3d+resnet18-2d": "1:1",
    "resnet34-3d+resnet34-2d": "1:1",
    "resnet50-3d+resnet50-2d": "1:1",
    "resnet18-3d+resnet50-2d": "1:4",
    "resnet34-3d+resnet50-2d": "1:4",
    "resnet50-3d+resnet18-2d": "4:1",
    "resnet50-3d+resnet34-2d": "4:1",
}


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_the_table_builds_by_its_name_and_answers(name):
    shape = variant(name, width=4)
    network = build(shape).eval()
    with torch.no_grad():
        said = network(torch.zeros(1, 1, 3, 16, 112, 112), torch.zeros(1, 1, 1, 32, 32))
    assert (said.visual is not None) == (shape.visual is not None)
    assert (said.aural is not None) == (shape.aural is not None)
    assert (said.fused is not None) == (shape.visual is not None and shape.aural is not None)
    assert said.best.probabilities.shape == (1, 10)
    assert said.best.probabilities.sum().item() == pytest.approx(1.0)
    assert 1.0 <= said.best.level.item() <= 10.0


def test_the_published_ratios_of_feature_sizes():
    assert {name: variant(name).ratio for name in PUBLISHED} == RATIOS


def test_full_width_feature_sizes_are_the_published_ones():
    assert [feature_size(name) for name in (*VISUAL, *AURAL)] == [4096, 512, 512, 2048, 512, 512, 2048]


@pytest.mark.parametrize("name", ["", "resnet18-2d+resnet18-3d", "resnet101-3d", "c3d+", "c3d+c3d"])
def test_an_unknown_name_is_refused_with_those_there_are(name):
    with pytest.raises(UnknownVariant, match="resnet18-3d"):
        variant(name)
